#include "util/socket_address.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace glusterconsul {
namespace {

TEST(SocketAddress, DistinguishesUnreachableHostFromRefusedConnection) {
  EXPECT_TRUE(is_host_unreachable(EHOSTUNREACH));
  EXPECT_TRUE(is_host_unreachable(ENETUNREACH));
  for (const int problem : {ECONNREFUSED, EACCES, EPERM, ETIMEDOUT}) {
    EXPECT_FALSE(is_host_unreachable(problem)) << problem;
  }
}

}  // namespace
}  // namespace glusterconsul
