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

/// The inputs of discovery::make_plan() for try number `try_number` (from 1) of a task.
[[nodiscard]] discovery::PlanInputs plan_inputs(const Task& task, System& system,
                                                unsigned try_number,
                                                std::optional<discovery::CachedServers> cached);

/// System::probe() in the form that make_plan() needs.
[[nodiscard]] discovery::Prober prober(System& system);

/// kUnreachable, with the probe result of each server of the plan.
[[nodiscard]] Error no_server_responds(const discovery::Plan& plan);

/// Finds servers, and retries after transient errors until `give_up`. If several helpers on this
/// machine send the same query and Consul does not answer it, one retries and the others wait for
/// it. The task, the system and everything that the context refers to must outlive it.
class ServerFinder {
 public:
  /// The deadline of `context` is that of the whole mount.
  ServerFinder(const Task& task, System& system, const Deadline& give_up, const Context& context);
  ServerFinder(const ServerFinder&) = delete;
  ServerFinder& operator=(const ServerFinder&) = delete;
  ~ServerFinder();

  /// If no server responds in all that time, the plan is returned anyway: someone who mounts by
  /// hand would try the client as well.
  [[nodiscard]] Result<discovery::Plan> find(std::optional<discovery::CachedServers> cached);

  /// Waits before the next try. Fails with the problem itself if it is permanent or no time is
  /// left.
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
  Clock::time_point began_;
  unsigned tries_ = 0;
  bool is_announced_ = false;
};

}  // namespace glusterconsul::mount
