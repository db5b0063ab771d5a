#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "util/cancel.hpp"
#include "util/child.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// A function that runs in a child process, because it may never return from the kernel: a file
/// system without a server does not respond, and a thread that waits for it cannot be interrupted.
/// The destructor kills a child that is still running, as ~Child() does.
class IsolatedCall {
 public:
  /// The only descriptors that the function has: a child that is stuck in the kernel must not hold
  /// the caller's pipe open. Either is closed if it is not asked for.
  static constexpr int kKept = 0;
  static constexpr int kOutput = 1;

  enum class Output { kNone, kCaptured };

  /// Runs the function; what it returns is the exit status. It may only make async-signal-safe
  /// calls (signal-safety(7)), unless this process has only one thread. `kept` is a descriptor that
  /// it gets as kKept, or -1. kSystem, with the description of the errno, if there is no child.
  [[nodiscard]] static Result<IsolatedCall> start(const std::function<int()>& function,
                                                  Output output = Output::kNone, int kept = -1);

  /// See Child::wait().
  [[nodiscard]] Result<ExitState> wait(const Deadline& deadline, const Cancel& cancel) {
    return child_.wait(deadline, cancel);
  }
  /// See Child::kill().
  void kill() { child_.kill(); }
  /// See Child::abandon().
  void abandon() { child_.abandon(); }

  /// What the function has written to kOutput so far, at most the first `max_size` bytes; kSystem
  /// if it cannot be read.
  [[nodiscard]] Result<std::string> output(std::size_t max_size) const;

 private:
  IsolatedCall(pid_t pid, UniqueFd output) : child_(pid), output_(std::move(output)) {}

  Child child_;
  UniqueFd output_;
};

}  // namespace glusterconsul
