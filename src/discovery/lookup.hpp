#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"
#include "discovery/consul_client.hpp"
#include "discovery/server_cache.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// How long HTTP is asked alone before DNS is asked too, how long an answer by DNS waits for the
/// one by HTTP, which knows more, and how long both are waited for before the cached list is used.
/// That is short, since the servers on the list are probed before they are used. Chosen, not
/// measured: docs/facts.md, "Constants that are choices".
inline constexpr milliseconds kHttpHeadStart{250};
inline constexpr milliseconds kDnsGrace{250};
inline constexpr milliseconds kConsulGrace{500};

/// The share of a lookup's time that HTTP may use if DNS is asked only after it has failed.
inline constexpr double kHttpShare = 0.75;

/// One way to ask, as seen at one moment.
enum class TransportState {
  kOff,       ///< switched off by an option
  kNotAsked,  ///< could be asked
  kAsked,     ///< no answer yet
  kAnswered,  ///< has instances
  kFailed,    ///< failed, for a reason that is not the service's
  kFinal,     ///< failed, and the other way cannot know better
};

/// The cached list, by how it came.
enum class ListState {
  kNone,
  kFromHttp,  ///< with authenticated HTTP: over that
  kFromDns,
};

struct LookupState {
  TransportState http = TransportState::kNotAsked;
  TransportState dns = TransportState::kNotAsked;
  milliseconds since_start{0};
  milliseconds since_dns_answered{0};
  ListState list = ListState::kNone;
  bool is_authenticated = false;  ///< HTTP is: DNS must not overtake it, and the list is better
};

struct LookupStep {
  enum class Action { kAskHttp, kAskDns, kTakeHttp, kTakeDns, kUseCache, kGiveUp, kWait };
  Action action = Action::kWait;
  /// With kWait: look again after so long, if nothing comes before.
  std::optional<milliseconds> at_most = std::nullopt;
  friend bool operator==(const LookupStep&, const LookupStep&) = default;
};

/// What to do now. HTTP is asked first. DNS is asked when HTTP has failed or has not responded for
/// kHttpHeadStart. HTTP's answer is used as soon as it is there; that of DNS after HTTP has failed
/// or kDnsGrace is over. The cached list is used if both have failed or kConsulGrace is over; one
/// that came by DNS never while HTTP may still answer. A failure of HTTP that is final for the
/// fallback (ErrorTraits) ends the lookup.
///
/// If HTTP is authenticated, DNS is asked only after it has failed, and only if there is no list,
/// which came over authenticated HTTP too.
[[nodiscard]] LookupStep next_step(const LookupState& state);

/// The answer and how it came.
struct Found {
  consul::LookupResult answer;
  consul::Channel channel = consul::Channel::kDns;  ///< over which the servers were named
  std::string via;     ///< "HTTP", "DNS" or "the cached list", for a person
  std::string beside;  ///< why a better way did not answer; empty for HTTP
  std::string hint;    ///< what can be done about that; may be empty
  /// With the cached list: since when it is known.
  std::optional<WallClock::time_point> cached_since;
};

/// Asks Consul once, by the transports that `settings.via` allows, in the order of next_step().
/// `cached` is none if there is no list or it must not be used; with authenticated HTTP it must
/// have come over that. If both ways fail, the error's message is that of HTTP, followed by that of
/// DNS.
[[nodiscard]] Result<Found> look_up(ConsulClient& consul_client, const config::Settings& settings,
                                    const consul::ServiceQuery& query,
                                    const std::optional<CachedServers>& cached,
                                    const Context& context);

}  // namespace glusterconsul::discovery
