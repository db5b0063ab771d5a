#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "util/error.hpp"
#include "util/option.hpp"

namespace glusterconsul::mount {

/// What mount(8) passes to a helper: SOURCE TARGET [-fnsv] [-N NS] [-o OPTIONS] [-t TYPE.SUB], with
/// the options in any position and `-o` possibly repeated.
struct MountRequest {
  std::string source;
  std::string target;           ///< as written
  std::vector<Option> options;  ///< in order, without quotes
  bool fake = false;            ///< -f: decide and explain, do not mount
  bool no_mtab = false;         ///< -n: nothing to do, since there is no mtab to write
  bool sloppy = false;          ///< -s: unknown options are ignored, with a warning
  bool verbose = false;         ///< -v
  std::optional<std::string> mount_namespace;  ///< -N: a path or process id
  std::string type = "glusterconsul";          ///< -t
};

struct ShowHelp {};
struct ShowVersion {};
using Invocation = std::variant<MountRequest, ShowHelp, ShowVersion>;

/// How to call the program, in one line: shown by usage errors and by the help.
[[nodiscard]] std::string_view usage_line();

/// Parses `arguments`, which do not include the program's name. Flags may be clustered (`-fnsv`),
/// values may be attached (`-oro`), and `--` ends the options; the long options are `--help` and
/// `--version`, and the first of them wins. kUsage names what is missing, superfluous or unknown,
/// and shows usage_line(). A `-t` other than `glusterconsul` and `glusterconsul.SUB` is kUsage, and
/// so is a source or target of more than 4096 bytes.
[[nodiscard]] Result<Invocation> parse_arguments(std::span<const char* const> arguments);

/// Splits one -o string at its commas, as mount(8) does: a value in double quotes keeps its commas
/// (SELinux contexts), and the quotes are removed; outside quotes, `\,` is a comma in the value
/// (util-linux 2.39.3 and newer). Empty parts are ignored. An unpaired quote, a quote that is not
/// around a whole value, an option without a name, more than 64 KiB and more than 1000 options are
/// kUsage.
[[nodiscard]] Result<std::vector<Option>> split_options(std::string_view text);

}  // namespace glusterconsul::mount
