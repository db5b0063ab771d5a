#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// The wire format written by hand, so that encoders and decoders are not tested only against
/// each other.
using Bytes = std::vector<std::byte>;

inline Bytes words(std::initializer_list<std::uint32_t> values) {
  Bytes bytes;
  for (const auto value : values) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      bytes.push_back(static_cast<std::byte>((value >> shift) & 0xFFU));
    }
  }
  return bytes;
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline Bytes text(std::string_view characters) {
  const auto bytes = std::as_bytes(std::span(characters));
  return {bytes.begin(), bytes.end()};
}

/// An opaque or a string in XDR: the length, the bytes, and zeros up to a multiple of four.
inline Bytes opaque(const Bytes& bytes) {
  return words({static_cast<std::uint32_t>(bytes.size())}) + bytes +
         Bytes((4 - bytes.size() % 4) % 4);
}

inline constexpr std::uint32_t kLastFragment = 0x80000000U;
/// The number of a call and of the reply to it.
inline constexpr std::uint32_t kXid = 7;
/// As `op_ret` of a reply.
inline constexpr std::uint32_t kFailed = 0xFFFFFFFFU;

/// The RPC header of an accepted, successful reply.
inline Bytes accepted(std::uint32_t xid) {
  return words({xid, 1, 0, 0, 0, 0});
}

/// A dictionary entry whose value is text and its NUL.
inline Bytes entry(std::string_view key, std::string_view value) {
  return words({static_cast<std::uint32_t>(key.size()),
                static_cast<std::uint32_t>(value.size() + 1)}) +
         text(key) + Bytes(1) + text(value) + Bytes(1);
}

/// A reply of glusterd to a call of its CLI program.
inline Bytes cli_reply(std::uint32_t xid, std::uint32_t op_ret, std::string_view message,
                       const Bytes& dictionary) {
  return accepted(xid) + words({op_ret, 0}) + opaque(text(message)) + opaque(dictionary);
}

}  // namespace glusterconsul::gluster
