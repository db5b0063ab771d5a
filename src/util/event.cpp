#include "util/event.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace glusterconsul {

Event::Event() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Event::set() noexcept {
  const int saved_errno = errno;  // a signal handler must not change the program's errno
  is_set_.store(true);
  const std::uint64_t one = 1;
  // A full counter (EAGAIN) is already readable, which is all we need.
  [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);
  errno = saved_errno;
}

}  // namespace glusterconsul
