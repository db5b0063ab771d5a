#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/assignment.hpp"
#include "config/conf_file.hpp"
#include "config/environment.hpp"
#include "util/error.hpp"
#include "util/trusted_file.hpp"
#include "util/warning.hpp"

namespace glusterconsul::config {

/// The sources of settings, in order of precedence, the highest first.
struct Sources {
  std::vector<Assignment> options;  ///< `-o`
  Environment environment;
  ConfFile conf;
  std::vector<Warning> warnings = {};
};

inline constexpr const char* kConfPath = "/etc/glusterconsul.conf";

/// The conf files in a directory.
struct ConfFiles {
  std::vector<std::string> paths;
  std::optional<Warning> skipped = std::nullopt;  ///< files that others may have put there
};

/// The conf files in a directory: names that end in ".conf" and do not begin with a
/// dot, sorted by byte value, as `LC_ALL=C ls` lists them. judge_shared_directory() must accept the
/// directory; a missing one counts as empty. kUsage if it contains more than 100 such files, or
/// more than 10,000 names.
[[nodiscard]] Result<ConfFiles> list_conf_directory(const std::string& path);

/// The text of one conf file, read by read_trusted_file(); at most 1 MiB.
[[nodiscard]] Result<std::string> read_conf_text(const std::string& path, Missing missing);

/// Reads the environment, the conf file (a missing one counts as empty), and after it those in the
/// directory `conf_path` + ".d", in the order of list_conf_directory(). Each file is read by
/// read_trusted_file() and may have at most 1 MiB. The environment is ignored if the process has
/// more privileges than its caller (AT_SECURE, getauxval(3)). `options` is left empty.
[[nodiscard]] Result<Sources> read_sources(const std::string& conf_path = kConfPath);

}  // namespace glusterconsul::config
