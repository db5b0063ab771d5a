#include "glusterconsul/command.hpp"

#include "glusterconsul/subcommands.hpp"
#include "mount/arguments.hpp"
#include "util/try.hpp"

namespace glusterconsul {

Result<std::vector<Option>> all_options(const std::vector<std::string>& texts) {
  std::vector<Option> options;
  for (const auto& text : texts) {
    TRY_ASSIGN(const auto split, mount::split_options(text));
    options.insert(options.end(), split.begin(), split.end());
  }
  return options;
}

void add_verbose_flag(CLI::App& subcommand) {
  const std::string help = "show each step with its time";
  subcommand.add_flag("-v,--verbose", help);
}

}  // namespace glusterconsul
