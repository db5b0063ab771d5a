#include "util/cancel.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace glusterconsul {

Cancel::Cancel() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Cancel::request() noexcept {
  const int saved_errno = errno;  // a signal handler must not change it under the program
  requested_.store(true);
  const std::uint64_t one = 1;
  // A full counter (EAGAIN) is readable already, which is all that is wanted.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
  errno = saved_errno;
}

}  // namespace glusterconsul
