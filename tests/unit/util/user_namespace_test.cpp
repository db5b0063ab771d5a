#include "util/user_namespace.hpp"

#include <gtest/gtest.h>

namespace glusterconsul {
namespace {

TEST(UserNamespace, MapsUsersInItsRanges) {
  constexpr const char* kAll = "         0          0 4294967295\n";
  EXPECT_TRUE(maps_user(kAll, 0));
  EXPECT_TRUE(maps_user(kAll, 65534));
  constexpr const char* kOne = "         0       1000          1\n";
  EXPECT_TRUE(maps_user(kOne, 0));
  EXPECT_FALSE(maps_user(kOne, 1));
  EXPECT_FALSE(maps_user(kOne, 65534));
  constexpr const char* kRootless = "0 1000 1\n1 100000 65536\n";
  EXPECT_TRUE(maps_user(kRootless, 65534)) << "the namespace has its own user with that id";
  EXPECT_FALSE(maps_user(kRootless, 65537));
}

TEST(UserNamespace, MapsAllUsersIfMapCannotBeParsed) {
  for (const char* text : {"", "\n", "0 0", "a b c\n"}) EXPECT_TRUE(maps_user(text, 65534)) << text;
}

}  // namespace
}  // namespace glusterconsul
