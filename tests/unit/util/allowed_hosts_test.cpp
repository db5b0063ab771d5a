#include "util/allowed_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

AllowedHosts list(const std::vector<std::string>& entries) {
  AllowedHosts allowed;
  for (const auto& entry : entries) EXPECT_TRUE(allowed.add(entry).has_value()) << entry;
  return allowed;
}

struct AddressRow {
  const char* row;
  const char* address;
  const char* why;  ///< empty: possible
};
void PrintTo(const AddressRow& row, std::ostream* out) {
  *out << row.row;
}
class Address : public ::testing::TestWithParam<AddressRow> {};

TEST_P(Address, ReportsWhyAddressIsImpossible) {
  EXPECT_THAT(std::string(impossible_address(address(GetParam().address)).value_or("")),
              HasSubstr(GetParam().why));
  EXPECT_EQ(impossible_address(address(GetParam().address)).has_value(), *GetParam().why != '\0');
}

INSTANTIATE_TEST_SUITE_P(
    Impossible, Address,
    ::testing::Values(AddressRow{"Unspecified", "0.0.0.0", "unspecified"},
                      AddressRow{"ThisNetwork", "0.255.255.255", "unspecified"},
                      AddressRow{"AboveThisNetwork", "1.0.0.0", ""},
                      AddressRow{"BelowLoopback", "126.255.255.255", ""},
                      AddressRow{"Loopback", "127.0.0.1", "loopback"},
                      AddressRow{"DebianLoopback", "127.0.1.1", "loopback"},
                      AddressRow{"LastLoopback", "127.255.255.255", "loopback"},
                      AddressRow{"AboveLoopback", "128.0.0.0", ""},
                      AddressRow{"Ipv4LinkLocal", "169.254.1.1", ""},
                      AddressRow{"BelowMulticast", "223.255.255.255", ""},
                      AddressRow{"Multicast", "224.0.0.1", "multicast"},
                      AddressRow{"LastMulticast", "239.255.255.255", "multicast"},
                      AddressRow{"Reserved", "240.0.0.1", "reserved"},
                      AddressRow{"Broadcast", "255.255.255.255", "broadcast"},
                      AddressRow{"MappedLoopback", "::ffff:127.0.0.1", "loopback"},
                      AddressRow{"MappedLoopbackInHexadecimal", "::ffff:7f00:1", "loopback"},
                      AddressRow{"MappedUnspecified", "::ffff:0.0.0.0", "unspecified"},
                      AddressRow{"Mapped", "::ffff:10.0.0.1", ""},
                      AddressRow{"Ipv6Unspecified", "::", "unspecified"},
                      AddressRow{"Ipv6Loopback", "::1", "loopback"},
                      AddressRow{"CompatibleLoopback", "::127.0.0.1", "IPv4-compatible"},
                      AddressRow{"Ipv6LinkLocal", "fe80::1", "link-local"},
                      AddressRow{"LastIpv6LinkLocal", "febf::1", "link-local"},
                      AddressRow{"AboveIpv6LinkLocal", "fec0::1", ""},
                      AddressRow{"Ipv6Multicast", "ff02::1", "multicast"},
                      AddressRow{"UniqueLocal", "fd77::1", ""},
                      AddressRow{"Global", "2001:db8::1", ""},
                      AddressRow{"Nat64", "64:ff9b::a00:1", ""}),
    [](const auto& row) { return row.param.row; });

struct AllowRow {
  const char* row;
  std::vector<std::string> entries;
  const char* host;
  bool is_allowed;
};
void PrintTo(const AllowRow& row, std::ostream* out) {
  *out << row.row;
}
class Allow : public ::testing::TestWithParam<AllowRow> {};

TEST_P(Allow, MatchesHostAgainstEntries) {
  EXPECT_EQ(list(GetParam().entries).allows(*Host::parse(GetParam().host)), GetParam().is_allowed);
}

