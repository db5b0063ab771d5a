#include "gluster/tls_greeting.hpp"

#include <array>
#include <cstdint>

namespace glusterconsul::gluster {
namespace {

constexpr std::uint8_t kAlert = 21;
constexpr std::uint8_t kHandshake = 22;

}  // namespace

std::vector<std::byte> tls_greeting() {
  // clang-format off
  static constexpr std::array<std::uint8_t, 50> kGreeting = {
      kHandshake, 3, 1, 0, 45,        // TLSPlaintext, with 45 bytes
      1, 0, 0, 41, 3, 3,              // ClientHello, with 41 bytes, TLS 1.2
      // The random of 32 bytes need not be random: no session comes of it.
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      0,                              // no session
      0, 2, 0xC0, 0x2F,               // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
      1, 0,                           // no compression
  };
  // clang-format on
  std::vector<std::byte> bytes;
  for (const auto byte : kGreeting) bytes.push_back(std::byte{byte});
  return bytes;
}

bool is_tls_answer(std::byte first) {
  const auto type = std::to_integer<std::uint8_t>(first);
  return type == kAlert || type == kHandshake;
}

}  // namespace glusterconsul::gluster
