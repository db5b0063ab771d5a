#pragma once

#include <memory>
#include <string>
#include <vector>

#include "util/context.hpp"
#include "util/error.hpp"
#include "util/subprocess.hpp"

namespace glusterconsul::mount {

/// The client of one attempt to mount, so that nothing of it escapes and nothing else is hit.
/// `glusterfs` starts, puts a daemon into the background, and the starter exits. Both run below a
/// keeper (ProcessSpec::keeper_report): its children are what descends from this client, without
/// a pid file, whatever other children and orphans this process has.
class ClientProcess {
 public:
  /// `argv[0]` is an absolute path. The client gets PATH and LC_ALL and nothing
  /// else of the environment, and stays in our process group, which autofs needs
  /// (ProcessSpec::Group). kSystem if it cannot be run.
  [[nodiscard]] static Result<ClientProcess> start(const std::vector<std::string>& argv);

  ClientProcess(ClientProcess&&) noexcept;
  ClientProcess& operator=(ClientProcess&&) = delete;
  ClientProcess(const ClientProcess&) = delete;
  ClientProcess& operator=(const ClientProcess&) = delete;
  /// Ends it, within Child::kMaxReaping; if it was released, its keeper only.
  ~ClientProcess();

  /// Waits for the starter to end; the daemon lives on. As Child::wait().
  [[nodiscard]] Result<ExitState> wait(const Context& context);

  /// What starter and daemon have written to their output and error.
  [[nodiscard]] std::string output() const;

  /// Ends starter and every descendant (SIGKILL) and reaps them. Gives up at the
  /// deadline: a process that the kernel holds cannot be waited for.
  void end(const Deadline& deadline);

  /// The mount is good: the daemon lives on after us, as does a starter that still runs. The keeper
  /// is killed, and reaped by the destructor: meanwhile the kernel frees its memory.
  void release();

 private:
  struct Running;
  explicit ClientProcess(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace glusterconsul::mount
