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

/// What to run. There is no shell and no search in PATH: `arguments[0]` is an
/// absolute path. Nothing of the caller's environment is passed on, only
/// `environment` ("NAME=value"). The child gets /dev/null as standard
/// input, default signal handling (SIGHUP and SIGINT stay ignored if they are), umask 022, "/" as
/// its working directory, and no descriptor but 0, 1 and 2.
struct ProcessSpec {
  /// A session of its own keeps a terminal's signals away. The caller's group is
  /// for what touches an autofs mount point: autofs lets the process group of its
  /// daemon pass and makes everybody else wait for the mount to be finished.
  enum class Group { kOwnSession, kCallers };

  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  Group group = Group::kOwnSession;
  /// A descriptor (the write end of a pipe) to run the program below a process of its own, the
  /// keeper, which is the child that Subprocess holds: every orphan below the program becomes a
  /// child of the keeper ("subreaper", prctl(2)). It writes the program's wait status (an int) to
  /// the descriptor when that ends, and ends itself when it has no child any more; if it is
  /// killed, or the thread that started it ends, what is below it lives on. -1: no keeper.
  int keeper_report = -1;
};

/// A started child. Its standard output and error go to memory together. The
/// destructor ends a child that still runs (SIGKILL, to its whole session's
/// process group) and reaps it, as Child does.
class Subprocess {
 public:
  /// kSystem if it cannot be started, with the program's path and why;
  /// a failing execve(2) is reported here, not by an exit status.
  [[nodiscard]] static Result<Subprocess> start(const ProcessSpec& spec);

  [[nodiscard]] pid_t pid() const { return child_.pid(); }

  /// As Child::wait().
  [[nodiscard]] Result<ExitState> wait(const Deadline& deadline, const Cancel& cancel) {
    return child_.wait(deadline, cancel);
  }

  /// As Child::end().
  bool end(const Deadline& deadline) { return child_.end(deadline); }
  /// As Child::kill().
  void kill() { child_.kill(); }

  /// What it has written so far, the first `max_size` bytes.
  [[nodiscard]] std::string output(std::size_t max_size = std::size_t{64} * 1024) const;

 private:
  Subprocess(Child child, UniqueFd output);
  Child child_;
  UniqueFd output_;
};

}  // namespace glusterconsul
