#include "mount/own_environment.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "config/environment.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

constexpr const char* kPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// sudo(8), doas(1) and pkexec(1) set these to the user who called them.
constexpr std::array<std::string_view, 3> kElevated = {"SUDO_UID", "DOAS_USER", "PKEXEC_UID"};

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

bool has_value(std::string_view variable) {
  return name_of(variable).size() + 1 < variable.size();
}

std::vector<std::string> inherited() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace

OwnEnvironment choose_environment(std::span<const std::string> variables, uid_t effective_user) {
  OwnEnvironment chosen;
  for (const auto& variable : variables) {
    const bool is_set = has_value(variable);
    const auto* by = std::find(kElevated.begin(), kElevated.end(), name_of(variable));
    if (effective_user == 0 && is_set && by != kElevated.end()) chosen.elevated_by = *by;
  }
  const auto documented = config::environment_variables();
  chosen.kept.emplace_back(kPath);
  for (const auto& variable : variables) {
    const auto name = name_of(variable);
    if (std::find(documented.begin(), documented.end(), name) == documented.end()) continue;
    if (!has_value(variable)) continue;
    if (chosen.elevated_by.empty()) {
      chosen.kept.push_back(variable);
    } else {
      chosen.ignored.emplace_back(name);
    }
  }
  return chosen;
}

Result<std::optional<Warning>> clean_environment() {
  const auto chosen = choose_environment(inherited(), ::geteuid());
  const auto fails = [](int problem) {
    return fail(ErrorCode::kSystem,
                fmt::format("cannot clear the environment: {}", errno_text(problem)));
  };
  // NOLINTBEGIN(concurrency-mt-unsafe): no thread has been started
  if (::clearenv() != 0) return fails(ENOMEM);
  for (const auto& variable : chosen.kept) {
    const std::string name(name_of(variable));
    // Like getenv(3), use the first of several variables with the same name.
    if (::setenv(name.c_str(), variable.c_str() + name.size() + 1, 0) != 0) return fails(errno);
  }
  // NOLINTEND(concurrency-mt-unsafe)
  if (chosen.ignored.empty()) return std::optional<Warning>();
  return std::optional(
      Warning{fmt::format("ignored {}: {} is set, so the environment may be the calling user's",
                          join(chosen.ignored, ", "), chosen.elevated_by),
              "use -o or the configuration file"});
}

}  // namespace glusterconsul::mount
