#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// How a process ended. One of the two is set, or neither if something else has reaped the process.
struct ExitState {
  std::optional<int> status;  ///< the argument of exit(3)
  std::optional<int> signal;  ///< the signal that killed it
  [[nodiscard]] bool success() const { return status == 0; }
};

/// Decodes the wait status from waitpid(2) of a process that has ended.
[[nodiscard]] ExitState exit_state(int wait_status);

/// "exit status 3", "signal 9 (Killed)".
[[nodiscard]] std::string to_string(const ExitState& state);

/// A child of this process that nothing else reaps. The destructor kills it (SIGKILL) if it is
/// still running, and reaps it, within kMaxReaping: a process in uninterruptible sleep must not
/// block us as well.
class Child {
 public:
  static constexpr milliseconds kMaxReaping{5000};

  /// Takes ownership of a child that was just forked or adopted. Without a pidfd (docs/facts.md,
  /// "pidfd is not everywhere") it is polled every 10 ms.
  explicit Child(pid_t pid);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Waits until the child ends. kTimedOut (at the deadline) and kInterrupted (on `cancel`) leave
  /// the child running, and the caller may wait again. After the child has ended, each call returns
  /// the same result.
  [[nodiscard]] Result<ExitState> wait(const Deadline& deadline, const Cancel& cancel);

  /// Sends SIGKILL to the child and, if it leads a process group, to the group; then reaps it.
  /// Returns false if the child has not ended by the deadline.
  bool end(const Deadline& deadline);

  /// Sends SIGKILL to the child alone and does not wait for it to end; wait() or the destructor
  /// reaps it.
  void kill();

  /// Sends SIGKILL to the child and forgets it: it is never reaped by this process. For a child
  /// that may be in uninterruptible sleep, if this process ends soon.
  void abandon();

 private:
  bool reap();
  /// The maximum time that poll(2) may wait before the next call of reap().
  [[nodiscard]] int poll_timeout(const Deadline& deadline) const;

  pid_t pid_;
  UniqueFd pidfd_;
  std::optional<ExitState> ended_;
};

}  // namespace glusterconsul
