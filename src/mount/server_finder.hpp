#pragma once

#include <optional>
#include <random>
#include <string>

#include "discovery/plan.hpp"
#include "discovery/server_cache.hpp"
#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::mount {

/// What discovery::make_plan() is given for try number `try_number` (from 1) of a task.
[[nodiscard]] discovery::PlanInputs plan_inputs(const Task& task, System& system,
                                                unsigned try_number,
                                                std::optional<discovery::CachedServers> cached);

/// System::probe() as make_plan() calls it.
[[nodiscard]] discovery::Prober prober(System& system);

/// kUnreachable names each server of the plan with the result of its probe.
[[nodiscard]] Error no_server_responds(const discovery::Plan& plan);

/// Finds servers, and retries after transient errors until `give_up`. Of the helpers on this
/// machine that ask the same question, which Consul does not answer, one retries and the others
/// wait for it. Task, system and what the context refers to must outlive it.
class ServerFinder {
 public:
  /// `context` ends with the whole mount.
  ServerFinder(const Task& task, System& system, const Deadline& give_up, const Context& context);
  ServerFinder(const ServerFinder&) = delete;
  ServerFinder& operator=(const ServerFinder&) = delete;
  ~ServerFinder();

  /// If no server responds in all that time, the plan is returned nevertheless: by hand the client
  /// would be started too.
  [[nodiscard]] Result<discovery::Plan> find(std::optional<discovery::CachedServers> cached);

  /// Waits before the next try; the problem itself if it is permanent or no time is left.
  [[nodiscard]] Result<void> wait_before_next(const Error& problem);

 private:
  [[nodiscard]] bool announce(const Error& problem, milliseconds left);
  [[nodiscard]] Result<void> wait_for_other(const Error& problem);
  [[nodiscard]] Error given_up(Error problem) const;

  const Task& task_;
  System& system_;
  Deadline give_up_;
  Context context_;
  std::string question_;
  std::mt19937 rng_;
  unsigned tries_ = 0;
  bool is_announced_ = false;
};

}  // namespace glusterconsul::mount
