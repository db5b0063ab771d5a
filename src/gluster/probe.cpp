#include "gluster/probe.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <map>
#include <utility>

#include "gluster/conversation.hpp"
#include "util/peer_owner.hpp"
#include "util/resolver.hpp"
#include "util/socket_address.hpp"
#include "util/system_account.hpp"
#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::gluster {
namespace {

/// Large enough for a usual volfile at one go; small enough that no server keeps
/// the loop from the others for long.
constexpr std::size_t kReadAtOnce = std::size_t{64} * 1024;

/// The GlusterFS client connects to a name by IPv4 unless it is told otherwise.
const IpAddress& preferred(const std::vector<IpAddress>& addresses) {
  const auto v4 = std::find_if(addresses.begin(), addresses.end(), [](const IpAddress& each) {
    return each.family() == IpAddress::Family::kV4;
  });
  return v4 != addresses.end() ? *v4 : addresses.front();
}

bool serves(Verdict verdict) {
  return verdict == Verdict::kServes || verdict == Verdict::kAccepts;
}

bool carries_round_trip(Verdict verdict) {
  return serves(verdict) || verdict == Verdict::kNoVolume;
}

/// A shortage that passes when another of our connections ends.
bool is_shortage(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS ||
         error_number == ENOMEM;
}

std::string shortage_text(int error_number) {
  return "this machine cannot open a connection: " + errno_text(error_number);
}

/// Why the process on this machine may not be a volfile server; nothing if it may.
std::optional<std::string> why_untrusted(const Result<PeerOwner>& owner, Port port) {
  if (!owner) return fmt::format("{} on this machine: {}", port, owner.error().message);
  switch (owner->kind) {
    case PeerOwner::Kind::kRemote:
    case PeerOwner::Kind::kClosed:
      return std::nullopt;
    case PeerOwner::Kind::kUnidentified:
      return fmt::format("{} on this machine: the kernel does not show which user answers there",
                         port);
    case PeerOwner::Kind::kLocal:
      break;
  }
  if (is_system_account(owner->user) || owner->user == ::geteuid()) return std::nullopt;
  return fmt::format("{} on this machine belongs to user {}", port, describe_user(owner->user));
}

bool is_want_of_descriptors(const Result<PeerOwner>& owner) {
  return !owner && owner.error().transient;
}

std::string_view why_not_asked(ProbeEnd end) {
  switch (end) {
    case ProbeEnd::kAllHeard:
      return "";
    case ProbeEnd::kEnoughServe:
      return "enough other servers answered first";
    case ProbeEnd::kDeadline:
      return "time ran out before it could be asked";
    case ProbeEnd::kNotYet:
      return "interrupted";
  }
  return "";
}

/// One server that is being asked: first its name, where it has one, then itself.
struct Contact {
  std::size_t server;
  Clock::time_point started;
  Deadline until;
  std::optional<NameLookup> lookup;
  UniqueFd socket;
  std::optional<IpAddress::Family> family;
  bool is_connecting = false;
  Conversation talk;
  Clock::time_point ended = started;
};

class Round {
 public:
  Round(std::span<const Endpoint> servers, const VolumePath& path, const ProbeSettings& settings,
        const Deadline& deadline, const Cancel& cancel)
      : servers_(servers),
        path_(path),
        settings_(settings),
        deadline_(deadline),
        cancel_(cancel),
        results_(servers.size()),
        is_judged_(servers.size()),
        addresses_(servers.size()),
        spare_(::eventfd(0, EFD_CLOEXEC)) {
    progress_.unheard = servers.size();
    for (std::size_t i = 0; i < servers.size(); ++i) {
      results_[i].is_unresolved = servers[i].host.name() != nullptr;
      if (const auto* address = servers[i].host.address()) addresses_[i] = {*address};
    }
  }

  std::vector<ProbeResult> run();

 private:
  enum class Start { kDone, kLater };

