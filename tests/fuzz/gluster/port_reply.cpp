#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "gluster/ping.hpp"
#include "gluster/portmap.hpp"

using namespace glusterconsul::gluster;
using namespace glusterconsul::fuzz;

/// For any record, as a reply to PORTBYBRICK: a port is never 0. As one to a ping: whatever has a
/// port is also a reply to a ping, which has no results that must be there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = std::as_bytes(std::span(data, size));
  const auto port = decode_port_by_brick(record, 1);
  const auto ping = decode_ping(record, 1);
  require(!port || !*port || **port != 0);
  require(!port || ping);
  if (!port) require_sentence(port.error());
  if (!ping) require_sentence(ping.error());
  return 0;
}
