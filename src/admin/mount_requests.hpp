#pragma once

#include <string>
#include <utility>

#include "admin/mount_state.hpp"
#include "util/context.hpp"
#include "util/error.hpp"
#include "util/isolated_call.hpp"

namespace glusterconsul::admin {

/// Two requests to one mount, in child processes: statfs(2), which asks the bricks, and reading
/// `.meta`, which the client answers by itself.
class MountRequests {
 public:
  /// May only be called while this process has one thread. kSystem if there are no children.
  [[nodiscard]] static Result<MountRequests> start(const std::string& target);

  /// Waits until both have ended, until the deadline or an interruption. Requests that have not
  /// ended are killed and left behind by the destructor: one that waits in the kernel for the
  /// client ends only with it. Sets `statfs` and `graph`. kInterrupted after an interruption.
  [[nodiscard]] Result<Observation> finish(const Context& context);

  MountRequests(MountRequests&&) noexcept = default;
  MountRequests& operator=(MountRequests&&) = delete;
  MountRequests(const MountRequests&) = delete;
  MountRequests& operator=(const MountRequests&) = delete;
  ~MountRequests();

 private:
  MountRequests(IsolatedCall statfs, IsolatedCall graph)
      : statfs_(std::move(statfs)), graph_(std::move(graph)) {}

  IsolatedCall statfs_;
  IsolatedCall graph_;
};

}  // namespace glusterconsul::admin
