#pragma once

#include <string_view>
#include <vector>

#include "util/host.hpp"
#include "util/tcp_socket.hpp"

namespace glusterconsul {

/// One line of /proc/net/tcp or /proc/net/tcp6 (proc(5)).
struct TcpTableRow {
  SocketEnd local;
  SocketEnd remote;
  SocketFacts facts;
};

/// Parses the text of such a file; lines that are not sockets are skipped.
[[nodiscard]] std::vector<TcpTableRow> parse_tcp_table(std::string_view text);

/// The address of one end, and its port in host byte order.
[[nodiscard]] Endpoint endpoint_of(const SocketEnd& end);

}  // namespace glusterconsul
