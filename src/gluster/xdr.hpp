#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// Appends XDR items (RFC 4506) to a buffer of its own.
class XdrWriter {
 public:
  void word(std::uint32_t value);
  /// Variable-length opaque data, and a string: the length, the bytes, zeros up to a
  /// multiple of four. `bytes` must be shorter than 4 GiB.
  void opaque(std::span<const std::byte> bytes);
  /// The bytes as they are, without length and padding.
  void raw(std::string_view bytes);
  [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// Takes XDR items off the front of a buffer, which must outlive it and what it returns.
/// An item that does not fit is nothing, and changes nothing.
class XdrReader {
 public:
  explicit XdrReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  [[nodiscard]] std::optional<std::uint32_t> word();
  /// Opaque data or a string of at most `max_size` bytes, without the padding.
  [[nodiscard]] std::optional<std::span<const std::byte>> opaque(std::size_t max_size);
  /// The next `size` bytes as they are.
  [[nodiscard]] std::optional<std::span<const std::byte>> raw(std::size_t size);
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace glusterconsul::gluster
