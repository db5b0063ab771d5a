#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace glusterconsul {

/// The length in bytes of the UTF-8 sequence at the start of the text, which is not empty, 0 if it
/// is not valid (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). Sets the code
/// point of a valid one.
[[nodiscard]] std::size_t utf8_length(std::string_view text, std::uint32_t& code_point);

/// Whether the whole text is valid.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace glusterconsul
