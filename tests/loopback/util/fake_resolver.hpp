#pragma once

#include <string_view>

namespace glusterconsul::loopback {

// Replaces getaddrinfo(3) in the program. Names that are not below `invalid` (RFC 6761) are looked
// up as usual; of those below it, only the following resolve or are looked up at all, so that the
// tests do not depend on this machine's resolver.

/// EAI_AGAIN: the resolver cannot say whether the name has addresses.
inline constexpr std::string_view kTransientFailure = "resolver-fails.invalid";
/// EAI_NONAME, as every other name below `invalid`.
inline constexpr std::string_view kUnknownName = "nosuch.invalid";

/// During its lifetime the system resolver does not respond to lookups of kName and of names below
/// it; at other times they resolve to 127.0.0.1. Only one instance may exist at a time.
class HangingResolver {
 public:
  static constexpr std::string_view kName = "resolver-hangs.invalid";

  HangingResolver();
  HangingResolver(const HangingResolver&) = delete;
  HangingResolver& operator=(const HangingResolver&) = delete;
  /// Ends all lookups with EAI_AGAIN and waits for them.
  ~HangingResolver();

  /// The number of lookups that hang now.
  [[nodiscard]] int waiting() const;
};

}  // namespace glusterconsul::loopback
