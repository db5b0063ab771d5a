#pragma once

#include <string>
#include <vector>

#include "config/assignment.hpp"
#include "config/conf_file.hpp"
#include "config/environment.hpp"
#include "util/error.hpp"

namespace glusterconsul::config {

/// Where settings come from, the strongest first.
struct Sources {
  std::vector<Assignment> options;  ///< `-o`
  Environment environment;
  ConfFile conf;
};

inline constexpr const char* kConfPath = "/etc/glusterconsul.conf";

/// The paths of the conf files in a directory: names that end in ".conf" and do not
/// begin with a dot, ordered by their bytes, as `LC_ALL=C ls` shows them. The
/// directory is judged by judge_shared_directory(); a missing one has no files. kUsage
/// if it holds more than 100 such files, or more than 10,000 names.
[[nodiscard]] Result<std::vector<std::string>> list_conf_directory(const std::string& path);

/// Reads the environment, the conf file (a missing one is as good as an empty one), and after it
/// those of the directory `conf_path` + ".d", in the order of list_conf_directory(); each is at
/// most 1 MiB and judged by read_trusted_file(). The environment is ignored if the process has
/// more rights than its caller (AT_SECURE, getauxval(3)). `options` is left empty.
[[nodiscard]] Result<Sources> read_sources(const std::string& conf_path = kConfPath);

}  // namespace glusterconsul::config
