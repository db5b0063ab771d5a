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

/// What mount(8) asks of a helper: SOURCE TARGET [-fnsv] [-N NS] [-o OPTIONS]
/// [-t TYPE.SUB], the options in any place and `-o` repeated.
struct MountRequest {
  std::string source;
  std::string target;                          ///< as it was written
  std::vector<Option> options;                 ///< in order, quotes taken off
  bool fake = false;                           ///< -f: decide and explain, do not mount
  bool no_mtab = false;                        ///< -n: nothing to do, there is no mtab to write
  bool sloppy = false;                         ///< -s: unknown options are dropped with a warning
  bool verbose = false;                        ///< -v
  std::optional<std::string> mount_namespace;  ///< -N: a path or process id
  std::string type = "glusterconsul";          ///< -t
};

struct ShowHelp {};
struct ShowVersion {};
using Invocation = std::variant<MountRequest, ShowHelp, ShowVersion>;

/// How the program is called, in one line: what a usage error and the help show.
[[nodiscard]] std::string_view usage_line();

/// `arguments` are those after the program's name. Flags may be clustered
/// (`-fnsv`), values may be attached (`-oro`), `--` ends the options; the long
/// forms are `--help` and `--version`, and the first of those decides. kUsage
/// names what is missing, too much or unknown, with usage_line(). A `-t` other
/// than `glusterconsul` and `glusterconsul.SUB` is kUsage, and so are a source or
/// target of more than 4096 bytes.
[[nodiscard]] Result<Invocation> parse_arguments(std::span<const char* const> arguments);

/// Splits one -o string at its commas, as mount(8) does: a value in double quotes
/// keeps its commas (SELinux contexts), and the quotes are taken off; outside of
/// quotes `\,` is a comma of the value (util-linux 2.39.3 and newer). Empty parts are
/// ignored. An unpaired quote, a quote that is not around a whole value, an
/// option without a name, more than 64 KiB and more than 1000 options are kUsage.
[[nodiscard]] Result<std::vector<Option>> split_options(std::string_view text);

}  // namespace glusterconsul::mount
