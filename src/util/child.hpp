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

/// How a process ended: one of the two, or neither if somebody else has reaped it.
struct ExitState {
  std::optional<int> status;  ///< of exit(3)
  std::optional<int> signal;  ///< that ended it
  [[nodiscard]] bool success() const { return status == 0; }
};

/// The meaning of a wait status of waitpid(2) of a process that has ended.
[[nodiscard]] ExitState exit_state(int wait_status);

/// "exit status 3", "signal 9 (Killed)".
[[nodiscard]] std::string to_string(const ExitState& state);

/// A child of this process that nobody else reaps. The destructor ends one that
/// still runs (SIGKILL) and reaps it, within kMaxReaping: a process that sleeps
/// uninterruptibly in the kernel must not hold us too.
class Child {
 public:
  static constexpr milliseconds kMaxReaping{5000};

  /// Takes over a child that was just forked or adopted. Without a pidfd (docs/facts.md, "pidfd is
  /// not everywhere") it is polled every 10 ms.
  explicit Child(pid_t pid);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Waits for the end. kTimedOut at the deadline and kInterrupted on `cancel`
  /// leave the child running; the caller may wait again. A second call after
  /// the end gives the same answer.
  [[nodiscard]] Result<ExitState> wait(const Deadline& deadline, const Cancel& cancel);

  /// SIGKILL to it and, if it leads one, to its process group; then reaps it.
  /// False if it has not ended by the deadline.
  bool end(const Deadline& deadline);

  /// SIGKILL to the child alone, without waiting for its end: wait() or the destructor reaps it.
  void kill();

 private:
  bool reap();
  /// How long poll(2) may wait at most before reap() is tried again.
  [[nodiscard]] int poll_timeout(const Deadline& deadline) const;

  pid_t pid_;
  UniqueFd pidfd_;
  std::optional<ExitState> ended_;
};

}  // namespace glusterconsul
