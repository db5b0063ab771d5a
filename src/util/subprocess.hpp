#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "util/cancel.hpp"
#include "util/child.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// What to run, without a shell and without searching PATH: `arguments[0]` is an absolute path. The
/// child's environment is `environment` ("NAME=value"); it inherits nothing from the caller's. The
/// child gets /dev/null as standard input, default signal handling (but SIGHUP and SIGINT
/// remain ignored if they are), umask 022, "/" as its working directory, and no descriptors except
/// 0, 1 and 2.
struct ProcessSpec {
  /// kOwnSession shields the child from a terminal's signals. kCallers is for programs that access
  /// an autofs mount point: autofs lets the process group of its daemon pass, and makes all other
  /// processes wait until the mount is complete.
  enum class Group { kOwnSession, kCallers };

  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  Group group = Group::kOwnSession;
  /// If this is a descriptor (the write end of a pipe), the program runs as a child of a separate
  /// process, the keeper, which is the child that Subprocess holds. Every orphan among the
  /// program's descendants becomes a child of the keeper ("subreaper", prctl(2)). When the program
  /// ends, the keeper writes its wait status (an int) to the descriptor; the keeper exits when it
  /// has no children left. If the keeper is killed, or the thread that started it ends, its
  /// descendants keep running. -1: no keeper.
  int keeper_report = -1;
};

/// A running program. Its standard output and standard error are captured together in memory. The
/// destructor kills a child that is still running (SIGKILL, also to its process group if it has its
/// own session) and reaps it, as ~Child() does.
class Subprocess {
 public:
  /// kSystem, with the program's path and the cause, if it cannot be started. A failing execve(2)
  /// is reported here, not as an exit status.
  [[nodiscard]] static Result<Subprocess> start(const ProcessSpec& spec);

  [[nodiscard]] pid_t pid() const { return child_.pid(); }

  /// See Child::wait().
  [[nodiscard]] Result<ExitState> wait(const Deadline& deadline, const Cancel& cancel) {
    return child_.wait(deadline, cancel);
  }

  /// See Child::end().
  bool end(const Deadline& deadline) { return child_.end(deadline); }
  /// See Child::kill().
  void kill() { child_.kill(); }

  /// What the program has written so far, at most the first `max_size` bytes.
  [[nodiscard]] std::string output(std::size_t max_size = std::size_t{64} * 1024) const;

 private:
  Subprocess(Child child, UniqueFd output);
  Child child_;
  UniqueFd output_;
};

}  // namespace glusterconsul
