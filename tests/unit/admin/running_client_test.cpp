#include "admin/running_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace glusterconsul::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParseCommand, SplitsAtNuls) {
  using std::string_view_literals::operator""sv;
  EXPECT_THAT(parse_command("glusterfs\0--a b\0\0/mnt\0"sv),
              ElementsAre("glusterfs", "--a b", "", "/mnt"));
  EXPECT_THAT(parse_command(""), IsEmpty());
  EXPECT_THAT(parse_command("\0"sv), IsEmpty());
}

// clang-format off
constexpr const char* kTable =
    "   0: 14004D0A:BFFF 0C004D0A:5DC7 01 00000000:00000000 02:00000528 00000000 0 0 11 2 0\n"   // .12
    "   1: 14004D0A:BFFE 0B004D0A:5DC7 02 00000000:00000000 02:00000528 00000000 0 0 12 2 0\n"   // connecting
    "   2: 14004D0A:BFFD 0D004D0A:C7B4 01 00000000:00000000 02:00000528 00000000 0 0 13 2 0\n"   // a brick
    "   3: 14004D0A:BFFC 0D004D0A:5DC7 01 00000000:00000000 02:00000528 00000000 0 0 99 2 0\n"   // another process
    "   4: 14004D0A:BFFB 0C004D0A:5DC7 01 00000000:00000000 02:00000528 00000000 0 0 14 2 0\n";  // .12 again
// clang-format on

TEST(ConnectedTo, KeepsEstablishedConnectionsOfTheProcessToThePort) {
  const std::array<std::uint32_t, 4> inodes = {11, 12, 13, 14};
  EXPECT_THAT(connected_to(parse_tcp_table(kTable), inodes, 24007),
              ElementsAre(Endpoint{*Host::parse("10.77.0.12"), 24007}));
}

RunningClient client(pid_t pid, const std::string& target) {
  RunningClient made;
  made.pid = pid;
  made.arguments.target = target;
  return made;
}

TEST(ClientOf, IsTheLastOneWithTheTarget) {
  const std::vector<RunningClient> clients = {client(10, "/mnt/a"), client(20, "/mnt/b"),
                                              client(30, "/mnt/a")};
  EXPECT_EQ(client_of(clients, "/mnt/a")->pid, 30);
  EXPECT_EQ(client_of(clients, "/mnt/b")->pid, 20);
  EXPECT_FALSE(client_of(clients, "/mnt").has_value());
}

TEST(IsOfRoot, ReadsRealUser) {
  EXPECT_TRUE(may_be_client("Name:\tglusterfs\nPid:\t60\nUid:\t0\t0\t0\t0\nGid:\t0\n"));
  EXPECT_FALSE(may_be_client("Name:\tglusterfs\nUid:\t1000\t0\t0\t0\n"));
  EXPECT_FALSE(may_be_client("Name:\tUid:\t0\t0\n"));
  EXPECT_FALSE(may_be_client("Name:\tglusterfsd\nUid:\t0\t0\t0\t0\n"));
  EXPECT_FALSE(may_be_client(""));
}

TEST(RunningClients, CanBeListedByAnyUser) {
  for (const auto& each : running_clients()) EXPECT_GT(each.pid, 0);
}

}  // namespace
}  // namespace glusterconsul::admin
