#pragma once

#include <string_view>

namespace glusterconsul::loopback {

/// While this lives, the system's resolver does not respond to a lookup of kName; before and
/// after, kName is 127.0.0.1. The program's getaddrinfo(3) is replaced for it; every other name
/// is looked up as usual. One at a time.
class HangingResolver {
 public:
  static constexpr std::string_view kName = "resolver-hangs.invalid";

  HangingResolver();
  HangingResolver(const HangingResolver&) = delete;
  HangingResolver& operator=(const HangingResolver&) = delete;
  /// Lets every lookup go, with EAI_AGAIN, and waits until they have gone.
  ~HangingResolver();

  /// How many lookups hang at this moment.
  [[nodiscard]] int waiting() const;
};

}  // namespace glusterconsul::loopback
