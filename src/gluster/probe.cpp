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

#include "gluster/client_addresses.hpp"
#include "gluster/probe_contact.hpp"
#include "gluster/probe_progress.hpp"
#include "gluster/server_owner.hpp"
#include "util/peer_owner.hpp"
#include "util/socket_address.hpp"
#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::gluster {
namespace {

/// Large enough to read a typical volfile at once, and small enough that no server delays the
/// others for long.
constexpr std::size_t kReadAtOnce = std::size_t{64} * 1024;

bool serves(Verdict verdict) {
  return verdict == Verdict::kServes || verdict == Verdict::kAccepts;
}

bool carries_round_trip(Verdict verdict) {
  return serves(verdict) || verdict == Verdict::kNoVolume || verdict == Verdict::kNotStarted;
}

/// A shortage that may be over when another of our connections ends.
bool is_shortage(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS ||
         error_number == ENOMEM;
}

std::string shortage_text(int error_number) {
  return "this machine cannot open a connection: " + errno_text(error_number);
}

class ProbeRun {
 public:
  ProbeRun(std::span<const Endpoint> servers, const VolumePath& path, const ProbeSettings& settings,
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
  /// The errno if that fails, including a shortage of descriptors; 0 otherwise.
  int connect_to(ProbeContact& contact, const IpAddress& address);
  void wait();
  [[nodiscard]] Deadline next_event() const;
  void serve_events(ProbeContact& contact, short events);
  void finish_lookup(ProbeContact& contact);
  /// With kOff, a name without an address gets no verdict either.
  [[nodiscard]] Verdict verdict_without_address(Verdict verdict) const {
    return settings_.method == ProbeMethod::kOff ? Verdict::kNotAsked : verdict;
  }
  /// Called when the connection is established: continues if the process at the other end may be a
  /// volfile server.
  void begin(ProbeContact& contact);
  void time_out(ProbeContact& contact) const;
  /// Stores the result of each contact that has an answer or has timed out, and closes its
  /// connection.
  void collect(Clock::time_point now);
  void conclude(std::size_t server, ProbeResult result);
  /// Sets the reason for the servers that have no verdict yet.
  void give_up(std::string_view why);
  /// Judges the servers on this machine that were not connected to, by who listens there.
  void judge_the_rest();

  std::span<const Endpoint> servers_;
  const VolumePath& path_;
  ProbeSettings settings_;
  const Deadline& deadline_;
  const Cancel& cancel_;
  std::vector<ProbeResult> results_;
  std::vector<bool> is_judged_;  ///< the process at the other end of its connection was judged
  /// For each server, the addresses that the client may connect to, as far as they are known, in
  /// the client's order.
  std::vector<std::vector<IpAddress>> addresses_;
  UniqueFd spare_;  ///< for begin(), which needs one when connections may have used up all others
  std::map<IpAddress, std::size_t> of_address_;  ///< connections to addresses of names
  std::vector<ProbeContact> contacts_;
  std::size_t next_ = 0;  ///< the first server whose probe has not been started
  ProbeProgress progress_;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(kReadAtOnce);
};

std::vector<ProbeResult> ProbeRun::run() {
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

void ProbeRun::start_contacts() {
  const std::size_t at_once = std::max<std::size_t>(settings_.at_once, 1);
  while (next_ < servers_.size() && contacts_.size() < at_once) {
    if (start_contact(next_) == Start::kLater) return;
    ++next_;
  }
}

ProbeRun::Start ProbeRun::start_contact(std::size_t server) {
  const auto now = Clock::now();
  const auto& host = servers_[server].host;
  // Any numbers will do that no other connection uses.
  const auto xid = static_cast<std::uint32_t>(2 * server + 1);
  Conversation talk(settings_.method, xid, path_, settings_.question);
  const auto until = deadline_.sooner(settings_.timeout, now);
  ProbeContact contact{server, now, until, {}, {}, {}, false, std::move(talk), now};
  int problem = 0;
  const auto* address = host.address();
  if (address != nullptr && settings_.method == ProbeMethod::kOff) {
    contact.talk.conclude(Verdict::kNotAsked, "");
  } else if (address != nullptr) {
    problem = connect_to(contact, *address);
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
  results_[server].detail = shortage_text(problem);
  conclude(server, results_[server]);
  return Start::kDone;
}

int ProbeRun::connect_to(ProbeContact& contact, const IpAddress& address) {
  const int problem = contact.connect_to(socket_address(address, servers_[contact.server].port));
  if (problem == 0 && !contact.is_connecting) begin(contact);
  return problem;
}

Deadline ProbeRun::next_event() const {
  Deadline next = deadline_;
  const auto consider = [&](Clock::time_point at) {
    if (at < next.at()) next = Deadline(at);
  };
  for (const auto& contact : contacts_) {
    // A contact that failed immediately has already ended, and makes room for another.
    consider(contact.talk.answer() ? contact.started : contact.until.at());
  }
  if (progress_.enough_since) consider(*progress_.enough_since + settings_.grace);
  return next;
}

void ProbeRun::wait() {
  // If so, none of the remaining probes could even be started, and there is no event to wait for.
  if (contacts_.empty()) return;
  std::vector<pollfd> watched;
  watched.reserve(contacts_.size() + 1);
  for (const auto& contact : contacts_) watched.push_back(contact.watched());
  watched.push_back({cancel_.fd(), POLLIN, 0});
  if (::poll(watched.data(), watched.size(), next_event().poll_timeout()) <= 0) return;
  for (std::size_t i = 0; i < contacts_.size(); ++i) {
    if (watched[i].revents != 0) serve_events(contacts_[i], watched[i].revents);
  }
}

void ProbeRun::serve_events(ProbeContact& contact, short events) {
  if (contact.lookup) {
    finish_lookup(contact);
  } else if (contact.is_connecting) {
    if (contact.finish_connecting()) begin(contact);
  } else {
    contact.exchange(events, buffer_);
  }
  contact.ended = Clock::now();
}

void ProbeRun::finish_lookup(ProbeContact& contact) {
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
  addresses_[contact.server] = in_clients_order(*addresses);
  const auto& address = addresses_[contact.server].front();
  if (settings_.method == ProbeMethod::kOff) {
    contact.talk.conclude(Verdict::kNotAsked, "");
    return;
  }
  if (++of_address_[address] > settings_.at_one_address) {
    contact.talk.conclude(Verdict::kNotAsked, "too many names resolve to the same address");
    return;
  }
  contact.started = Clock::now();
  contact.until = deadline_.sooner(settings_.timeout, contact.started);
  const int problem = connect_to(contact, address);
  if (is_shortage(problem)) {
    contact.talk.conclude(Verdict::kNotAsked, shortage_text(problem));
  } else if (problem != 0) {
    contact.talk.failed(problem);
  }
}

void ProbeRun::begin(ProbeContact& contact) {
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
    contact.send_rest();
  }
}

void ProbeRun::time_out(ProbeContact& contact) const {
  // May be less than the timeout, because of the deadline.
  const auto waited = std::chrono::ceil<milliseconds>(contact.until.at() - contact.started);
  if (contact.lookup) {
    contact.talk.conclude(verdict_without_address(Verdict::kNoResponse),
                          "the name was not resolved within " + glusterconsul::to_string(waited));
  } else {
    contact.talk.timed_out(waited);
  }
}

void ProbeRun::collect(Clock::time_point now) {
  std::erase_if(contacts_, [&](ProbeContact& contact) {
    if (contact.until.expired(now)) time_out(contact);
    const auto& answer = contact.talk.answer();
    if (!answer) return false;
    ProbeResult result{answer->verdict,
                       {},
                       answer->detail,
                       contact.family,
                       answer->brick_hosts,
                       answer->identity,
                       results_[contact.server].is_unresolved,
                       false,
                       answer->volumes};
    if (carries_round_trip(answer->verdict)) {
      result.round_trip =
          std::chrono::duration_cast<std::chrono::microseconds>(contact.ended - contact.started);
    }
    conclude(contact.server, std::move(result));
    return true;
  });
}

void ProbeRun::conclude(std::size_t server, ProbeResult result) {
  results_[server] = std::move(result);
  --progress_.unheard;
  if (!serves(results_[server].verdict)) return;
  ++progress_.serving;
  if (progress_.serving == settings_.enough) progress_.enough_since = Clock::now();
}

void ProbeRun::give_up(std::string_view why) {
  for (auto& result : results_) {
    if (result.verdict == Verdict::kNotAsked && result.detail.empty()) result.detail = why;
  }
}

void ProbeRun::judge_the_rest() {
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    auto& result = results_[i];
    // The client tries the other addresses of a name only when it cannot connect to the first.
    for (std::size_t j = is_judged_[i] ? 1 : 0; j < addresses_[i].size(); ++j) {
      const auto address = socket_address(addresses_[i][j], servers_[i].port);
      const auto owner =
          owner_of_listener(reinterpret_cast<const sockaddr*>(&address.storage), address.size);
      const auto why =
          is_want_of_descriptors(owner) ? std::nullopt : why_untrusted(owner, servers_[i].port);
      if (why) {
        result.verdict = Verdict::kUntrusted;
        result.detail = *why;
      } else if (!owner || (owner->kind == PeerOwner::Kind::kClosed && j == 0)) {
        result.is_unowned = true;
      }
    }
  }
}

}  // namespace

std::vector<ProbeResult> probe(std::span<const Endpoint> servers, const VolumePath& path,
                               const ProbeSettings& settings, const Deadline& deadline,
                               const Cancel& cancel) {
  return ProbeRun(servers, path, settings, deadline, cancel).run();
}

bool management_is_encrypted(const std::string& glusterd_directory) {
  return ::access((glusterd_directory + "/secure-access").c_str(), F_OK) == 0;
}

}  // namespace glusterconsul::gluster
