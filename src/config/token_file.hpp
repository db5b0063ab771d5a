#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "util/error.hpp"
#include "util/secret.hpp"

namespace glusterconsul::config {

/// Whether a text can be an ACL token: 1 to 4096 letters, digits and `-._~+/=`. Consul's own
/// are UUIDs; `initial_management` may be chosen freely, also as base64. The first line of
/// shadow(5), of a PEM file and of a script is not one.
[[nodiscard]] bool is_token(std::string_view text);

/// Reads a token from a file: its first line, without blanks at the ends. The
/// file is judged by read_trusted_file(), and readable at most by its group. At most 64 KiB; a line
/// that is_token() rejects is kUsage, and so is a missing file.
[[nodiscard]] Result<Secret> read_token_file(const std::string& path);

/// Reads the token file that the settings name, if any, into them.
[[nodiscard]] Result<void> load_token(Settings& settings);

}  // namespace glusterconsul::config