  void start_contacts();
  Start start_contact(std::size_t server);
  /// Where it fails, the errno; the shortage of descriptors is among them.
  int connect_to(Contact& contact, const SocketAddress& address);
  void wait();
  [[nodiscard]] Deadline next_event() const;
  void serve_events(Contact& contact, short events);
  void finish_lookup(Contact& contact);
  /// With kOff, that a name has no address says as little as all else.
  [[nodiscard]] Verdict verdict_without_address(Verdict verdict) const {
    return settings_.method == ProbeMethod::kOff ? Verdict::kNotAsked : verdict;
  }
  void finish_connect(Contact& contact);
  /// The connection stands: goes on if the process at the other end may be a volfile server.
  void begin(Contact& contact);
  void exchange(Contact& contact, short events);
  void send_rest(Contact& contact);
  void receive_some(Contact& contact);
  void time_out(Contact& contact) const;
  /// Turns what has an answer into results and drops its connection.
  void collect(Clock::time_point now);
  void conclude(std::size_t server, ProbeResult result);
  /// Says why of the servers that have no verdict yet.
  void give_up(std::string_view why);
  /// Of the servers on this machine that were not connected to: who listens there.
  void judge_the_rest();

  std::span<const Endpoint> servers_;
  const VolumePath& path_;
  ProbeSettings settings_;
  const Deadline& deadline_;
  const Cancel& cancel_;
  std::vector<ProbeResult> results_;
  std::vector<bool> is_judged_;  ///< the process at the other end of a connection was seen
  /// Of the servers, as far as they are known: what the client may connect to, the first first.
  std::vector<std::vector<IpAddress>> addresses_;
  UniqueFd spare_;  ///< begin() needs a descriptor when connections may have taken all others
  std::map<IpAddress, std::size_t> of_address_;  ///< connections to what names resolve to
  std::vector<Contact> contacts_;
  std::size_t next_ = 0;  ///< the first server that has not been started
  ProbeProgress progress_;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(kReadAtOnce);
};

std::vector<ProbeResult> Round::run() {
  for (;;) {
    const auto now = Clock::now();
    collect(now);
    const ProbeEnd end = probe_end(progress_, settings_, deadline_, now);
    if (end != ProbeEnd::kNotYet || cancel_.requested()) {
      for (auto& contact : contacts_) contact.talk.stop();
      collect(now);
      give_up(why_not_asked(end));
      judge_the_rest();
      return std::move(results_);
    }
    start_contacts();
    wait();
  }
}

void Round::start_contacts() {
  const std::size_t at_once = std::max<std::size_t>(settings_.at_once, 1);
  while (next_ < servers_.size() && contacts_.size() < at_once) {
    if (start_contact(next_) == Start::kLater) return;
    ++next_;
  }
}

Round::Start Round::start_contact(std::size_t server) {
  const auto now = Clock::now();
  const auto& [host, port] = servers_[server];
  // Any numbers do that another connection does not have.
  const auto xid = static_cast<std::uint32_t>(2 * server + 1);
  Contact contact{server, now,   deadline_.sooner(settings_.timeout, now),   {}, {},
                  {},     false, Conversation(settings_.method, xid, path_), now};
  int problem = 0;
  const auto* address = host.address();
  if (address != nullptr && settings_.method == ProbeMethod::kOff) {
    contact.talk.conclude(Verdict::kNotAsked, "");
  } else if (address != nullptr) {
    problem = connect_to(contact, socket_address(*address, port));
  } else if (auto lookup = NameLookup::start(*host.name())) {
    contact.lookup = *std::move(lookup);
  } else {
    problem = EMFILE;
  }
  if (!is_shortage(problem)) {
    if (problem != 0) contact.talk.failed(problem);
    contacts_.push_back(std::move(contact));
    return Start::kDone;
  }
  if (!contacts_.empty()) return Start::kLater;
  results_[server].detail = printable(shortage_text(problem));
  conclude(server, results_[server]);
  return Start::kDone;
}

int Round::connect_to(Contact& contact, const SocketAddress& address) {
  contact.family =
      address.storage.ss_family == AF_INET6 ? IpAddress::Family::kV6 : IpAddress::Family::kV4;
  contact.socket.reset(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!contact.socket) return errno;
  const auto* where = reinterpret_cast<const sockaddr*>(&address.storage);
  contact.is_connecting = ::connect(contact.socket.get(), where, address.size) != 0;
  if (!contact.is_connecting) {
    begin(contact);
    return 0;
  }
  // An interrupted connect(2) goes on by itself, too.
  return errno == EINPROGRESS || errno == EINTR ? 0 : errno;
}

Deadline Round::next_event() const {
  Deadline next = deadline_;
  const auto consider = [&](Clock::time_point at) {
    if (at < next.at()) next = Deadline(at);
  };
  for (const auto& contact : contacts_) {
    // What failed at once is over already, and makes room for another.
    consider(contact.talk.answer() ? contact.started : contact.until.at());
  }
  if (progress_.enough_since) consider(*progress_.enough_since + settings_.grace);
  return next;
}

void Round::wait() {
  // Then all that was left could not even be started, and nothing will happen.
  if (contacts_.empty()) return;
  std::vector<pollfd> watched;
  watched.reserve(contacts_.size() + 1);
  for (const auto& contact : contacts_) {
    const bool writes = contact.is_connecting || !contact.talk.to_send().empty();
    const auto events = static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN);
    if (contact.lookup) {
      watched.push_back({contact.lookup->fd(), POLLIN, 0});
    } else {
      watched.push_back({contact.socket.get(), events, 0});
    }
  }
  watched.push_back({cancel_.fd(), POLLIN, 0});
  if (::poll(watched.data(), watched.size(), next_event().poll_timeout()) <= 0) return;
  for (std::size_t i = 0; i < contacts_.size(); ++i) {
    if (watched[i].revents != 0) serve_events(contacts_[i], watched[i].revents);
  }
}

