#include "util/tcp_table.hpp"

#include <gtest/gtest.h>
#include <netinet/tcp.h>

namespace glusterconsul {
namespace {

// clang-format off
constexpr const char* kV4 =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:2134 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 37347984 1 0 100 0 0 10 0\n"
    "   9: 14004D0A:BFFF 0C004D0A:5DC7 01 00000000:00000000 02:00000528 00000000     0        0 37359065 2 0 20 4 32 11 -1\n";
constexpr const char* kV6 =
    "   1: 0000000000000000FFFF00000100007F:2134 0000000000000000FFFF00000100007F:A001 01 00000000:00000000 00:00000000 00000000     0        0 5 1 0 100 0 0 10 0\n"
    "   2: 000077FD000000000000000020000000:A678 000077FD000000000000000011000000:5DC7 06 00000000:00000000 00:00000000 00000000     0        0 0 3 0\n";
// clang-format on

TEST(TcpTable, HasRowForEachSocket) {
  const auto rows = parse_tcp_table(kV4);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(to_string(endpoint_of(rows[0].local)), "127.0.0.1:8500");
  EXPECT_EQ(rows[0].facts.state, TCP_LISTEN);
  EXPECT_EQ(rows[0].facts.owner, 101U);
  EXPECT_EQ(to_string(endpoint_of(rows[1].local)), "10.77.0.20:49151");
  EXPECT_EQ(to_string(endpoint_of(rows[1].remote)), "10.77.0.12:24007");
  EXPECT_EQ(rows[1].facts.state, TCP_ESTABLISHED);
  EXPECT_EQ(rows[1].facts.inode, 37359065U);
}

TEST(TcpTable, ReadsIpv6AndMappedAddresses) {
  const auto rows = parse_tcp_table(kV6);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(to_string(endpoint_of(rows[0].local)), "127.0.0.1:8500");
  EXPECT_EQ(to_string(endpoint_of(rows[1].remote)), "[fd77::11]:24007");
}

TEST(TcpTable, SkipsMalformedLines) {
  EXPECT_TRUE(parse_tcp_table("").empty());
  EXPECT_TRUE(parse_tcp_table("a b c d e f g h i j\n1 2\n").empty());
  EXPECT_TRUE(
      parse_tcp_table("0: 0100007F:2134 0000:0000 0A 0:0 00:0 0 101 0 37347984 1\n").empty());
}

}  // namespace
}  // namespace glusterconsul
