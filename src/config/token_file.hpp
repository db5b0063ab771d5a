#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "util/error.hpp"
#include "util/secret.hpp"

namespace glusterconsul::config {

/// Whether a text can be an ACL token: 1 to 4096 letters, digits and `-._~+/=`. The tokens that
/// Consul generates are UUIDs; `initial_management` can be chosen freely, for example as base64.
/// The first line of shadow(5), of a PEM file or of a script cannot be one.
[[nodiscard]] bool is_token(std::string_view text);

/// What is wrong with a text that is_token() rejects, without any part of it.
[[nodiscard]] std::string why_no_token(std::string_view text);

/// Reads a token from the first line of a file, without leading and trailing blanks. The file is
/// read by read_trusted_file(), may be readable only by its owner and group, and may have at most
/// 64 KiB. A line that is_token() rejects is kUsage, and so is a missing file.
[[nodiscard]] Result<Secret> read_token_file(const std::string& path);

/// Reads the token file that the settings specify, if any, and stores the token in them.
[[nodiscard]] Result<void> load_token(Settings& settings);

}  // namespace glusterconsul::config