void Round::serve_events(Contact& contact, short events) {
  if (contact.lookup) {
    finish_lookup(contact);
  } else if (contact.is_connecting) {
    finish_connect(contact);
  } else {
    exchange(contact, events);
  }
  contact.ended = Clock::now();
}

void Round::finish_lookup(Contact& contact) {
  const auto found = contact.lookup->result();
  if (!found) return;
  contact.lookup.reset();
  if (!*found) {
    contact.talk.conclude(verdict_without_address(Verdict::kRefused),
                          "the name cannot be resolved: " + found->error().message);
    return;
  }
  results_[contact.server].is_unresolved = false;
  const auto& server = servers_[contact.server];
  const auto addresses = settings_.allowed.usable(*server.host.name(), **found);
  if (!addresses) {
    contact.talk.conclude(Verdict::kImpossible, addresses.error().message);
    return;
  }
  const auto& address = preferred(*addresses);
  auto& known = addresses_[contact.server];
  known = {address};
  std::copy_if(
      addresses->begin(), addresses->end(), std::back_inserter(known),
      [&](const IpAddress& each) { return each.family() == address.family() && each != address; });
  if (settings_.method == ProbeMethod::kOff) {
    contact.talk.conclude(Verdict::kNotAsked, "");
    return;
  }
  if (++of_address_[address] > settings_.at_one_address) {
    contact.talk.conclude(Verdict::kNotAsked, "too many names for one address");
    return;
  }
  contact.started = Clock::now();
  contact.until = deadline_.sooner(settings_.timeout, contact.started);
  const int problem = connect_to(contact, socket_address(address, server.port));
  if (is_shortage(problem)) {
    contact.talk.conclude(Verdict::kNotAsked, shortage_text(problem));
  } else if (problem != 0) {
    contact.talk.failed(problem);
  }
}

void Round::finish_connect(Contact& contact) {
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(contact.socket.get(), SOL_SOCKET, SO_ERROR, &problem, &size) != 0) {
    problem = errno;
  }
  contact.is_connecting = false;
  if (problem != 0) {
    contact.talk.failed(problem);
    return;
  }
  begin(contact);
}

void Round::begin(Contact& contact) {
  spare_.reset();
  const auto owner = owner_of_peer(contact.socket.get());
  spare_.reset(::eventfd(0, EFD_CLOEXEC));
  if (is_want_of_descriptors(owner)) {
    contact.talk.conclude(Verdict::kNotAsked, owner.error().message);
  } else if (const auto why = why_untrusted(owner, servers_[contact.server].port)) {
    contact.talk.conclude(Verdict::kUntrusted, *why);
  } else if (owner->kind == PeerOwner::Kind::kClosed) {
    contact.talk.closed();
  } else {
    is_judged_[contact.server] = true;
    contact.talk.connected();
    send_rest(contact);
  }
}

