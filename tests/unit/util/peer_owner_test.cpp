#include "util/peer_owner.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cstring>
#include <ostream>
#include <string>

namespace glusterconsul {
namespace {

using Kind = PeerOwner::Kind;

struct Case {
  const char* row;
  std::optional<SocketFacts> connection;
  std::optional<SocketFacts> listener;
  PeerOwner expected;
  bool is_open = true;
};
std::ostream& operator<<(std::ostream& out, const Case& row) {
  return out << row.row;
}

class PeerOwnerTable : public ::testing::TestWithParam<Case> {};

TEST_P(PeerOwnerTable, IdentifiesOnlyOpenConnection) {
  const auto& row = GetParam();
  EXPECT_EQ(peer_owner(row.connection, row.listener, row.is_open), row.expected);
}

constexpr SocketFacts kListener{TCP_LISTEN, 1000, 77};
constexpr PeerOwner kNobody{Kind::kUnidentified, 0};
constexpr PeerOwner kClosed{Kind::kClosed, 0};

INSTANTIATE_TEST_SUITE_P(
    States, PeerOwnerTable,
    ::testing::Values(
        Case{"Accepted", SocketFacts{TCP_ESTABLISHED, 998, 5}, kListener, {Kind::kLocal, 998}},
        Case{"AcceptedAndListenerClosed",
             SocketFacts{TCP_ESTABLISHED, 998, 5},
             std::nullopt,
             {Kind::kLocal, 998}},
        Case{"NotAcceptedBelongsToListener",
             SocketFacts{TCP_ESTABLISHED, 0, 0},
             kListener,
             {Kind::kLocal, 1000}},
        Case{"DeferredAcceptBelongsToListener",
             SocketFacts{TCP_SYN_RECV, 0, 0},
             kListener,
             {Kind::kLocal, 1000}},
        Case{"NotAcceptedWithoutListener", SocketFacts{TCP_ESTABLISHED, 0, 0}, std::nullopt,
             kNobody},
        Case{"ClosedByItsOwner", SocketFacts{TCP_FIN_WAIT2, 0, 0}, kListener, kClosed},
        Case{"TimeWait", SocketFacts{TCP_TIME_WAIT, 0, 0}, kListener, kClosed},
        Case{"ResetByItsOwner", std::nullopt, kListener, kClosed, false},
        Case{"ClosedBeforeAccept", SocketFacts{TCP_ESTABLISHED, 0, 0}, std::nullopt, kClosed,
             false},
        Case{"ListenerIsNotListening", SocketFacts{TCP_ESTABLISHED, 0, 0},
             SocketFacts{TCP_ESTABLISHED, 0, 9}, kNobody},
        Case{"NoSocket", std::nullopt, kListener, kNobody}),
    [](const auto& tested) { return tested.param.row; });

bool is_local(const std::string& text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(8500);
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    return is_local_address(reinterpret_cast<const sockaddr*>(&v4), sizeof(v4));
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(8500);
  EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1);
  return is_local_address(reinterpret_cast<const sockaddr*>(&v6), sizeof(v6));
}

TEST(IsLocalAddress, AcceptsAllFormsOfLoopback) {
  EXPECT_TRUE(is_local("127.0.0.1"));
  EXPECT_TRUE(is_local("127.200.3.4"));
  EXPECT_TRUE(is_local("::1"));
  EXPECT_TRUE(is_local("::ffff:127.0.0.1"));
}

// connect(2) treats it as loopback.
TEST(IsLocalAddress, AcceptsUnspecifiedAddress) {
  EXPECT_TRUE(is_local("0.0.0.0"));
  EXPECT_TRUE(is_local("::"));
  EXPECT_TRUE(is_local("::ffff:0.0.0.0"));
}

TEST(IsLocalAddress, RejectsRemoteAddress) {
  EXPECT_FALSE(is_local("192.0.2.77"));
  EXPECT_FALSE(is_local("2001:db8::77"));
}

}  // namespace
}  // namespace glusterconsul
