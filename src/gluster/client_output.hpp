#pragma once

#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::gluster {

/// What a program printed, without the lines that the dynamic loader prints before the program
/// starts and that do not stop it (docs/facts.md, "Dynamic loader's messages"). Trimmed.
[[nodiscard]] std::string without_loader_messages(std::string_view output);

/// The client's exit status if it does not accept its arguments (argp(3)).
inline constexpr int kRejectsArguments = 64;

/// kUsage, from what the client prints if it exits with that status: the option, without its
/// value, and which one was probably meant; the client's own words if it rejects an option for
/// another reason than that it does not know it.
[[nodiscard]] Error rejected_argument(std::string_view output);

}  // namespace glusterconsul::gluster