void Round::exchange(Contact& contact, short events) {
  if ((events & POLLOUT) != 0) send_rest(contact);
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) receive_some(contact);
}

void Round::send_rest(Contact& contact) {
  const auto rest = contact.talk.to_send();
  if (rest.empty()) return;
  const auto sent = ::send(contact.socket.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    contact.talk.sent(static_cast<std::size_t>(sent));
  } else if (errno != EAGAIN && errno != EINTR) {
    contact.talk.failed(errno);
  }
}

void Round::receive_some(Contact& contact) {
  const auto got = ::recv(contact.socket.get(), buffer_.data(), buffer_.size(), 0);
  if (got > 0) {
    contact.talk.received(std::span(buffer_).first(static_cast<std::size_t>(got)));
  } else if (got == 0) {
    contact.talk.closed();
  } else if (errno != EAGAIN && errno != EINTR) {
    contact.talk.failed(errno);
  }
}

void Round::time_out(Contact& contact) const {
  // The deadline may have left it less time than a whole timeout.
  const auto waited = std::chrono::ceil<milliseconds>(contact.until.at() - contact.started);
  if (contact.lookup) {
    contact.talk.conclude(verdict_without_address(Verdict::kSilent),
                          "the name was not resolved within " + to_string(waited));
  } else {
    contact.talk.timed_out(waited);
  }
}

void Round::collect(Clock::time_point now) {
  std::erase_if(contacts_, [&](Contact& contact) {
    if (contact.until.expired(now)) time_out(contact);
    const auto& answer = contact.talk.answer();
    if (!answer) return false;
    ProbeResult result{answer->verdict,
                       {},
                       printable(answer->detail),
                       contact.family,
                       answer->brick_hosts,
                       answer->identity,
                       results_[contact.server].is_unresolved};
    if (carries_round_trip(answer->verdict)) {
      result.round_trip =
          std::chrono::duration_cast<std::chrono::microseconds>(contact.ended - contact.started);
    }
    conclude(contact.server, std::move(result));
    return true;
  });
}

void Round::conclude(std::size_t server, ProbeResult result) {
  results_[server] = std::move(result);
  --progress_.unheard;
  if (!serves(results_[server].verdict)) return;
  ++progress_.serving;
  if (progress_.serving == settings_.enough) progress_.enough_since = Clock::now();
}

void Round::give_up(std::string_view why) {
  for (auto& result : results_) {
    if (result.verdict == Verdict::kNotAsked && result.detail.empty()) result.detail = why;
  }
}

void Round::judge_the_rest() {
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    auto& result = results_[i];
    // A name's other addresses the client tries only when it cannot connect to the first.
    for (std::size_t j = is_judged_[i] ? 1 : 0; j < addresses_[i].size(); ++j) {
      const auto address = socket_address(addresses_[i][j], servers_[i].port);
      const auto owner =
          owner_of_listener(reinterpret_cast<const sockaddr*>(&address.storage), address.size);
      const auto why =
          is_want_of_descriptors(owner) ? std::nullopt : why_untrusted(owner, servers_[i].port);
      if (why) {
        result.verdict = Verdict::kUntrusted;
        result.detail = printable(*why);
      } else if (!owner || (owner->kind == PeerOwner::Kind::kClosed && j == 0)) {
        result.is_unowned = true;
      }
    }
  }
}

}  // namespace

ProbeEnd probe_end(const ProbeProgress& progress, const ProbeSettings& settings,
                   const Deadline& deadline, Clock::time_point now) {
  if (progress.unheard == 0) return ProbeEnd::kAllHeard;
  if (progress.enough_since && now >= *progress.enough_since + settings.grace) {
    return ProbeEnd::kEnoughServe;
  }
  return deadline.expired(now) ? ProbeEnd::kDeadline : ProbeEnd::kNotYet;
}

std::vector<ProbeResult> probe(std::span<const Endpoint> servers, const VolumePath& path,
                               const ProbeSettings& settings, const Deadline& deadline,
                               const Cancel& cancel) {
  return Round(servers, path, settings, deadline, cancel).run();
}

bool management_is_encrypted(const std::string& glusterd_directory) {
  return ::access((glusterd_directory + "/secure-access").c_str(), F_OK) == 0;
}

}  // namespace glusterconsul::gluster
