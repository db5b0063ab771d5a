#include "mount/explanation.hpp"

#include <utility>

#include "mount/attempt_series.hpp"
#include "mount/cached_list.hpp"
#include "mount/server_finder.hpp"
#include "mount/service_name_fallback.hpp"
#include "mount/supported_options.hpp"

namespace glusterconsul::mount {

Explanation explain(const Task& task, const std::string& target, System& system,
                    const Context& context) {
  begin_resolving(task, system);
  const auto sought = system.find_client(task.settings.glusterfs);
  const auto cached = CachedList(task, system).read(context.report);
  auto [plan, problem] = discovery::make_plan(system.consul_client(), prober(system),
                                              plan_inputs(task, system, 1, cached), context);
  if (!problem && !sought) problem = sought.error();
  if (problem) return {.plan = std::move(plan), .command = {}, .problem = std::move(problem)};
  const auto supported = with_supported_options(task, system, context);
  if (!supported) return {.plan = std::move(plan), .command = {}, .problem = supported.error()};
  const auto client = system.client(context);
  if (!client) return {.plan = std::move(plan), .command = {}, .problem = client.error()};
  for (auto& warning : gluster::version_warnings(supported->client, client->version)) {
    plan.warnings.push_back(std::move(warning));
  }
  const auto command =
      make_command({.task = *supported,
                    .plan = plan,
                    .client = *client,
                    .target = target,
                    .service_name = service_name_fallback(task, plan, system, context)},
                   0);
  if (!plan.answered) problem = no_server_responds(plan);
  return {.plan = std::move(plan),
          .command = gluster::arguments(command),
          .problem = std::move(problem)};
}

}  // namespace glusterconsul::mount
