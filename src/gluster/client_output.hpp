#pragma once

#include <string>
#include <string_view>

namespace glusterconsul::gluster {

/// What a program printed, without the lines that the dynamic loader prints before the program
/// starts and that do not stop it (docs/facts.md, "Dynamic loader's messages"). Trimmed.
[[nodiscard]] std::string without_loader_messages(std::string_view output);

}  // namespace glusterconsul::gluster
