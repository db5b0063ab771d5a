#include "mount/supported_options.hpp"

#include <string>
#include <utility>
#include <vector>

namespace glusterconsul::mount {
namespace {

/// For one option. The client takes about 10 ms.
constexpr milliseconds kAnswers{2'000};

}  // namespace

Result<Task> with_supported_options(Task task, System& system, const Context& context) {
  std::vector<std::string> supported;
  for (auto& argument : task.client.unknown) {
    const auto checked = system.check_argument(argument, context.sooner(kAnswers, system.now()));
    if (checked) {
      supported.push_back(std::move(argument));
      continue;
    }
    const auto& error = checked.error();
    if (error.code != ErrorCode::kUsage || task.strictness == Strictness::kStrict) {
      return fail(error);
    }
    context.report.warning({error.message + "; ignored because of -s"});
  }
  task.client.unknown = std::move(supported);
  return task;
}

}  // namespace glusterconsul::mount
