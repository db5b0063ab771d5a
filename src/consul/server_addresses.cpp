#include "consul/server_addresses.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "consul/free_with.hpp"
#include "consul/sigpipe_guard.hpp"

namespace glusterconsul::consul {
namespace {

using AresChannel = std::unique_ptr<std::remove_pointer_t<ares_channel>, FreeWith<ares_destroy>>;
using AresAddresses = std::unique_ptr<ares_addrinfo, FreeWith<ares_freeaddrinfo>>;

constexpr std::size_t kMaxAddresses = 64;

/// Once for the process, from whichever thread comes first.
int initialise_ares() {
  static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
  return status;
}

/// What the callback of c-ares leaves behind.
struct Found {
  bool is_done = false;
  int status = ARES_SUCCESS;
  AresAddresses addresses;
};

void take_addresses(void* user, int status, int /*timeouts*/, ares_addrinfo* addresses) noexcept {
  auto& found = *static_cast<Found*>(user);
  found.is_done = true;
  found.status = status;
  found.addresses.reset(addresses);
}

/// A c-ares channel with the sockets that it waits for.
class Channel {
 public:
  Channel() {
    ares_options options{};
    options.sock_state_cb = &Channel::watch;
    options.sock_state_cb_data = this;
    ares_channel raw = nullptr;
    if (initialise_ares() != ARES_SUCCESS ||
        ::ares_init_options(&raw, &options, ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) {
      return;
    }
    ares_.reset(raw);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() { ares_.reset(); }  // first of all: it still calls watch()

  /// Null if c-ares cannot be started.
  [[nodiscard]] ares_channel ares() const { return ares_.get(); }

  /// Waits until c-ares or `cancel` has something to do, and lets c-ares do it.
  void wait_once(const Deadline& deadline, const Cancel& cancel) {
    auto polled = sockets_;  // a copy: c-ares changes the list while it works
    polled.push_back({cancel.fd(), POLLIN, 0});
    ::poll(polled.data(), polled.size(), std::min(deadline.poll_timeout(), ares_timeout_ms()));
    polled.pop_back();
    bool is_ready = false;
    for (const auto& socket : polled) {
      if (socket.revents == 0) continue;
      is_ready = true;
      const bool is_broken = (socket.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
      const bool is_readable = is_broken || (socket.revents & POLLIN) != 0;
      const bool is_writable = (socket.revents & POLLOUT) != 0;
      ::ares_process_fd(ares(), is_readable ? socket.fd : ARES_SOCKET_BAD,
                        is_writable ? socket.fd : ARES_SOCKET_BAD);
    }
    if (!is_ready) ::ares_process_fd(ares(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

 private:
  static void watch(void* self, ares_socket_t socket, int readable, int writable) noexcept {
    auto& sockets = static_cast<Channel*>(self)->sockets_;
    std::erase_if(sockets, [&](const pollfd& watched) { return watched.fd == socket; });
    if (readable == 0 && writable == 0) return;
    const int events = (readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0);
    sockets.push_back({socket, static_cast<short>(events), 0});
  }

  /// When c-ares must be called at the latest.
  [[nodiscard]] int ares_timeout_ms() const {
    timeval most{3600, 0};
    timeval left{};
    const auto* next = ::ares_timeout(ares(), &most, &left);
    return static_cast<int>(next->tv_sec * 1000 + (next->tv_usec + 999) / 1000);
  }

  std::vector<pollfd> sockets_;
  AresChannel ares_;
};

std::optional<IpAddress> address_of(const ares_addrinfo_node& node) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = nullptr;
  if (node.ai_family == AF_INET) {
    address = &reinterpret_cast<const sockaddr_in*>(node.ai_addr)->sin_addr;
  } else if (node.ai_family == AF_INET6) {
    address = &reinterpret_cast<const sockaddr_in6*>(node.ai_addr)->sin6_addr;
  }
  if (address == nullptr) return std::nullopt;
  if (::inet_ntop(node.ai_family, address, text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  auto parsed = IpAddress::parse(text.data());
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

/// Each once, in the order given.
std::vector<IpAddress> addresses_of(const ares_addrinfo& found) {
  std::vector<IpAddress> addresses;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
    if (addresses.size() == kMaxAddresses) break;
    auto address = address_of(*node);
    if (!address || std::find(addresses.begin(), addresses.end(), *address) != addresses.end()) {
      continue;
    }
    addresses.push_back(*std::move(address));
  }
  return addresses;
}

}  // namespace

Result<std::vector<IpAddress>> find_addresses(const HostName& name, const Deadline& deadline,
                                              const Cancel& cancel) {
  const SigpipeGuard guard;
  Found found;
  Channel channel;  // destroyed first: it still calls take_addresses()
  if (channel.ares() == nullptr) return fail(ErrorCode::kSystem, "c-ares cannot be started");
  const ares_addrinfo_hints hints{0, AF_UNSPEC, SOCK_STREAM, 0};
  ::ares_getaddrinfo(channel.ares(), name.text().c_str(), nullptr, &hints, &take_addresses, &found);
  while (!found.is_done) {
    if (cancel.requested()) {
      return fail(ErrorCode::kInterrupted, "interrupted while resolving its host name");
    }
    if (deadline.expired()) {
      return fail(ErrorCode::kTimedOut, "its host name is not resolved in time");
    }
    channel.wait_once(deadline, cancel);
  }
  auto addresses =
      found.status == ARES_SUCCESS ? addresses_of(*found.addresses) : std::vector<IpAddress>();
  if (addresses.empty()) {
    return fail(ErrorCode::kUnreachable, fmt::format("its host name cannot be resolved ({})",
                                                     ::ares_strerror(found.status)));
  }
  return addresses;
}

}  // namespace glusterconsul::consul
