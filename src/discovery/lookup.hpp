#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"
#include "discovery/consul_client.hpp"
#include "discovery/server_cache.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// How long HTTP is queried alone before DNS is queried as well; how long an answer from DNS waits
/// for the one from HTTP, which knows more; and how long to wait for both before the cached list is
/// used. The last is short, since the servers on the list are probed before they are used. These
/// values are choices, not measurements: docs/facts.md, "Constants that are choices".
inline constexpr milliseconds kHttpHeadStart{250};
inline constexpr milliseconds kDnsGrace{250};
inline constexpr milliseconds kConsulGrace{500};

/// The share of a lookup's time that HTTP may use if DNS is queried only after HTTP has failed.
inline constexpr double kHttpShare = 0.75;

/// The state of one transport at one moment.
enum class TransportState {
  kOff,       ///< switched off by an option
  kNotAsked,  ///< can be queried
  kAsked,     ///< no answer yet
  kAnswered,  ///< has instances
  kFailed,    ///< failed, for a reason that is not related to the service
  kFinal,     ///< failed, and the other transport cannot know better
};

/// The origin of the cached list.
enum class ListState {
  kNone,
  kFromHttp,  ///< if HTTP is authenticated: over authenticated HTTP
  kFromDns,
};

struct LookupState {
  TransportState http = TransportState::kNotAsked;
  TransportState dns = TransportState::kNotAsked;
  milliseconds since_start{0};
  milliseconds since_dns_answered{0};
  ListState list = ListState::kNone;
  bool is_authenticated = false;  ///< HTTP is: it and the cached list take precedence over DNS
};

struct LookupStep {
  enum class Action { kAskHttp, kAskDns, kTakeHttp, kTakeDns, kUseCache, kGiveUp, kWait };
  Action action = Action::kWait;
  /// With kWait: the maximum time to wait before checking again.
  std::optional<milliseconds> at_most = std::nullopt;
  friend bool operator==(const LookupStep&, const LookupStep&) = default;
};

/// Decides what to do now. HTTP is queried first. DNS is queried when HTTP has failed or has not
/// responded for kHttpHeadStart. HTTP's answer is used as soon as it arrives; that of DNS after
/// HTTP has failed or kDnsGrace is over. The cached list is used if both have failed or
/// kConsulGrace is over; a list from DNS is never used while HTTP may still answer. A failure of
/// HTTP that is final for the fallback (ErrorTraits) ends the lookup.
///
/// If HTTP is authenticated, DNS is queried only after HTTP has failed, and only if there is no
/// cached list (which came over authenticated HTTP as well).
[[nodiscard]] LookupStep next_step(const LookupState& state);

/// The answer and its origin.
struct Found {
  consul::LookupResult answer;
  consul::Channel channel = consul::Channel::kDns;  ///< over which the servers were named
  std::string via;     ///< "HTTP", "DNS" or "the cached list", for messages
  std::string beside;  ///< why a better transport did not answer; empty for HTTP
  std::string hint;    ///< what can be done about that; may be empty
  /// With the cached list: the time when it was written.
  std::optional<WallClock::time_point> cached_since;
};

/// Performs one lookup, over the transports that `settings.via` allows, in the order of
/// next_step(). `cached` is none if there is no list or it must not be used; if HTTP is
/// authenticated, the list must have come over authenticated HTTP. If both transports fail, the
/// error's message is that of HTTP followed by that of DNS.
[[nodiscard]] Result<Found> look_up(ConsulClient& consul_client, const config::Settings& settings,
                                    const consul::ServiceQuery& query,
                                    const std::optional<CachedServers>& cached,
                                    const Context& context);

}  // namespace glusterconsul::discovery
