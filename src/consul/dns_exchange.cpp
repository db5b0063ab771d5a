#include "consul/dns_exchange.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "consul/free_with.hpp"
#include "consul/sigpipe_guard.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

using AresChannel = std::unique_ptr<std::remove_pointer_t<ares_channel>, FreeWith<ares_destroy>>;
using AresAddresses = std::unique_ptr<ares_addrinfo, FreeWith<ares_freeaddrinfo>>;
using Bytes = std::vector<std::uint8_t>;

/// RFC 1035 section 3.2.2, RFC 3596, RFC 2782
int number_of(DnsExchange::Type type) {
  switch (type) {
    case DnsExchange::Type::kA:
      return 1;
    case DnsExchange::Type::kAaaa:
      return 28;
    case DnsExchange::Type::kSrv:
      return 33;
  }
  return 0;
}

/// Once for the process, from whichever thread comes first.
int initialise_ares() {
  static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
  return status;
}

/// c-ares gives up later than we do: ours is the deadline.
int patience(const Deadline& deadline) {
  return deadline.poll_timeout() + 1000;
}

Error explain_failure(int status, const std::string& where) {
  const auto said = [&](ErrorCode code, std::string_view what) {
    return Error{code, fmt::format("{} {}", where, what)};
  };
  switch (status) {
    case ARES_ETIMEOUT:
      return said(ErrorCode::kTimedOut, "does not answer in time");
    case ARES_EBADRESP:
      return said(ErrorCode::kBadReply, "answers with what is no DNS reply");
    case ARES_EBADNAME:
    case ARES_EBADQUERY:
      return said(ErrorCode::kRejected, "cannot be asked for such a name");
    case ARES_ENOMEM:
      return said(ErrorCode::kSystem, "was not asked: out of memory");
    default:
      return said(ErrorCode::kUnreachable,
                  fmt::format("does not answer ({}); is the agent running, and is its DNS port "
                              "open for TCP?",
                              ::ares_strerror(status)));
  }
}

/// The address to connect to, of those that the resolver found.
std::optional<IpAddress> first_address(const ares_addrinfo& found) {
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* address = nullptr;
    if (node->ai_family == AF_INET) {
      address = &reinterpret_cast<const sockaddr_in*>(node->ai_addr)->sin_addr;
    } else if (node->ai_family == AF_INET6) {
      address = &reinterpret_cast<const sockaddr_in6*>(node->ai_addr)->sin6_addr;
    }
    if (address == nullptr) continue;
    if (::inet_ntop(node->ai_family, address, text.data(), text.size()) == nullptr) continue;
    if (auto parsed = IpAddress::parse(text.data())) return *std::move(parsed);
  }
  return std::nullopt;
}

}  // namespace

