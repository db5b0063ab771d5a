#include "util/isolated_call.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "util/read_file.hpp"

namespace glusterconsul {
namespace {

/// Leaves only the descriptors that the function has. Runs in the child.
void keep_descriptors(int output, int kept) {
  if (output >= 0) ::dup2(output, IsolatedCall::kOutput);
  if (kept >= 0) {
    ::dup2(kept, IsolatedCall::kKept);
  } else {
    ::close(IsolatedCall::kKept);
  }
  ::syscall(SYS_close_range, output >= 0 ? 2U : 1U, ~0U, 0U);
}

}  // namespace

Result<IsolatedCall> IsolatedCall::start(const std::function<int()>& function, Output output,
                                         int kept) {
  UniqueFd captured;
  if (output == Output::kCaptured) {
    captured.reset(::memfd_create("output", MFD_CLOEXEC));
    if (!captured) return fail(ErrorCode::kSystem, errno_text(errno));
  }
  const pid_t pid = ::fork();
  if (pid < 0) return fail(ErrorCode::kSystem, errno_text(errno));
  if (pid == 0) {
    keep_descriptors(captured.get(), kept);
    ::_exit(function());
  }
  return IsolatedCall(pid, std::move(captured));
}

Result<std::string> IsolatedCall::output(std::size_t max_size) const {
  return read_file(output_.get(), max_size);
}

}  // namespace glusterconsul
