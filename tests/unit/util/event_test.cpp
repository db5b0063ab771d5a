#include "util/event.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <cerrno>

#include "util/cancel.hpp"

namespace glusterconsul {
namespace {

bool is_readable(int fd) {
  pollfd watched{fd, POLLIN, 0};
  return ::poll(&watched, 1, 0) == 1;
}

TEST(Event, StaysSetAndReadable) {
  Event event;
  EXPECT_FALSE(event.is_set());
  EXPECT_FALSE(is_readable(event.fd()));
  event.set();
  event.set();
  EXPECT_TRUE(event.is_set());
  EXPECT_TRUE(is_readable(event.fd()));
  EXPECT_TRUE(is_readable(event.fd()));
}

TEST(Event, KeepsErrno) {
  Event event;
  errno = EDOM;
  event.set();
  EXPECT_EQ(errno, EDOM);
}

TEST(Cancel, IsAnEvent) {
  Cancel cancel;
  EXPECT_FALSE(cancel.requested());
  cancel.request();
  EXPECT_TRUE(cancel.requested());
  EXPECT_TRUE(is_readable(cancel.fd()));
}

}  // namespace
}  // namespace glusterconsul
