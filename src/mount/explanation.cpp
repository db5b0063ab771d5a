#include "mount/explanation.hpp"

#include <utility>

#include "mount/attempt_series.hpp"
#include "mount/cached_list.hpp"
#include "mount/server_finder.hpp"
#include "mount/service_name_fallback.hpp"
#include "mount/time_limits.hpp"
#include "util/context.hpp"

namespace glusterconsul::mount {

Explanation explain(const Task& task, const std::string& target, System& system,
                    const Cancel& cancel, const Report& report) {
  Explanation explanation;
  const Context context{Deadline::after(kMountSpan, system.now()), cancel, report};
  begin_resolving(task, system);
  const auto sought = system.find_client(task.settings.glusterfs);
  const auto found =
      discovery::make_plan(explanation.plan, system.consul_client(), prober(system),
                           plan_inputs(task, system, 1, CachedList(task, system).read(report)),
                           context.deadline, cancel, report);
  if (!found) {
    explanation.problem = found.error();
    return explanation;
  }
  if (!sought) {
    explanation.problem = sought.error();
    return explanation;
  }
  const auto client = system.client(context.deadline, cancel);
  if (!client) {
    explanation.problem = client.error();
    return explanation;
  }
  auto& plan = explanation.plan;
  for (auto& warning : gluster::version_warnings(task.client, client->version)) {
    plan.warnings.push_back(std::move(warning));
  }
  explanation.command = gluster::arguments(
      make_command({.task = task,
                    .plan = plan,
                    .client = *client,
                    .target = target,
                    .service_name = service_name_fallback(task, plan, system, context)},
                   0));
  return explanation;
}

}  // namespace glusterconsul::mount