/// A c-ares channel with the sockets that it waits for.
class DnsExchange::Channel {
 public:
  /// With `options` and `mask` as ares_init_options(3) takes them.
  static Result<std::unique_ptr<Channel>> open(ares_options options, int mask) {
    auto channel = std::make_unique<Channel>();
    options.sock_state_cb = &Channel::watch;
    options.sock_state_cb_data = channel.get();
    ares_channel raw = nullptr;
    if (initialise_ares() != ARES_SUCCESS ||
        ::ares_init_options(&raw, &options, mask | ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) {
      return fail(ErrorCode::kSystem, "c-ares cannot be started");
    }
    channel->ares_.reset(raw);
    return channel;
  }

  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() { ares_.reset(); }  // first of all: it still calls watch()

  [[nodiscard]] ares_channel ares() const { return ares_.get(); }

  /// Until `done()`. kTimedOut or kInterrupted where that does not come; the
  /// question is then withdrawn, so that no callback comes later.
  [[nodiscard]] Result<void> run(const std::function<bool()>& done, const std::string& where,
                                 const Deadline& deadline, const Cancel& cancel) {
    const SigpipeGuard guard;
    while (!done()) {
      if (cancel.requested()) {
        ::ares_cancel(ares());
        return fail(ErrorCode::kInterrupted, fmt::format("interrupted while asking {}", where));
      }
      if (deadline.expired()) {
        ::ares_cancel(ares());
        return fail(ErrorCode::kTimedOut, fmt::format("{} does not answer in time", where));
      }
      wait_once(deadline, cancel);
    }
    return {};
  }

 private:
  static void watch(void* self, ares_socket_t socket, int readable, int writable) noexcept {
    auto& sockets = static_cast<Channel*>(self)->sockets_;
    std::erase_if(sockets, [&](const pollfd& watched) { return watched.fd == socket; });
    if (readable == 0 && writable == 0) return;
    const int events = (readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0);
    sockets.push_back({socket, static_cast<short>(events), 0});
  }

  void wait_once(const Deadline& deadline, const Cancel& cancel) {
    auto polled = sockets_;  // a copy: c-ares changes the list while it works
    polled.push_back({cancel.fd(), POLLIN, 0});
    ::poll(polled.data(), polled.size(), std::min(deadline.poll_timeout(), ares_patience()));
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

  /// When c-ares wants to be called at the latest, in milliseconds.
  [[nodiscard]] int ares_patience() const {
    timeval most{3600, 0};
    timeval left{};
    const auto* next = ::ares_timeout(ares(), &most, &left);
    return static_cast<int>(next->tv_sec * 1000 + (next->tv_usec + 999) / 1000);
  }

  std::vector<pollfd> sockets_;
  AresChannel ares_;
};

namespace {

/// What a callback of c-ares leaves behind.
struct Outcome {
  bool is_done = false;
  int status = ARES_SUCCESS;
  Bytes reply;
};

void take_reply(void* user, int status, int /*timeouts*/, unsigned char* reply,
                int length) noexcept {
  auto& outcome = *static_cast<Outcome*>(user);
  outcome.is_done = true;
  outcome.status = status;
  if (reply != nullptr && length > 0) outcome.reply.assign(reply, reply + length);
}

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

void send_question(ares_channel channel, const std::string& name, int type, Outcome& outcome) {
  constexpr int kClassIn = 1;
// ares_query() is deprecated from c-ares 1.28 on; what replaces it is missing in
// 1.18, and gives no bytes, while our reader must be the same with both.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  ::ares_query(channel, name.c_str(), kClassIn, type, &take_reply, &outcome);
#pragma GCC diagnostic pop
}

}  // namespace

DnsExchange::DnsExchange(std::string where, std::unique_ptr<Channel> channel)
    : where_(std::move(where)), channel_(std::move(channel)) {}
DnsExchange::DnsExchange(DnsExchange&&) noexcept = default;
DnsExchange& DnsExchange::operator=(DnsExchange&&) noexcept = default;
DnsExchange::~DnsExchange() = default;

std::string where_of(const Endpoint& dns_server) {
  return fmt::format("Consul's DNS at {}", to_string(dns_server));
}

Result<DnsExchange> DnsExchange::open(const Endpoint& server, const Deadline& deadline,
                                      const Cancel& cancel) {
  const auto where = where_of(server);
  auto target = server;
  if (const auto* name = server.host.name()) {
    auto system = Channel::open({}, 0);
    if (!system) return tl::unexpected(system.error());
    Found found;
    const ares_addrinfo_hints hints{0, AF_UNSPEC, SOCK_STREAM, 0};
    ::ares_getaddrinfo((*system)->ares(), name->text().c_str(), nullptr, &hints, &take_addresses,
                       &found);
    const auto ran = (*system)->run([&] { return found.is_done; }, where, deadline, cancel);
    if (!ran) return tl::unexpected(ran.error());
    const auto address =
        found.status == ARES_SUCCESS ? first_address(*found.addresses) : std::nullopt;
    if (!address) {
      return fail(ErrorCode::kUnreachable, fmt::format("{}: its host name cannot be resolved ({})",
                                                       where, ::ares_strerror(found.status)));
    }
    target.host = Host(*address);
  }

  std::string lookups = "b";  // DNS only, no hosts file
  std::string no_file = "/dev/null";
  ares_options options{};
  options.flags = ARES_FLAG_USEVC | ARES_FLAG_STAYOPEN | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
                  ARES_FLAG_NOCHECKRESP;
  options.timeout = patience(deadline);
  options.tries = 1;
  options.lookups = lookups.data();
  options.resolvconf_path = no_file.data();
  auto channel = Channel::open(options, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                            ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF);
  if (!channel) return tl::unexpected(channel.error());
  if (::ares_set_servers_ports_csv((*channel)->ares(), to_string(target).c_str()) != ARES_SUCCESS) {
    return fail(ErrorCode::kSystem, fmt::format("{}: c-ares does not take the address", where));
  }
  return DnsExchange(where, *std::move(channel));
}

Result<Bytes> DnsExchange::ask(const std::string& name, Type type, const Deadline& deadline,
                               const Cancel& cancel) {
  Outcome outcome;
  {
    const SigpipeGuard guard;  // c-ares may write before it returns
    send_question(channel_->ares(), name, number_of(type), outcome);
  }
  const auto ran = channel_->run([&] { return outcome.is_done; }, where_, deadline, cancel);
  if (!ran) return tl::unexpected(ran.error());
  if (outcome.reply.empty()) return tl::unexpected(explain_failure(outcome.status, where_));
  return std::move(outcome.reply);
}

}  // namespace glusterconsul::consul
