#include "gluster/brick_hosts.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "volfile.hpp"

namespace glusterconsul::gluster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(BrickHosts, AreListedOnceInVolfileOrder) {
  EXPECT_THAT(brick_hosts(client("gl2") + client("10.0.0.1") + client("fd77::3") + client("gl2")),
              ElementsAre(*Host::parse("gl2"), *Host::parse("10.0.0.1"), *Host::parse("fd77::3")));
  EXPECT_THAT(brick_hosts("option remote-host gl1"), ElementsAre(*Host::parse("gl1")));
}

TEST(BrickHosts, SkipInvalidHosts) {
  EXPECT_THAT(brick_hosts(client("--log-file=/etc/passwd") + client("a b") + client("") +
                          client("\x1b[2J") + client("gl1\r")),
              ElementsAre(*Host::parse("gl1")));
  EXPECT_THAT(brick_hosts(""), IsEmpty());
  EXPECT_THAT(brick_hosts("\n\n"), IsEmpty());
  EXPECT_THAT(brick_hosts("option remote-host"), IsEmpty());
  EXPECT_THAT(brick_hosts("    option remote-hostage gl1\n# option remote-host gl2\n"), IsEmpty());
}

TEST(BrickHosts, AreBounded) {
  std::string volfile;
  for (int i = 0; i < 1000; ++i) volfile += client(fmt::format("gl{}", i));
  EXPECT_THAT(brick_hosts(volfile), SizeIs(kMaxBrickHosts));

  std::string nonsense;
  for (int i = 0; i < 20'000; ++i) nonsense += "option remote-host -\n";
  EXPECT_THAT(brick_hosts(nonsense + client("gl1")), IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::gluster
