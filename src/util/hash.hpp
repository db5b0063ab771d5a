#pragma once

#include <cstdint>
#include <string_view>

namespace glusterconsul {

inline constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325U;

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo). It is the same on every machine and in every
/// release, which std::hash does not guarantee. `hash` is the hash of the preceding text.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view text,
                                            std::uint64_t hash = kFnvOffset) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

}  // namespace glusterconsul
