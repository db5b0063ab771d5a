#include "util/tcp_socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/proc_file.hpp"
#include "util/tcp_table.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

std::size_t address_size(const SocketEnd& end) {
  return end.family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
}

// --- sock_diag(7)

struct Request {
  nlmsghdr header{};
  inet_diag_req_v2 body{};
};

/// What the kernel reports about one socket, or that the socket does not exist.
struct DiagReply {
  std::optional<SocketFacts> socket;
  bool is_missing = false;  ///< ENOENT: no such socket, or no module to search for it
};

Request request_for(const SocketEnd& local, const SocketEnd& remote) {
  Request request;
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.body.sdiag_family = static_cast<std::uint8_t>(local.family);
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = ~0U;
  auto& id = request.body.id;
  id.idiag_sport = local.port;
  id.idiag_dport = remote.port;
  std::memcpy(id.idiag_src, local.address.data(), address_size(local));
  std::memcpy(id.idiag_dst, remote.address.data(), address_size(remote));
  id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

Result<DiagReply> read_diag_reply(std::span<const char> message) {
  nlmsghdr header{};
  if (message.size() < sizeof(header)) return fail(ErrorCode::kSystem, "sock_diag: short reply");
  std::memcpy(&header, message.data(), sizeof(header));
  const auto body = message.subspan(NLMSG_HDRLEN);
  if (header.nlmsg_type == NLMSG_ERROR && body.size() >= sizeof(nlmsgerr)) {
    nlmsgerr error{};
    std::memcpy(&error, body.data(), sizeof(error));
    if (error.error == -ENOENT) return DiagReply{std::nullopt, true};
    return fail(ErrorCode::kSystem, fmt::format("sock_diag: {}", errno_text(-error.error)));
  }
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || body.size() < sizeof(inet_diag_msg)) {
    return fail(ErrorCode::kSystem, "sock_diag: unexpected reply");
  }
  inet_diag_msg socket{};
  std::memcpy(&socket, body.data(), sizeof(socket));
  return DiagReply{SocketFacts{socket.idiag_state, socket.idiag_uid, socket.idiag_inode}, false};
}

/// The socket with these two ends; if the remote end is all zeros, the one that listens.
Result<DiagReply> ask_kernel(const SocketEnd& local, const SocketEnd& remote) {
  const UniqueFd netlink(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!netlink) {
    Error error{ErrorCode::kSystem, fmt::format("sock_diag: {}", errno_text(errno))};
    error.transient = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    return fail(std::move(error));
  }
  const auto request = request_for(local, remote);
  if (::send(netlink.get(), &request, sizeof(request), 0) < 0) {
    return fail(ErrorCode::kSystem, fmt::format("sock_diag: {}", errno_text(errno)));
  }
  // The kernel answers within send(2), so there is nothing to wait for.
  std::array<char, 4096> reply{};
  const auto size = ::recv(netlink.get(), reply.data(), reply.size(), MSG_DONTWAIT);
  if (size < 0) return fail(ErrorCode::kSystem, fmt::format("sock_diag: {}", errno_text(errno)));
  return read_diag_reply({reply.data(), static_cast<std::size_t>(size)});
}

// --- /proc/net/tcp and tcp6, if the kernel has no tcp_diag module

/// The text of a proc(5) file; empty if it cannot be read.
std::string read_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::array<char, 16384> part{};
  for (ssize_t got = 0; file && (got = ::read(file.get(), part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// Like ask_kernel(), but reads the list of all TCP sockets of the network namespace.
std::optional<SocketFacts> search_proc(const SocketEnd& local, const SocketEnd& remote) {
  constexpr unsigned kListen = TCP_LISTEN;
  const bool wants_listener = remote.port == 0;
  for (const auto& path : {proc_path("self/net/tcp"), proc_path("self/net/tcp6")}) {
    for (const auto& row : parse_tcp_table(read_file(path))) {
      if (row.local.port != local.port) continue;
      const bool is_match = wants_listener ? row.facts.state == kListen &&
                                                 (row.local == local || is_unspecified(row.local))
                                           : row.local == local && row.remote == remote;
      if (is_match) return row.facts;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<SocketEnd> end_of(const sockaddr* address, socklen_t size) {
  SocketEnd end;
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof(v4));
    std::memcpy(end.address.data(), &v4.sin_addr, sizeof(v4.sin_addr));
    end.port = v4.sin_port;
    return end;
  }
  if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof(v6));
    end.port = v6.sin6_port;
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      std::memcpy(end.address.data(), &v6.sin6_addr.s6_addr[12], sizeof(in_addr));
    } else {
      end.family = AF_INET6;
      std::memcpy(end.address.data(), &v6.sin6_addr, sizeof(v6.sin6_addr));
    }
    return end;
  }
  return std::nullopt;
}

bool is_loopback(const SocketEnd& end) {
  if (end.family == AF_INET) return end.address[0] == 127;
  in6_addr v6{};
  std::memcpy(&v6, end.address.data(), sizeof(v6));
  return IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_unspecified(const SocketEnd& end) {
  return std::all_of(end.address.begin(), end.address.end(), [](auto byte) { return byte == 0; });
}

Result<std::optional<SocketFacts>> find_socket(const SocketEnd& local, const SocketEnd& remote) {
  auto reply = ask_kernel(local, remote);
  if (reply && !reply->is_missing) return reply->socket;
  if (!reply && reply.error().transient) return fail(reply.error());
  return search_proc(local, remote);
}

Result<std::optional<SocketFacts>> find_listener(const SocketEnd& local) {
  SocketEnd nobody;
  nobody.family = local.family;
  return find_socket(local, nobody);
}

}  // namespace glusterconsul
