#include "mount/server_finder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "config/query.hpp"
#include "discovery/advice.hpp"
#include "discovery/describe.hpp"
#include "discovery/retry.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

constexpr milliseconds kMaxProbeTimeout{10'000};

/// Whether Consul knows no such service, and somebody at a terminal waits, who can correct the name
/// sooner than the service will appear. An unknown prepared query may just have no healthy
/// instance, and DNS does not distinguish the two.
bool is_for_person_at_terminal(const Error& problem, const Task& task, const Report& report) {
  return report.is_on_terminal() && problem.code == ErrorCode::kUnknown &&
         task.query.service.kind == consul::ServiceName::Kind::kService && task.settings.http &&
         task.settings.via != config::Via::kDns;
}

/// Identifies the query: Consul gives all helpers with the same query the same answer.
std::string question(const Task& task) {
  const auto& settings = task.settings;
  return fmt::format("{}\n{}\n{}\n{}", settings.token_file, static_cast<int>(settings.via),
                     static_cast<int>(settings.health),
                     discovery::cache_key(task.query, "", config::consul_identity(settings)));
}

}  // namespace

discovery::PlanInputs plan_inputs(const Task& task, System& system, unsigned try_number,
                                  std::optional<discovery::CachedServers> cached) {
  auto method = task.settings.probe;
  // A plain-text call to a TLS port is closed without an answer, so only the connection can be
  // probed.
  if (method == gluster::ProbeMethod::kVolume && system.management_is_encrypted()) {
    method = gluster::ProbeMethod::kTcp;
  }
  // If no server responded in time before, the network may be slow, so each try waits longer.
  const auto timeout = std::min(task.settings.probe_timeout * std::max(try_number, 1U),
                                std::max(kMaxProbeTimeout, task.settings.probe_timeout));
  return {.settings = task.settings,
          .query = task.query,
          .path = task.source.path,
          .machine_id = system.machine_id(),
          .probe = method,
          .probe_timeout = timeout,
          .cached = std::move(cached),
          .wall_now = system.wall_now(),
          .port = task.client.server_port};
}

discovery::Prober prober(System& system) {
  return [&system](std::span<const Endpoint> servers, const gluster::VolumePath& path,
                   const gluster::ProbeSettings& settings, const Context& context) {
    return system.probe(servers, path, settings, context);
  };
}

Error no_server_responds(const discovery::Plan& plan) {
  std::vector<std::string> servers;
  bool is_healthy = true;  // with consul-health=any, they may not be
  for (const auto index : plan.order) {
    const auto& candidate = plan.candidates[index];
    is_healthy = is_healthy && candidate.instance.health != consul::Health::kCritical;
    servers.push_back(fmt::format("{} {}", to_string(discovery::endpoint(candidate.instance)),
                                  discovery::describe_probe(candidate.probe)));
  }
  auto advice = discovery::advice_on_servers(plan);
  return Error{ErrorCode::kUnreachable,
               fmt::format("{}{}none of the {}servers of {} responds: {}", advice.cause,
                           advice.cause.empty() ? "" : "; ", is_healthy ? "healthy " : "",
                           plan.service, join(servers, ", ")),
               std::move(advice.hint)};
}

ServerFinder::ServerFinder(const Task& task, System& system, const Deadline& give_up,
                           const Context& context)
    : task_(task),
      system_(system),
      give_up_(give_up),
      context_(context),
      question_(question(task)),
      rng_(system.random_seed()),
      began_(system.now()) {}

ServerFinder::~ServerFinder() {
  system_.end_turn();
}

Result<discovery::Plan> ServerFinder::find(std::optional<discovery::CachedServers> cached) {
  for (;;) {
    ++tries_;
    auto [plan, problem] =
        discovery::make_plan(system_.consul_client(), prober(system_),
                             plan_inputs(task_, system_, tries_, cached), context_);
    if (plan.from_cache && (problem || !plan.answered)) {
      // The cached list did not help. This does not count as a try: Consul is queried again at
      // once.
      cached.reset();
      --tries_;
      continue;
    }
    const bool is_found = !problem;
    if (is_found) system_.end_turn();
    if (is_found && (plan.answered || give_up_.expired(system_.now()))) return std::move(plan);
    if (is_found) problem = no_server_responds(plan);
    if (is_for_person_at_terminal(*problem, task_, context_.report)) problem->transient = false;
    const bool is_others_turn = !is_found && problem->transient && !system_.take_turn(question_);
    const auto paused = is_others_turn ? wait_for_other(*problem) : wait_before_next(*problem);
    const bool was_interrupted = !paused && paused.error().code == ErrorCode::kInterrupted;
    if (!paused && is_found && !was_interrupted) return std::move(plan);
    if (!paused) return fail(paused.error());
  }
}

Result<void> ServerFinder::wait_before_next(const Error& problem) {
  if (!problem.transient) return fail(problem);
  const auto delay = discovery::retry_delay(std::max(tries_, 1U), problem.retry_after, rng_);
  const auto left = give_up_.remaining(system_.now());
  if (left <= delay) return fail(given_up(problem));
  const auto& report = context_.report;
  if (announce(problem, left)) {
    report.step(fmt::format("retrying in {}", to_string(delay)));
  } else {
    report.step(fmt::format("{}; retrying in {}", problem.message, to_string(delay)));
  }
  const auto wait = report.waiting("the next attempt", give_up_);
  return system_.pause(context_.sooner(delay, system_.now()));
}

/// Reports the first problem as a warning. False if there was one before.
bool ServerFinder::announce(const Error& problem, milliseconds left) {
  if (std::exchange(is_announced_, true)) return false;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
  context_.report.warning(
      {fmt::format("{}; retrying for up to {}", problem.message, to_string(seconds)),
       problem.hint});
  return true;
}

/// Waits until the helper that has the turn has found servers or given up, or until there is just
/// enough time for one last try of our own. Fails with the problem itself if there is not enough
/// time.
Result<void> ServerFinder::wait_for_other(const Error& problem) {
  constexpr milliseconds kLastTry{500};
  if (give_up_.remaining(system_.now()) <= kLastTry) {
    return fail(given_up(problem));
  }
  static_cast<void>(announce(problem, give_up_.remaining(system_.now())));
  context_.report.step("another helper on this machine is making the same query; waiting for it");
  const auto wait = context_.report.waiting("another helper", give_up_);
  // Random, so that the helpers do not all check at the same moment.
  std::uniform_int_distribution<milliseconds::rep> look(200, 300);
  while (!system_.turn_is_over(question_)) {
    const auto left = give_up_.remaining(system_.now());
    if (left <= kLastTry) break;
    const auto span = std::min(left - kLastTry, milliseconds(look(rng_)));
    TRY(system_.pause(context_.sooner(span, system_.now())));
  }
  return {};
}

Error ServerFinder::given_up(Error problem) const {
  if (tries_ > 1) {
    const auto took = std::chrono::ceil<std::chrono::seconds>(system_.now() - began_);
    problem.message += fmt::format(" ({} tries in {}s)", tries_, took.count());
  }
  return problem;
}

}  // namespace glusterconsul::mount
