#pragma once

#include <memory>
#include <string>
#include <vector>

#include "util/context.hpp"
#include "util/error.hpp"
#include "util/subprocess.hpp"

namespace glusterconsul::mount {

/// The client of one mount attempt, isolated so that none of its processes escapes and no other
/// process is affected. `glusterfs` starts, puts a daemon into the background, and the starter
/// exits. Both run below a keeper (ProcessSpec::keeper_report), so the keeper's children are
/// exactly the descendants of this client, without a pid file, whatever other children and orphans
/// this process has.
class ClientProcess {
 public:
  /// `argv[0]` is an absolute path. The client's environment contains only PATH and LC_ALL. The
  /// client stays in our process group, which autofs needs (ProcessSpec::Group). kSystem if it
  /// cannot be run.
  [[nodiscard]] static Result<ClientProcess> start(const std::vector<std::string>& argv);

  ClientProcess(ClientProcess&&) noexcept;
  ClientProcess& operator=(ClientProcess&&) = delete;
  ClientProcess(const ClientProcess&) = delete;
  ClientProcess& operator=(const ClientProcess&) = delete;
  /// Ends the client, within Child::kMaxReaping; if it was released, ends only its keeper.
  ~ClientProcess();

  /// Waits for the starter to end, like Child::wait(); the daemon keeps running.
  [[nodiscard]] Result<ExitState> wait(const Context& context);

  /// What the starter and the daemon have written to standard output and standard error.
  [[nodiscard]] std::string output() const;

  /// Kills the starter and every descendant (SIGKILL) and reaps them. Gives up at the deadline,
  /// since a process that is stuck in the kernel cannot be reaped.
  void end(const Deadline& deadline);

  /// Call it when the mount works: the daemon outlives us, and so does a starter that is still
  /// running. The keeper is killed now and reaped by the destructor; in the meantime, the kernel
  /// frees its memory.
  void release();

 private:
  struct Running;
  explicit ClientProcess(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace glusterconsul::mount
