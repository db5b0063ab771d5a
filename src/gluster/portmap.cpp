#include "gluster/portmap.hpp"

#include <limits>

#include "gluster/rpc.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr Procedure kPortByBrick{34123456, 1, 1, "PORTBYBRICK"};

}  // namespace

std::vector<std::byte> encode_port_by_brick(std::uint32_t xid, std::string_view path) {
  XdrWriter arguments;
  arguments.opaque(std::as_bytes(std::span(path)));
  return encode_call(xid, kPortByBrick, std::move(arguments).take());
}

Result<std::optional<Port>> decode_port_by_brick(std::span<const std::byte> record,
                                                 std::uint32_t xid) {
  TRY_ASSIGN(auto reader, results(record, xid, kPortByBrick));
  const auto op_ret = reader.word();
  const auto op_errno = reader.word();
  const auto status = reader.word();
  const auto port = reader.word();
  if (!op_ret || !op_errno || !status || !port) return cut_off();
  const bool is_running = *op_ret == 0 && *port > 0 && *port <= std::numeric_limits<Port>::max();
  return is_running ? std::optional<Port>(static_cast<Port>(*port)) : std::nullopt;
}

}  // namespace glusterconsul::gluster
