#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "gluster/brick_hosts.hpp"
#include "gluster/handshake.hpp"
#include "gluster/rpc.hpp"
#include "gluster/volfile_bricks.hpp"
#include "gluster/volume_identity.hpp"

using namespace glusterconsul::gluster;
using namespace glusterconsul::fuzz;

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

void check_brick_hosts(std::string_view volfile) {
  const auto hosts = glusterconsul::gluster::brick_hosts(volfile);
  require(hosts.size() <= kMaxBrickHosts);
  for (auto host = hosts.begin(); host != hosts.end(); ++host) {
    const auto again = glusterconsul::Host::parse(host->text());
    require(again && *again == *host);
    require(std::find(hosts.begin(), host, *host) == host);
  }
}

void check_identity(std::string_view volfile) {
  const auto identity = volume_identity(volfile);
  require(identity.brick_hashes.size() <= kMaxIdentityBricks);
  require(std::is_sorted(identity.brick_hashes.begin(), identity.brick_hashes.end()));
  require(identity.is_known() != identity.first_brick.empty() &&
          identity.first_brick.size() <= 512);
}

}  // namespace

/// For any input: the record does not depend on how the input is split, and neither the record
/// nor its volfile is longer than the input. The answer to another call is rejected. The brick
/// hosts are valid, limited in number, and without duplicates.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = std::as_bytes(std::span(data, size));
  const auto whole = read_in_pieces(stream, std::max<std::size_t>(size, 1));
  require(read_in_pieces(stream, 3) == whole);
  require(!whole || whole->size() <= size);
  const auto record = whole ? std::span<const std::byte>(*whole) : stream;
  const auto reply = decode_getspec(record, 1);
  if (!reply) {
    require_sentence(reply.error());
    return 0;
  }
  require(reply->volfile.size() <= size);
  require(reply->op_ret >= 0 || reply->volfile.empty());
  require(!decode_getspec(record, 2).has_value());
  check_brick_hosts(reply->volfile);
  check_identity(reply->volfile);
  require(volfile_bricks(reply->volfile, 8).size() <= 8);
  return 0;
}
