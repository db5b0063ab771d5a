// Tests which addresses the kernel delivers locally, in a separate network namespace. Needs root
// and ip(8).
#include "util/local_route.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ostream>
#include <string>

#include "util/peer_owner.hpp"
#include "util/socket_address.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

constexpr const char* kSetUp =
    "ip link set lo up && ip link add eth9 type veth peer name eth8 && ip link set eth9 up && ip "
    "link set eth8 up && "
    "ip address add 10.9.0.20/24 dev eth9 && ip address add 10.9.0.77/24 dev eth9 && "
    "ip route add local 10.99.0.0/24 dev lo src 10.9.0.20 && "
    "ip route add prohibit 10.98.0.0/24 && "
    "ip -6 address add fd09::20/64 dev eth9 nodad && ip -6 address add fd09::77/64 dev eth9 nodad "
    "&& ip -6 route add local fd99::/64 dev lo && "
    // An IPv6 address is usable only when its interface has a carrier.
    "for i in $(seq 100); do ip -6 route show table local | grep -q fd09::77 && break; sleep 0.05; "
    "done";

struct Case {
  const char* row;
  const char* address;
  bool is_local;
};
std::ostream& operator<<(std::ostream& out, const Case& row) {
  return out << row.row;
}

class LocalRoute : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, for a network namespace";
    before_ = UniqueFd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    // NOLINTNEXTLINE(cert-env33-c): a fixed command
    ASSERT_EQ(std::system(kSetUp), 0);
  }
  void TearDown() override {
    if (before_) {
      EXPECT_EQ(::setns(before_.get(), CLONE_NEWNET), 0);
    }
  }

  static SocketAddress address(Port port) {
    return socket_address(*IpAddress::parse(GetParam().address), port);
  }
  static const sockaddr* raw(const SocketAddress& address) {
    return reinterpret_cast<const sockaddr*>(&address.storage);
  }

 private:
  UniqueFd before_;
};

TEST_P(LocalRoute, DetectsLocalAddresses) {
  const auto there = address(8500);
  const auto found = ends_on_this_machine(raw(there), nullptr);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(*found, GetParam().is_local);
  EXPECT_EQ(is_local_address(raw(there), there.size), GetParam().is_local);
}

class OwnAddress : public LocalRoute {};

TEST_P(OwnAddress, IdentifiesOwnerOfPeer) {
  auto there = address(0);
  const UniqueFd listener(::socket(there.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  // Needed for an address that has a local route, but is on no interface.
  ASSERT_EQ(::setsockopt(listener.get(), SOL_IP, IP_FREEBIND, &on, sizeof(on)), 0);
  ASSERT_EQ(::bind(listener.get(), raw(there), there.size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&there.storage), &there.size),
            0);
  const UniqueFd socket(::socket(there.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(socket.get(), raw(there), there.size), 0);
  const auto owner = owner_of_peer(socket.get());
  ASSERT_TRUE(owner.has_value()) << owner.error().message;
  EXPECT_EQ(*owner, (PeerOwner{PeerOwner::Kind::kLocal, ::geteuid()}));
}

constexpr auto kOwn = std::to_array<Case>({{"Loopback", "127.0.0.1", true},
                                           {"Ipv6Loopback", "::1", true},
                                           {"Primary", "10.9.0.20", true},
                                           {"Secondary", "10.9.0.77", true},
                                           {"LocalRoute", "10.99.0.5", true},
                                           {"Ipv6Primary", "fd09::20", true},
                                           {"Ipv6Secondary", "fd09::77", true},
                                           {"Ipv6LocalRoute", "fd99::5", true}});
constexpr auto kOthers = std::to_array<Case>({{"Neighbour", "10.9.0.21", false},
                                              {"Ipv6Neighbour", "fd09::21", false},
                                              {"NoRoute", "192.0.2.1", false},
                                              {"Ipv6NoRoute", "2001:db8::1", false},
                                              {"Prohibited", "10.98.0.1", false}});

std::string row_name(const ::testing::TestParamInfo<Case>& tested) {
  return tested.param.row;
}

INSTANTIATE_TEST_SUITE_P(Own, LocalRoute, ::testing::ValuesIn(kOwn), row_name);
INSTANTIATE_TEST_SUITE_P(Others, LocalRoute, ::testing::ValuesIn(kOthers), row_name);
INSTANTIATE_TEST_SUITE_P(Own, OwnAddress, ::testing::ValuesIn(kOwn), row_name);

}  // namespace
}  // namespace glusterconsul
