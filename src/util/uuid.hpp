#pragma once

#include <string_view>

namespace glusterconsul {

/// Whether the text is a UUID as glusterd and Consul write it: 36 characters, lower case.
[[nodiscard]] bool is_uuid(std::string_view text);

}  // namespace glusterconsul
