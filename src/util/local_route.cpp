#include "util/local_route.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

/// One end of a connection, as needed for a route request.
struct Place {
  std::uint8_t family = AF_UNSPEC;
  std::vector<std::uint8_t> address;
  std::uint16_t port = 0;   ///< network byte order
  std::uint32_t scope = 0;  ///< IPv6: the interface of a link-local address
};

template <typename Bytes>
std::vector<std::uint8_t> bytes_of(const Bytes& value) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(&value);
  return {first, first + sizeof(value)};
}

std::optional<Place> place_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof(v4));
    return Place{AF_INET, bytes_of(v4.sin_addr), v4.sin_port, 0};
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof(v6));
    auto bytes = bytes_of(v6.sin6_addr);
    if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      return Place{AF_INET6, std::move(bytes), v6.sin6_port, v6.sin6_scope_id};
    }
    bytes.erase(bytes.begin(), bytes.end() - sizeof(in_addr));
    return Place{AF_INET, std::move(bytes), v6.sin6_port, 0};
  }
  return std::nullopt;
}

/// An rtnetlink(7) request with its attributes.
class RouteRequest {
 public:
  explicit RouteRequest(const Place& destination) : bytes_(NLMSG_LENGTH(sizeof(rtmsg))) {
    rtmsg route{};
    route.rtm_family = destination.family;
    route.rtm_dst_len = static_cast<std::uint8_t>(8 * destination.address.size());
    std::memcpy(bytes_.data() + NLMSG_HDRLEN, &route, sizeof(route));
    add(RTA_DST, destination.address);
    add(RTA_IP_PROTO, bytes_of(std::uint8_t{IPPROTO_TCP}));
    add(RTA_DPORT, bytes_of(destination.port));
    if (destination.scope != 0) add(RTA_OIF, bytes_of(destination.scope));
  }

  void add(unsigned short type, const std::vector<std::uint8_t>& value) {
    rtattr attribute{};
    attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(value.size()));
    attribute.rta_type = type;
    const auto at = bytes_.size();
    bytes_.resize(at + RTA_SPACE(value.size()));
    std::memcpy(bytes_.data() + at, &attribute, sizeof(attribute));
    std::memcpy(bytes_.data() + at + RTA_LENGTH(0), value.data(), value.size());
  }

  /// The finished message.
  std::span<const std::uint8_t> message() {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
    header.nlmsg_type = RTM_GETROUTE;
    header.nlmsg_flags = NLM_F_REQUEST;
    std::memcpy(bytes_.data(), &header, sizeof(header));
    return bytes_;
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

tl::unexpected<Error> cannot_ask(int problem) {
  Error error{ErrorCode::kSystem, fmt::format("rtnetlink: {}", errno_text(problem))};
  error.transient =
      problem == EMFILE || problem == ENFILE || problem == ENOMEM || problem == ENOBUFS;
  return fail(std::move(error));
}

Result<bool> read_reply(std::span<const std::uint8_t> reply) {
  nlmsghdr header{};
  if (reply.size() < NLMSG_LENGTH(sizeof(rtmsg))) return cannot_ask(EBADMSG);
  std::memcpy(&header, reply.data(), sizeof(header));
  const auto body = reply.subspan(NLMSG_HDRLEN);
  if (header.nlmsg_type == NLMSG_ERROR) {
    nlmsgerr error{};
    if (body.size() < sizeof(error.error)) return cannot_ask(EBADMSG);
    std::memcpy(&error.error, body.data(), sizeof(error.error));
    switch (-error.error) {
      case ENETUNREACH:
      case EHOSTUNREACH:
      case EACCES:  // a route of type "prohibit"
      case EAFNOSUPPORT:
        return false;
      default:
        return cannot_ask(-error.error);
    }
  }
  if (header.nlmsg_type != RTM_NEWROUTE) return cannot_ask(EBADMSG);
  rtmsg route{};
  std::memcpy(&route, body.data(), sizeof(route));
  return route.rtm_type == RTN_LOCAL || route.rtm_type == RTN_ANYCAST;
}

}  // namespace

Result<bool> ends_on_this_machine(const sockaddr* destination, const sockaddr* source) {
  const auto to = place_of(destination);
  if (!to) return cannot_ask(EAFNOSUPPORT);
  RouteRequest request(*to);
  const auto from = source != nullptr ? place_of(source) : std::nullopt;
  if (from && from->family == to->family) {
    request.add(RTA_SRC, from->address);
    request.add(RTA_SPORT, bytes_of(from->port));
  }
  const UniqueFd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!netlink) return cannot_ask(errno);
  const auto message = request.message();
  if (::send(netlink.get(), message.data(), message.size(), 0) < 0) return cannot_ask(errno);
  // The kernel answers within send(2), so there is nothing to wait for.
  std::array<std::uint8_t, 4096> reply{};
  const auto size = ::recv(netlink.get(), reply.data(), reply.size(), MSG_DONTWAIT);
  if (size < 0) return cannot_ask(errno);
  return read_reply(std::span(reply).first(static_cast<std::size_t>(size)));
}

}  // namespace glusterconsul
