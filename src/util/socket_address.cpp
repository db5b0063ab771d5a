#include "util/socket_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

namespace glusterconsul {

SocketAddress socket_address(const IpAddress& address, Port port) {
  SocketAddress result;
  if (address.family() == IpAddress::Family::kV4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    ::inet_pton(AF_INET, address.text().c_str(), &v4.sin_addr);
    result.size = sizeof v4;
    std::memcpy(&result.storage, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    ::inet_pton(AF_INET6, address.text().c_str(), &v6.sin6_addr);
    result.size = sizeof v6;
    std::memcpy(&result.storage, &v6, sizeof v6);
  }
  return result;
}

bool is_host_unreachable(int problem) {
  return problem == EHOSTUNREACH || problem == ENETUNREACH;
}

}  // namespace glusterconsul
