#include "mount/supported_options.hpp"

#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// For one option. The client takes about 10 ms.
constexpr milliseconds kAnswers{2'000};

}  // namespace

Result<Task> with_supported_options(Task task, System& system, const Context& context) {
  for (const auto& argument : task.client.unknown) {
    TRY(system.check_argument(argument, context.sooner(kAnswers, system.now())));
  }
  return task;
}

}  // namespace glusterconsul::mount
