#include "gluster/ping.hpp"

#include "gluster/rpc.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr Procedure kPing{123451501, 1, 2, "PING"};

}  // namespace

std::vector<std::byte> encode_ping(std::uint32_t xid) {
  return encode_call(xid, kPing, {});
}

Result<void> decode_ping(std::span<const std::byte> record, std::uint32_t xid) {
  TRY(results(record, xid, kPing));
  return {};
}

}  // namespace glusterconsul::gluster
