#include "consul/dns_exchange.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <utility>

#include "consul/agent_trust.hpp"
#include "consul/server_addresses.hpp"
#include "util/socket_address.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kLengthSize = 2;      // RFC 1035 section 4.2.2
constexpr milliseconds kAttemptDelay{250};  // RFC 8305 section 5

/// A reply must carry the id of its query. An off-path attacker cannot forge a reply in a TCP
/// connection, so a system that has no random numbers yet uses the id 0.
std::uint16_t make_id() {
  std::uint16_t id = 0;
  if (::getrandom(&id, sizeof id, GRND_NONBLOCK) < 0) id = 0;
  return id;
}

/// The message with the length prefix that TCP requires.
Bytes framed(const Bytes& message) {
  Bytes bytes = {static_cast<std::uint8_t>(message.size() >> 8U),
                 static_cast<std::uint8_t>(message.size() & 0xFFU)};
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

bool may_go_on_later(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

tl::unexpected<Error> broken(int error_number) {
  return fail(ErrorCode::kUnreachable,
              error_number == EPIPE ? "it closed the connection" : errno_text(error_number));
}

/// The server to query: its name in errors (`where`), and the additional user who may run it
/// (`user`; see agent_trust.hpp).
struct Agent {
  const std::string& where;
  const std::string& user;
};

/// One connection, for one query and its reply. No function of it blocks.
class Contact {
 public:
  explicit Contact(IpAddress address) : address_(std::move(address)) {}
  /// Takes a connection whose peer has already been checked.
  Contact(IpAddress address, UniqueFd connection)
      : address_(std::move(address)),
        socket_(std::move(connection)),
        is_connected_(true),
        is_checked_(true) {}

  [[nodiscard]] Result<void> connect(Port port);
  /// Sends and receives as much as possible without blocking. True if the reply is complete.
  /// kUnreachable and kBadReply contain only the cause; any other error of refuse_peer()
  /// (agent_trust.hpp), such as kUntrusted, is a complete message, and is returned before anything
  /// is sent.
  [[nodiscard]] Result<bool> advance(std::span<const std::uint8_t> query, const Agent& agent);

  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] pollfd watched() const {
    return {socket_.get(), static_cast<short>(is_sent_ ? POLLIN : POLLOUT), 0};
  }
  /// Only after advance() has returned true: the message without its length prefix, and the
  /// connection that it arrived on.
  [[nodiscard]] Bytes message() const { return {received_.begin() + kLengthSize, received_.end()}; }
  [[nodiscard]] UniqueFd release_connection() { return std::move(socket_); }

 private:
  [[nodiscard]] Result<void> finish_connecting();
  [[nodiscard]] Result<void> send(std::span<const std::uint8_t> query);
  [[nodiscard]] Result<bool> receive();
  /// The size of the reply, including its length prefix; that of the prefix alone until it has
  /// arrived.
  [[nodiscard]] std::size_t expected_size() const {
    if (received_.size() < kLengthSize) return kLengthSize;
    return kLengthSize + (std::size_t{received_[0]} << 8U | received_[1]);
  }

  IpAddress address_;
  UniqueFd socket_;
  bool is_connected_ = false;
  bool is_checked_ = false;
  std::size_t sent_ = 0;
  bool is_sent_ = false;
  Bytes received_;
};

Result<void> Contact::connect(Port port) {
  const auto target = socket_address(address_, port);
  socket_.reset(::socket(target.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return broken(errno);
  const auto* raw = reinterpret_cast<const sockaddr*>(&target.storage);
  if (::connect(socket_.get(), raw, target.size) == 0) {
    is_connected_ = true;
    return {};
  }
  // A connect(2) that is interrupted also continues in the background.
  if (errno != EINPROGRESS && errno != EINTR) return broken(errno);
  return {};
}

Result<void> Contact::finish_connecting() {
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
  if (problem != 0) return broken(problem);
  is_connected_ = true;
  return {};
}

Result<void> Contact::send(std::span<const std::uint8_t> query) {
  while (sent_ < query.size()) {
    const auto rest = query.subspan(sent_);
    const auto count = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && may_go_on_later(errno)) return {};
    if (count < 0) return broken(errno);
    sent_ += static_cast<std::size_t>(count);
  }
  is_sent_ = true;
  return {};
}

Result<bool> Contact::receive() {
  std::array<std::uint8_t, 4096> part{};
  while (received_.size() < expected_size()) {
    // Read no further than this reply: nothing else was requested.
    const auto size = std::min(part.size(), expected_size() - received_.size());
    const auto count = ::recv(socket_.get(), part.data(), size, 0);
    if (count < 0 && may_go_on_later(errno)) return false;
    if (count < 0) return broken(errno);
    if (count == 0) return broken(EPIPE);
    received_.insert(received_.end(), part.begin(), part.begin() + count);
  }
  return received_.size() >= kLengthSize;
}

Result<bool> Contact::advance(std::span<const std::uint8_t> query, const Agent& agent) {
  if (!is_connected_) TRY(finish_connecting());
  if (!is_checked_) {
    if (auto refusal = refuse_peer(socket_.get(), agent.user, agent.where)) {
      if (refusal->code == ErrorCode::kUnreachable) return broken(EPIPE);
      return fail(*std::move(refusal));
    }
    is_checked_ = true;
  }
  if (!is_sent_) {
    TRY(send(query));
    if (!is_sent_) return false;
  }
  auto received = receive();
  if (received && *received &&
      !is_reply_to(query.subspan(kLengthSize), std::span(received_).subspan(kLengthSize))) {
    return fail(ErrorCode::kBadReply, "sent something that is not a reply to the query");
  }
  return received;
}

/// Sends one query to the addresses of one server, and uses the first reply.
class Race {
 public:
  Race(std::span<const std::uint8_t> query, Agent agent, const std::vector<IpAddress>& addresses,
       Port port, milliseconds delay)
      : query_(query), agent_(agent), addresses_(addresses), port_(port), delay_(delay) {}

  /// Starts with a connection that has already carried a reply. The server may have closed it
  /// since; that is not a failure, because all addresses are tried after it.
  void reuse(UniqueFd connection) {
    contacts_.emplace_back(addresses_.front(), std::move(connection));
    is_reusing_ = true;
  }

  /// Starts a connection to each address that is due. False if there is nothing to wait for.
  [[nodiscard]] bool start_due();
  void wait(const Deadline& deadline, const Cancel& cancel);
  /// Advances all contacts. Returns the one that has received its reply, if any.
  [[nodiscard]] std::optional<Contact> advance();
  /// The reason for the missing reply, after all addresses have failed.
  [[nodiscard]] Error failure() const;

 private:
  void note_failure(const Contact& contact, const Error& error);
  [[nodiscard]] bool has_more() const { return next_ < addresses_.size(); }

  std::span<const std::uint8_t> query_;
  Agent agent_;
  const std::vector<IpAddress>& addresses_;
  Port port_;
  milliseconds delay_;
  std::vector<Contact> contacts_;
  std::vector<pollfd> polled_;  ///< one per contact, in order, then `cancel`
  bool is_reusing_ = false;
  std::size_t next_ = 0;
  Clock::time_point next_start_;
  std::optional<Error> refusal_;
  std::optional<Error> bad_reply_;
  std::vector<std::string> causes_;
};

bool Race::start_due() {
  while (has_more() && (contacts_.empty() || (!is_reusing_ && Clock::now() >= next_start_))) {
    Contact contact(addresses_[next_++]);
    next_start_ = Clock::now() + delay_;
    if (const auto connected = contact.connect(port_); !connected) {
      note_failure(contact, connected.error());
      continue;
    }
    contacts_.push_back(std::move(contact));
  }
  return !contacts_.empty();
}

void Race::wait(const Deadline& deadline, const Cancel& cancel) {
  polled_.clear();
  for (const auto& contact : contacts_) polled_.push_back(contact.watched());
  polled_.push_back({cancel.fd(), POLLIN, 0});
  const auto until =
      has_more() && !is_reusing_ ? Deadline(std::min(deadline.at(), next_start_)) : deadline;
  ::poll(polled_.data(), polled_.size(), until.poll_timeout());
}

std::optional<Contact> Race::advance() {
  std::vector<Contact> under_way;
  for (std::size_t i = 0; i < contacts_.size(); ++i) {
    auto& contact = contacts_[i];
    if (polled_[i].revents != 0) {
      const auto advanced = contact.advance(query_, agent_);
      if (advanced && *advanced) return std::move(contact);
      if (!advanced) {
        note_failure(contact, advanced.error());
        continue;
      }
    }
    under_way.push_back(std::move(contact));
  }
  contacts_ = std::move(under_way);
  return std::nullopt;
}

void Race::note_failure(const Contact& contact, const Error& error) {
  next_start_ = Clock::now();
  if (std::exchange(is_reusing_, false)) return;
  if (error.code == ErrorCode::kUntrusted) refusal_ = error;
  if (error.code == ErrorCode::kBadReply) bad_reply_ = error;
  causes_.push_back(addresses_.size() == 1
                        ? error.message
                        : fmt::format("{}: {}", contact.address().text(), error.message));
}

Error Race::failure() const {
  if (refusal_) return *refusal_;
  if (bad_reply_) {
    return Error{ErrorCode::kBadReply, fmt::format("{} {}", agent_.where, bad_reply_->message)};
  }
  constexpr std::size_t kMaxCauses = 4;
  auto causes = causes_;
  if (causes.size() > kMaxCauses) {
    causes.resize(kMaxCauses);
    causes.emplace_back("...");
  }
  return Error{ErrorCode::kUnreachable,
               fmt::format("{} does not respond ({})", agent_.where, join(causes, "; ")),
               "check that the agent is running and that its DNS port is open for TCP"};
}

}  // namespace

std::string where_of(const Endpoint& dns_server) {
  return fmt::format("Consul's DNS at {}", to_string(dns_server));
}

Result<DnsExchange> DnsExchange::open(const DnsSettings& settings, const Deadline& deadline,
                                      const Cancel& cancel) {
  const auto& server = settings.server;
  const auto where = where_of(server);
  if (const auto* address = server.host.address()) {
    return DnsExchange(where, {*address}, server.port, settings.agent_user);
  }
  auto addresses = find_addresses(*server.host.name(), deadline, cancel);
  if (!addresses) return with_context(addresses.error(), where);
  return DnsExchange(where, *std::move(addresses), server.port, settings.agent_user);
}

DnsExchange::DnsExchange(std::string where, std::vector<IpAddress> addresses, Port port,
                         std::string agent_user)
    : where_(std::move(where)),
      agent_user_(std::move(agent_user)),
      addresses_(std::move(addresses)),
      port_(port) {}

Result<Bytes> DnsExchange::ask(const std::string& name, DnsType type, const Deadline& deadline,
                               const Cancel& cancel) {
  const auto message = encode_query(name, type, make_id());
  if (!message) {
    return fail(message.error().code, fmt::format("{} {}", where_, message.error().message));
  }
  const auto query = framed(*message);
  const auto attempts = static_cast<milliseconds::rep>(addresses_.size()) + 1;
  Race race(query, {where_, agent_user_}, addresses_, port_,
            std::min(kAttemptDelay, deadline.remaining() / attempts));
  if (connection_) race.reuse(std::move(connection_));
  while (race.start_due()) {
    if (cancel.requested()) {
      return fail(ErrorCode::kInterrupted, fmt::format("interrupted while querying {}", where_));
    }
    if (deadline.expired()) {
      return fail(ErrorCode::kTimedOut, fmt::format("{} did not respond in time", where_));
    }
    race.wait(deadline, cancel);
    if (auto won = race.advance()) {
      const auto at = std::find(addresses_.begin(), addresses_.end(), won->address());
      std::rotate(addresses_.begin(), at, at + 1);
      connection_ = won->release_connection();
      return won->message();
    }
  }
  return fail(race.failure());
}

}  // namespace glusterconsul::consul
