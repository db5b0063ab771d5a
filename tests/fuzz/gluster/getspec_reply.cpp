#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gluster/handshake.hpp"

using namespace glusterconsul::gluster;

namespace {

std::optional<std::vector<std::byte>> read_in_pieces(std::span<const std::byte> stream,
                                                     std::size_t piece) {
  RecordReader reader;
  while (!stream.empty()) {
    const auto part = stream.first(std::min(piece, stream.size()));
    if (!reader.add(part)) return std::nullopt;
    stream = stream.subspan(part.size());
  }
  const auto record = reader.record();
  if (!record) return std::nullopt;
  return std::vector<std::byte>(record->begin(), record->end());
}

}  // namespace

/// Whatever a server sends: the record is the same however it is cut into pieces,
/// and no longer than what was sent; nor is the volfile in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = std::as_bytes(std::span(data, size));
  const auto whole = read_in_pieces(stream, std::max<std::size_t>(size, 1));
  if (read_in_pieces(stream, 3) != whole) std::abort();
  if (whole && whole->size() > size) std::abort();
  if (const auto reply = decode_getspec(whole ? std::span(*whole) : stream, 1)) {
    if (reply->volfile.size() > size) std::abort();
    if (reply->op_ret < 0 && !reply->volfile.empty()) std::abort();
  }
  return 0;
}
