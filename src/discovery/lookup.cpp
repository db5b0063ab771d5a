#include "discovery/lookup.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "util/event.hpp"
#include "util/quiet_thread.hpp"

namespace glusterconsul::discovery {
namespace {

using Action = LookupStep::Action;

bool is_open(TransportState state) {
  return state == TransportState::kNotAsked || state == TransportState::kAsked;
}

/// One query that runs in its own thread. The destructor cancels it and waits for it, which takes
/// little time, since every query observes its cancel.
class Question {
 public:
  using Ask = std::function<Result<consul::LookupResult>(const Cancel&)>;

  /// `done` is set when the answer has arrived.
  void start(Ask ask, Event& done) {
    thread_ = quiet_thread([this, ask = std::move(ask), &done] {
      auto answer = ask(cancel_);
      {
        const std::lock_guard lock(mutex_);
        answer_ = std::move(answer);
      }
      done.set();
    });
  }

  Question() = default;
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;
  ~Question() {
    cancel_.request();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] bool started() const { return thread_.joinable(); }
  [[nodiscard]] std::optional<Result<consul::LookupResult>> answer() const {
    const std::lock_guard lock(mutex_);
    return answer_;
  }

 private:
  Cancel cancel_;
  mutable std::mutex mutex_;
  std::optional<Result<consul::LookupResult>> answer_;
  std::thread thread_;
};

TransportState way_state(bool allowed, const Question& question, bool (*is_final)(ErrorCode)) {
  if (!allowed) return TransportState::kOff;
  if (!question.started()) return TransportState::kNotAsked;
  const auto answer = question.answer();
  if (!answer) return TransportState::kAsked;
  if (*answer) return TransportState::kAnswered;
  return is_final(answer->error().code) ? TransportState::kFinal : TransportState::kFailed;
}

bool is_last_word_of_http(ErrorCode code) {
  return traits(code).final_for_fallback;
}

/// DNS never rejects a token and knows little, but it does know which services do not exist.
bool is_last_word_of_dns(ErrorCode code) {
  return code == ErrorCode::kUnknown;
}

/// Why the better transport is not used.
std::string why_not(const Question& way, std::string_view name) {
  const auto answer = way.answer();
  if (answer && !*answer) return answer->error().message;
  return way.started() ? fmt::format("no answer over {} yet", name) : "";
}

/// The hint from the better transport's error.
std::string hint_of(const Question& way) {
  const auto answer = way.answer();
  return answer && !*answer ? answer->error().hint : "";
}

std::string why_neither(const Question& http, const Question& dns) {
  const auto by_http = why_not(http, "HTTP");
  const auto by_dns = why_not(dns, "DNS");
  return by_http + (by_http.empty() || by_dns.empty() ? "" : "; ") + by_dns;
}

ListState list_state(const config::Settings& settings, const std::optional<CachedServers>& cached) {
  if (!cached || settings.via != config::Via::kAuto) return ListState::kNone;
  return cached->channel == consul::Channel::kDns ? ListState::kFromDns : ListState::kFromHttp;
}

/// HTTP must leave some time for DNS if DNS is queried only after HTTP has failed.
Deadline http_deadline(const config::Settings& settings, const Deadline& whole) {
  const bool dns_waits =
      is_authenticated(settings) && settings.dns && settings.via == config::Via::kAuto;
  if (!dns_waits) return whole;
  const auto left = static_cast<double>(whole.remaining().count());
  return whole.sooner(milliseconds(static_cast<milliseconds::rep>(left * kHttpShare)));
}

/// Why the servers come from DNS; empty if DNS is simply the configured transport.
std::string why_dns(const config::Settings& settings, const Question& http) {
  const bool is_choice =
      settings.via == config::Via::kDns && config::has_authenticated_http(settings);
  return is_choice ? "consul-via=dns" : why_not(http, "HTTP");
}

/// The error if both transports failed, or the only one that was allowed.
tl::unexpected<Error> both_failed(const config::Settings& settings, const Question& http,
                                  const Question& dns) {
  const auto by_http = http.answer();
  const auto by_dns = dns.answer();
  if (!by_http && !by_dns) {
    return fail(ErrorCode::kUsage,
                "no way to query Consul: consul-http-addr and consul-dns-addr are off, or "
                "consul-via allows only the one that is off");
  }
  if (!by_http) return fail(by_dns->error());
  if (!by_dns || is_last_word_of_http(by_http->error().code)) return fail(by_http->error());
  // DNS responded and knows no such service: that is a better answer than a failure of HTTP. But
  // whoever answers DNS must not decide whether we keep waiting for an authenticated Consul.
  const bool dns_says_more =
      is_last_word_of_dns(by_dns->error().code) && !is_authenticated(settings);
  Error error = dns_says_more ? by_dns->error() : by_http->error();
  error.message =
      fmt::format("{}; over DNS: {}", by_http->error().message, by_dns->error().message);
  error.hint = by_http->error().hint;
  add_hint(error, by_dns->error().hint);
  error.retry_after = by_http->error().retry_after;
  // A retry helps if either of them can succeed later.
  error.transient = by_http->error().transient || by_dns->error().transient;
  return fail(std::move(error));
}

/// Sleeps until a pending query is answered, `cancel` is requested or the time is over. The pointer
/// to an event that is already set must be null, or the caller would loop without sleeping.
void wait_for(const Event* http_done, const Event* dns_done, const Cancel& cancel,
              const Deadline& until) {
  const auto fd = [](const Event* done) { return done != nullptr ? done->fd() : -1; };
  std::array<pollfd, 3> watched = {
      {{fd(http_done), POLLIN, 0}, {fd(dns_done), POLLIN, 0}, {cancel.fd(), POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), until.poll_timeout());
}

}  // namespace

LookupStep next_step(const LookupState& state) {
  if (state.http == TransportState::kAnswered) return {Action::kTakeHttp};
  if (state.http == TransportState::kFinal) return {Action::kGiveUp};
  if (state.http == TransportState::kNotAsked) return {Action::kAskHttp};
  const bool http_open = is_open(state.http);
  if (state.dns == TransportState::kAnswered) {
    if (!http_open || state.since_dns_answered >= kDnsGrace) return {Action::kTakeDns};
    return {Action::kWait, kDnsGrace - state.since_dns_answered};
  }
  if (state.dns == TransportState::kNotAsked && !state.is_authenticated) {
    if (!http_open || state.since_start >= kHttpHeadStart) return {Action::kAskDns};
    return {Action::kWait, kHttpHeadStart - state.since_start};
  }
  const bool all_failed = !http_open && !is_open(state.dns);
  // A list from authenticated HTTP is better than DNS, so it is used without waiting for DNS.
  const bool better_failed = all_failed || (!http_open && state.is_authenticated);
  // DNS responded and knows no such service: then only HTTP may know better.
  const bool may_take_list = state.list != ListState::kNone &&
                             state.dns != TransportState::kFinal &&
                             !(state.list == ListState::kFromDns && http_open);
  if (may_take_list && (better_failed || state.since_start >= kConsulGrace)) {
    return {Action::kUseCache};
  }
  if (state.dns == TransportState::kNotAsked && !http_open) return {Action::kAskDns};
  if (all_failed) return {Action::kGiveUp};
  if (may_take_list) return {Action::kWait, kConsulGrace - state.since_start};
  return {Action::kWait};
}

Result<Found> look_up(ConsulClient& consul_client, const config::Settings& settings,
                      const consul::ServiceQuery& query, const std::optional<CachedServers>& cached,
                      const Context& context) {
  const auto start = Clock::now();
  const auto since = [](Clock::time_point then) {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - then);
  };
  const auto http_by = http_deadline(settings, context.deadline);
  // One event for each transport, so that the second answer is not missed because of the first.
  Event http_done;
  Event dns_done;
  Question http;
  Question dns;
  std::optional<Clock::time_point> dns_answered;
  for (;;) {
    LookupState state;
    state.http =
        way_state(settings.http && settings.via != config::Via::kDns, http, is_last_word_of_http);
    state.dns =
        way_state(settings.dns && settings.via != config::Via::kHttp, dns, is_last_word_of_dns);
    state.list = list_state(settings, cached);
    state.is_authenticated = is_authenticated(settings);
    state.since_start = since(start);
    if (state.dns == TransportState::kAnswered && !dns_answered) dns_answered = Clock::now();
    if (dns_answered) state.since_dns_answered = since(*dns_answered);

    if (context.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
    const auto step = next_step(state);
    switch (step.action) {
      case Action::kAskHttp:
        http.start(
            [&](const Cancel& stop) {
              return consul_client.ask_http(*settings.http, query, {http_by, stop, context.report});
            },
            http_done);
        break;
      case Action::kAskDns:
        dns.start(
            [&](const Cancel& stop) {
              return consul_client.ask_dns(*settings.dns, query,
                                           {context.deadline, stop, context.report});
            },
            dns_done);
        break;
      case Action::kTakeHttp:
        return Found{.answer = **http.answer(),
                     .channel = consul::channel_of(*settings.http),
                     .via = "HTTP",
                     .beside = "",
                     .hint = "",
                     .cached_since = {}};
      case Action::kTakeDns:
        return Found{.answer = **dns.answer(),
                     .channel = consul::Channel::kDns,
                     .via = "DNS",
                     .beside = why_dns(settings, http),
                     .hint = hint_of(http),
                     .cached_since = {}};
      case Action::kUseCache: {
        consul::LookupResult result;
        result.instances = cached->instances;
        return Found{.answer = std::move(result),
                     .channel = cached->channel,
                     .via = "the cached list",
                     .beside = why_neither(http, dns),
                     .hint = hint_of(http),
                     .cached_since = cached->written};
      }
      case Action::kGiveUp:
        return both_failed(settings, http, dns);
      case Action::kWait: {
        // The queries themselves end at the deadline; the extra time is only a safety net.
        constexpr milliseconds kAfterDeadline{500};
        const auto until =
            Deadline::after(step.at_most.value_or(context.deadline.remaining() + kAfterDeadline));
        wait_for(state.http == TransportState::kAsked ? &http_done : nullptr,
                 state.dns == TransportState::kAsked ? &dns_done : nullptr, context.cancel, until);
        break;
      }
    }
  }
}

}  // namespace glusterconsul::discovery
