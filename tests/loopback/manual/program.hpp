#pragma once

#include <map>
#include <string>
#include <vector>

namespace glusterconsul::manual {

/// Maps text that differs from run to run, such as "127.0.0.1:41234", to the text that the manual
/// shows instead, such as "127.0.0.1:8500". The longest text is replaced first.
using Replacements = std::map<std::string, std::string>;

/// One run of mount.glusterconsul.
struct Run {
  std::string source = "gluster.service.consul:/g0";
  std::string target = "/mnt/g0";
  std::vector<std::string> options = {};
  std::vector<std::string> flags = {"-f"};
  std::vector<std::string> environment = {};  ///< NAME=VALUE; all other variables are unset
  std::vector<std::string> prefix = {};       ///< a command that runs the program
  std::string program = MOUNT_GLUSTERCONSUL;
};

/// The messages of a run in order, each without the program's name, "warning: " and its hint.
/// `-f -v` prints warnings to standard output, without the program's name.
[[nodiscard]] std::vector<std::string> messages_of(const Run& run,
                                                   const Replacements& replacements = {});

/// The messages in the program's output.
[[nodiscard]] std::vector<std::string> messages_in(std::string text,
                                                   const Replacements& replacements = {});

}  // namespace glusterconsul::manual
