#pragma once

#include <string_view>

namespace glusterconsul::loopback {

/// During its lifetime the system resolver does not respond to lookups of kName; at other times
/// kName resolves to 127.0.0.1. It replaces getaddrinfo(3) in the program; other names are looked
/// up as usual. Only one instance may exist at a time.
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