INSTANTIATE_TEST_SUITE_P(
    AllowedHosts, Allow,
    ::testing::Values(
        AllowRow{"EmptyListAllowsAddress", {}, "10.0.0.1", true},
        AllowRow{"EmptyListAllowsName", {}, "gl1", true},
        AllowRow{"Address", {"10.0.0.1"}, "10.0.0.1", true},
        AllowRow{"OtherAddress", {"10.0.0.1"}, "10.0.0.2", false},
        AllowRow{"SecondEntry", {"10.0.0.1", "10.0.0.2"}, "10.0.0.2", true},
        AllowRow{"Network", {"10.0.0.0/8"}, "10.255.0.1", true},
        AllowRow{"OutsideNetwork", {"10.0.0.0/8"}, "11.0.0.1", false},
        AllowRow{"NetworkWithHostBits", {"10.0.0.77/24"}, "10.0.0.1", true},
        AllowRow{"UnalignedPrefix", {"10.0.0.128/25"}, "10.0.0.129", true},
        AllowRow{"OutsideUnalignedPrefix", {"10.0.0.128/25"}, "10.0.0.127", false},
        AllowRow{"FullPrefix", {"10.0.0.1/32"}, "10.0.0.1", true},
        AllowRow{"OutsideFullPrefix", {"10.0.0.1/32"}, "10.0.0.0", false},
        AllowRow{"AnyIpv4", {"0.0.0.0/0"}, "192.0.2.1", true},
        AllowRow{"AnyIpv4ExcludesIpv6", {"0.0.0.0/0"}, "2001:db8::1", false},
        AllowRow{"AnyIpv6ExcludesIpv4", {"::/0"}, "192.0.2.1", false},
        AllowRow{"Ipv6Network", {"fd77::/16"}, "fd77:1::1", true},
        AllowRow{"OutsideIpv6Network", {"fd77::/16"}, "fd78::1", false},
        AllowRow{"MappedAddressIsIpv4", {"::ffff:10.0.0.1"}, "10.0.0.1", true},
        AllowRow{"NetworkDoesNotMatchName", {"0.0.0.0/0"}, "gl1", false},
        AllowRow{"NameDoesNotMatchAddress", {"gl1"}, "10.0.0.1", false},
        AllowRow{"Name", {"GL1.example."}, "gl1.EXAMPLE", true},
        AllowRow{"OtherName", {"gl1.example"}, "gl2.example", false},
        AllowRow{"SubdomainOfName", {"example.com"}, "gl1.example.com", false},
        AllowRow{"Wildcard", {"*.example.com"}, "gl1.example.com", true},
        AllowRow{"WildcardMatchesSeveralLabels", {"*.example.com"}, "a.b.example.com", true},
        AllowRow{"WildcardDoesNotMatchDomainItself", {"*.example.com"}, "example.com", false},
        AllowRow{"WildcardMatchesWholeLabels", {"*.example.com"}, "badexample.com", false}),
    [](const auto& row) { return row.param.row; });

TEST(AllowedHosts, RejectsInvalidEntry) {
  AllowedHosts allowed;
  for (const auto* text :
       {"", "*", "*.", "*.*.example", "gl*", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",
        "10.0.0.0/8/8", "10.0.0/8", "fd77::/129", "::ffff:10.0.0.0/104", "gl1/24", "-gl1",
        "10.0.0.1 10.0.0.2", "fe80::1%eth0", "10.0.0.0/255.0.0.0"}) {
    const auto added = allowed.add(text);
    ASSERT_FALSE(added.has_value()) << text;
    EXPECT_EQ(added.error().code, ErrorCode::kUsage);
  }
  EXPECT_TRUE(allowed.empty());
}

struct ImpossibleRow {
  const char* row;
  std::vector<std::string> entries;
  const char* host;
  bool is_impossible;
};
void PrintTo(const ImpossibleRow& row, std::ostream* out) {
  *out << row.row;
}
class ImpossibleHost : public ::testing::TestWithParam<ImpossibleRow> {};

TEST_P(ImpossibleHost, AllowsLoopbackOnlyIfListed) {
  EXPECT_EQ(list(GetParam().entries).impossible(*Host::parse(GetParam().host)).has_value(),
            GetParam().is_impossible);
}

