#include "mount/attempt_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mount/diagnosis.hpp"
#include "mount/server_finder.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

constexpr std::size_t kMaxAttempts = 8;

/// Whether the server was probed, and the result gives no hope for a mount.
bool has_failed(gluster::Verdict verdict) {
  switch (verdict) {
    case gluster::Verdict::kServes:
    case gluster::Verdict::kAccepts:
    case gluster::Verdict::kNotAsked:
      return false;
    case gluster::Verdict::kNoVolume:
    case gluster::Verdict::kNotStarted:
    case gluster::Verdict::kRefused:
    case gluster::Verdict::kNoResponse:
    case gluster::Verdict::kClosed:
    case gluster::Verdict::kBadReply:
    case gluster::Verdict::kImpossible:
    case gluster::Verdict::kUntrusted:
      return true;
  }
  return true;
}

std::size_t attempt_count(const discovery::Plan& plan) {
  return std::min(plan.order.size(), kMaxAttempts);
}

/// The deadlines of a series of attempts.
struct SeriesEnds {
  Deadline series;  ///< for starting attempts and fetching volfiles
  Deadline whole;   ///< for the whole mount
};

Attempt make_attempt(const SeriesInputs& inputs, const AttemptLimits& limits, std::size_t number,
                     const SeriesEnds& ends, Clock::time_point now) {
  const bool shows_source = inputs.client.version >= gluster::kFirstWithDisplayName;
  const bool is_ready = inputs.plan.answered && number + 1 < attempt_count(inputs.plan);
  return {.command = make_command(inputs, number),
          .mounted_as = shows_source ? inputs.task.source.mounted_as() : "",
          .finish = inputs.task.finish,
          .fetched = ends.series.sooner(
              is_ready ? limits.fetch_from_ready : limits.fetch_from_unknown, now),
          // A new client would have to wait for the same bricks again.
          .answered = ends.whole};
}

Result<void> run_attempts(const SeriesInputs& inputs, const AttemptLimits& limits, System& system,
                          const Context& context) {
  const auto& plan = inputs.plan;
  const auto planned = plan.hosts();
  const SeriesEnds ends{.series = context.sooner(limits.series, system.now()).deadline,
                        .whole = context.deadline};
  std::vector<FailedAttempt> failed;
  std::optional<gluster::Cause> cause;
  for (std::size_t i = 0; i < attempt_count(plan) && !ends.series.expired(system.now()); ++i) {
    const auto attempt = make_attempt(inputs, limits, i, ends, system.now());
    auto mounted = system.run_attempt(attempt, context);
    if (mounted) return {};
    const auto& server = plan.candidates[plan.order[i]];
    failed.push_back({server.probe.verdict, std::move(mounted).error()});
    const auto& error = failed.back().error;
    if (!cause && concerns_primary_only(error)) {
      cause = find_cause(server, inputs.task.source.path, error, system, context);
    }
    if (!concerns_primary_only(error)) break;
    context.report.step(fmt::format("{} failed: {}", planned[i].text(), error.message));
  }
  auto error = series_error(failed);
  if (error.code != ErrorCode::kMountFailed) return fail(std::move(error));
  error.message =
      fmt::format("mounting volume {} from {}: {}", inputs.task.source.path.volume.text(),
                  planned.front().text(), error.message);
  if (cause) {
    error.message = fmt::format("{}; {}", cause->message, error.message);
    add_hint(error, cause->hint);
  }
  return fail(std::move(error));
}

}  // namespace

std::vector<Host> attempt_servers(const std::vector<Host>& planned, std::size_t attempt,
                                  const std::vector<Host>& backups,
                                  const std::vector<Host>& brick_hosts,
                                  const std::optional<HostName>& service_name) {
  std::vector<Host> servers;
  const auto add = [&](const Host& host) {
    if (std::find(servers.begin(), servers.end(), host) == servers.end()) servers.push_back(host);
  };
  for (std::size_t i = 0; i < planned.size(); ++i) add(planned[(attempt + i) % planned.size()]);
  for (const auto& backup : backups) add(backup);
  if (!service_name) return servers;
  for (const auto& host : brick_hosts) add(host);
  const Host name(*service_name);
  add(name);
  return servers;
}

gluster::ClientCommand make_command(const SeriesInputs& inputs, std::size_t attempt) {
  const auto& task = inputs.task;
  const auto& plan = inputs.plan;
  const auto& primary = plan.candidates.at(plan.order.at(attempt));
  return {.program = inputs.client.program,
          .version = inputs.client.version,
          .servers = attempt_servers(plan.hosts(), attempt, task.client.backup_servers,
                                     plan.brick_hosts(), inputs.service_name),
          .port = plan.port(),
          .path = task.source.path,
          .display_name = task.source.display_name,
          .options = task.client,
          .target = inputs.target,
          .primary_family = discovery::family(primary)};
}

bool concerns_primary_only(const Error& error) {
  return error.code == ErrorCode::kTimedOut || error.code == ErrorCode::kUnreachable ||
         error.code == ErrorCode::kMountFailed;
}

Error series_error(const std::vector<FailedAttempt>& attempts) {
  if (attempts.empty()) return {ErrorCode::kTimedOut, "no time left to mount"};
  if (!concerns_primary_only(attempts.back().error)) return attempts.back().error;
  Error error{ErrorCode::kMountFailed, attempts.front().error.message};
  for (const auto& attempt : attempts) add_hint(error, attempt.error.hint);
  const auto is_late = [](const FailedAttempt& attempt) { return attempt.error.transient; };
  error.transient =
      std::all_of(attempts.begin(), attempts.end(), is_late) ||
      std::any_of(attempts.begin(), attempts.end(), [&](const FailedAttempt& attempt) {
        return is_late(attempt) && !has_failed(attempt.probed);
      });
  return error;
}

Result<void> run_series(const SeriesInputs& inputs, const AttemptLimits& limits, System& system,
                        const Context& context) {
  auto mounted = run_attempts(inputs, limits, system, context);
  const bool was_in_vain = !mounted && (mounted.error().code == ErrorCode::kMountFailed ||
                                        mounted.error().code == ErrorCode::kTimedOut);
  if (inputs.plan.answered || !was_in_vain) return mounted;
  Error problem = no_server_responds(inputs.plan);
  problem.message += "; tried anyway: " + mounted.error().message;
  add_hint(problem, mounted.error().hint);
  return fail(std::move(problem));
}

}  // namespace glusterconsul::mount
