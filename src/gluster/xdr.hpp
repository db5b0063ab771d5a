#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace glusterconsul::gluster {

/// Appends XDR items (RFC 4506) to its own buffer.
class XdrWriter {
 public:
  void word(std::uint32_t value);
  /// Variable-length opaque data or a string: the length, the bytes, and zeros up to a multiple of
  /// four. `bytes` must be shorter than 4 GiB.
  void opaque(std::span<const std::byte> bytes);
  /// The unchanged bytes, without length and padding.
  void raw(std::string_view bytes);
  [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// Reads XDR items from the front of a buffer, which must outlive the reader and what it returns.
/// If the rest of the buffer is too short for an item, nothing is returned or consumed.
class XdrReader {
 public:
  explicit XdrReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  [[nodiscard]] std::optional<std::uint32_t> word();
  /// Opaque data or a string of at most `max_size` bytes, without the padding.
  [[nodiscard]] std::optional<std::span<const std::byte>> opaque(std::size_t max_size);
  /// The next `size` bytes, unchanged.
  [[nodiscard]] std::optional<std::span<const std::byte>> raw(std::size_t size);
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace glusterconsul::gluster