INSTANTIATE_TEST_SUITE_P(
    AllowedHosts, ImpossibleHost,
    ::testing::Values(
        ImpossibleRow{"Loopback", {}, "127.0.0.1", true},
        ImpossibleRow{"LoopbackListed", {"127.0.0.1"}, "127.0.0.1", false},
        ImpossibleRow{"OtherLoopbackListed", {"127.0.0.1"}, "127.0.0.2", true},
        ImpossibleRow{"LoopbackNetworkListed", {"127.0.0.0/8"}, "127.0.1.1", false},
        ImpossibleRow{"LoopbackInLargerNetwork", {"0.0.0.0/0"}, "127.0.0.1", true},
        ImpossibleRow{"LoopbackInSlightlyLargerNetwork", {"127.0.0.0/7"}, "127.0.0.1", true},
        ImpossibleRow{"Ipv6LoopbackListed", {"::1"}, "::1", false},
        ImpossibleRow{"Ipv6LoopbackInLargerNetwork", {"::/0"}, "::1", true},
        ImpossibleRow{"UnspecifiedListed", {"0.0.0.0"}, "0.0.0.0", true},
        ImpossibleRow{"MulticastListed", {"224.0.0.1"}, "224.0.0.1", true},
        ImpossibleRow{"LinkLocalListed", {"fe80::1"}, "fe80::1", true},
        ImpossibleRow{"Localhost", {}, "localhost", true},
        ImpossibleRow{"LocalhostWithDot", {}, "LOCALHOST.", true},
        ImpossibleRow{"SubdomainOfLocalhost", {}, "gl1.localhost", true},
        ImpossibleRow{"RedHatLocalhost", {}, "localhost.localdomain", true},
        ImpossibleRow{"Localhost6", {}, "localhost6", true},
        ImpossibleRow{"RedHatLocalhost6", {}, "localhost6.localdomain6", true},
        ImpossibleRow{"DebianIp6Localhost", {}, "ip6-localhost", true},
        ImpossibleRow{"DebianIp6Loopback", {}, "IP6-loopback", true},
        ImpossibleRow{"LocalhostListed", {"localhost"}, "localhost", false},
        ImpossibleRow{"LoopbackListedButNotLocalhost", {"127.0.0.1"}, "localhost", true},
        ImpossibleRow{"NameEndingInLocalhost", {}, "mylocalhost", false},
        ImpossibleRow{"Possible", {}, "10.0.0.1", false}),
    [](const auto& row) { return row.param.row; });

TEST(AllowedHosts, RejectsNameWithImpossibleAddress) {
  const auto name = *HostName::parse("gl1.example");
  const auto good = address("10.0.0.1");
  EXPECT_THAT(*AllowedHosts().usable(name, {good, address("fd77::1")}),
              ElementsAre(good, address("fd77::1")));
  for (const auto* bad : {"127.0.0.1", "::1", "0.0.0.0", "224.0.0.1"}) {
    const auto addresses = AllowedHosts().usable(name, {good, address(bad)});
    ASSERT_FALSE(addresses.has_value()) << bad;
    EXPECT_EQ(addresses.error().code, ErrorCode::kNotAllowed);
    EXPECT_THAT(addresses.error().message, HasSubstr(bad));
  }
}

// nss-myhostname adds link-local addresses to those of the machine's own name.
TEST(AllowedHosts, SkipsLinkLocalAddressesOfName) {
  const auto name = *HostName::parse("gl1.example");
  EXPECT_THAT(*AllowedHosts().usable(name, {address("fe80::1"), address("10.0.0.1")}),
              ElementsAre(address("10.0.0.1")));
  EXPECT_FALSE(AllowedHosts().usable(name, {address("fe80::1")}).has_value());
}

TEST(AllowedHosts, AllowsNameThatResolvesToListedLoopback) {
  const auto loopback = address("127.0.1.1");
  const auto gl1 = *HostName::parse("gl1");
  EXPECT_FALSE(list({"gl1"}).usable(gl1, {loopback}).has_value());
  EXPECT_TRUE(list({"gl1", "127.0.0.0/8"}).usable(gl1, {loopback}).has_value());
  const auto localhost = *HostName::parse("localhost");
  EXPECT_TRUE(list({"localhost"}).usable(localhost, {address("127.0.0.1")}).has_value());
  EXPECT_FALSE(list({"localhost"}).usable(localhost, {address("0.0.0.0")}).has_value());
}

}  // namespace
}  // namespace glusterconsul
