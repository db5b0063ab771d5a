#include "gluster/xdr.hpp"

namespace glusterconsul::gluster {

void XdrWriter::word(std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes_.push_back(static_cast<std::byte>((value >> shift) & 0xFFU));
  }
}

void XdrWriter::opaque(std::span<const std::byte> bytes) {
  word(static_cast<std::uint32_t>(bytes.size()));
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.resize(bytes_.size() + (4 - bytes.size() % 4) % 4);
}

void XdrWriter::raw(std::string_view bytes) {
  const auto raw = std::as_bytes(std::span(bytes));
  bytes_.insert(bytes_.end(), raw.begin(), raw.end());
}

std::optional<std::uint32_t> XdrReader::word() {
  const auto bytes = raw(4);
  if (!bytes) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::byte b : *bytes) value = (value << 8U) | std::to_integer<std::uint32_t>(b);
  return value;
}

std::optional<std::span<const std::byte>> XdrReader::opaque(std::size_t max_size) {
  XdrReader ahead = *this;
  const auto size = ahead.word();
  if (!size || *size > max_size) return std::nullopt;
  const auto bytes = ahead.raw(*size);
  if (!bytes || !ahead.raw((4 - std::size_t{*size} % 4) % 4)) return std::nullopt;
  *this = ahead;
  return bytes;
}

std::optional<std::span<const std::byte>> XdrReader::raw(std::size_t size) {
  if (size > rest_.size()) return std::nullopt;
  const auto bytes = rest_.first(size);
  rest_ = rest_.subspan(size);
  return bytes;
}

}  // namespace glusterconsul::gluster
