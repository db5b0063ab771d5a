#pragma once

#include <map>
#include <string>
#include <vector>

namespace glusterconsul::manual {

/// What differs from run to run, and what the manual shows instead: "127.0.0.1:41234" and
/// "127.0.0.1:8500". The longest is replaced first.
using Replacements = std::map<std::string, std::string>;

/// One run of mount.glusterconsul.
struct Run {
  std::string source = "gluster.service.consul:/g0";
  std::string target = "/mnt/g0";
  std::vector<std::string> options = {};
  std::vector<std::string> flags = {"-f"};
  std::vector<std::string> environment = {};  ///< NAME=VALUE; it has no other variables
  std::vector<std::string> prefix = {};       ///< a command that runs it
  std::string program = MOUNT_GLUSTERCONSUL;
};

/// Its messages in order, each without the program's name and without its hint. A warning does not
/// show that it is one; `-f -v` prints warnings to standard output, without the program's name.
[[nodiscard]] std::vector<std::string> messages_of(const Run& run,
                                                   const Replacements& replacements = {});

/// The messages in a text of the program.
[[nodiscard]] std::vector<std::string> messages_in(std::string text,
                                                   const Replacements& replacements = {});

}  // namespace glusterconsul::manual
