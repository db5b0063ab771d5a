#include "mount/run_mount.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>
#include <vector>

#include "mount/attempt_series.hpp"
#include "mount/cached_list.hpp"
#include "mount/diagnosis.hpp"
#include "mount/existing_mount.hpp"
#include "mount/server_finder.hpp"
#include "mount/service_name_fallback.hpp"
#include "mount/supported_options.hpp"
#include "mount/time_limits.hpp"
#include "util/context.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

constexpr milliseconds kClientVersion{5'000};

/// Shows each warning once, however often retries repeat it.
class Warnings {
 public:
  explicit Warnings(const Report& report) : report_(report) {}
  void show(const std::vector<Warning>& warnings) {
    for (const auto& warning : warnings) {
      if (shown_.insert(warning.message).second) report_.warning(warning);
    }
  }

 private:
  const Report& report_;
  std::set<std::string> shown_;
};

/// Finds servers and mounts from them; retries as long as that may help and time is left.
Result<void> mount_with_retries(const Task& task, const std::string& target, System& system,
                                const Deadline& give_up, const Context& context) {
  const CachedList cached_list(task, system);
  const auto cached = cached_list.read(context.report);
  ServerFinder finder(task, system, give_up, context);
  Warnings warnings(context.report);
  for (unsigned series = 1;; ++series) {
    TRY_ASSIGN(const auto plan, finder.find(cached));
    warnings.show(plan.warnings);
    const auto client = system.client(context.sooner(kClientVersion, system.now()));
    Result<void> mounted;
    if (client) {
      warnings.show(gluster::version_warnings(task.client, client->version));
      // The time for the mount itself starts when servers have been found.
      const auto limits = attempt_limits(series);
      const auto in_series = context.sooner(limits.series, system.now());
      mounted = run_series({.task = task,
                            .plan = plan,
                            .client = *client,
                            .target = target,
                            .service_name = service_name_fallback(task, plan, system, in_series)},
                           limits, system, context);
    } else {
      mounted = fail(client.error());
    }
    if (mounted) {
      cached_list.write(plan, context.report);
      if (const auto missing = find_degraded(plan, task.source.path, system, context)) {
        context.report.warning(*missing);
      }
      context.report.step(fmt::format("mounted {} on {}", task.source.mounted_as(), target));
      return {};
    }
    TRY(finder.wait_before_next(mounted.error()));
  }
}

Result<void> mount_once(const std::string& wanted_target, const Task& task, System& system,
                        const Cancel& cancel, const Report& report) {
  const auto shares = budget(task.settings, system.now());
  const Context context{shares.whole, cancel, report};
  const auto succeed = [&](const std::string& target) {
    report.step(fmt::format("{} is already mounted on {}", task.source.mounted_as(), target));
    return Result<void>();
  };
  TRY_ASSIGN(const auto as_written,
             check_existing_as_written(task, wanted_target, system, context));
  if (as_written == Existing::kOurs) return succeed(wanted_target);
  TRY_ASSIGN(const auto target, system.canonical_target(wanted_target, context));
  TRY_ASSIGN(const auto existing, check_existing(task, target, system, context));
  if (existing == Existing::kOurs) return succeed(target);
  TRY(system.check_target(target, context));
  // Both take a while and depend on nothing else, so they run during the lookup.
  begin_resolving(task, system);
  TRY(system.find_client(task.settings.glusterfs));
  TRY_ASSIGN(const auto supported, with_supported_options(task, system, context));
  if (const auto warning = system.warning_about_path(target)) report.warning(*warning);
  auto mounted = mount_with_retries(supported, target, system, shares.discovery, context);
  if (mounted || mounted.error().code != ErrorCode::kConflict) return mounted;
  // Another helper may have mounted the same source there in the meantime.
  TRY_ASSIGN(const auto now, check_existing(task, target, system, context));
  if (now == Existing::kNo) return mounted;
  report.step(fmt::format("{} was mounted on {} meanwhile", task.source.mounted_as(), target));
  return {};
}

}  // namespace

Result<void> run_mount(const std::string& target, const Task& task, System& system,
                       const Cancel& cancel, const Report& report) {
  auto mounted = mount_once(target, task, system, cancel, report);
  // The interrupt may have ended the client first: then the end of the client is not the cause.
  if (!mounted && cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  return mounted;
}

}  // namespace glusterconsul::mount
