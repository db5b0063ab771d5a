#include "util/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/report.hpp"

namespace glusterconsul {
namespace {

TEST(IpAddress, IsKeptInCanonicalForm) {
  EXPECT_EQ(IpAddress::parse("10.0.0.1")->text(), "10.0.0.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8:0:0::1")->text(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("2001:DB8::1")->family(), IpAddress::Family::kV6);
}

TEST(IpAddress, AMappedIpv4AddressIsThatIpv4Address) {
  for (const auto* text : {"::ffff:10.0.0.1", "::FFFF:a00:1", "0:0:0:0:0:ffff:0a00:0001"}) {
    EXPECT_EQ(*IpAddress::parse(text), *IpAddress::parse("10.0.0.1")) << text;
  }
  EXPECT_EQ(IpAddress::parse("::ffff:0:10.0.0.1")->family(), IpAddress::Family::kV6);
  EXPECT_EQ(IpAddress::parse("::10.0.0.1")->family(), IpAddress::Family::kV6);
}

TEST(IpAddress, HasTheBytesOfItsMappedFormIfItIsIpv4) {
  using ::testing::ElementsAre;
  EXPECT_THAT(IpAddress::parse("10.0.0.1")->bytes(),
              ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1));
  EXPECT_THAT(IpAddress::parse("2001:db8::1")->bytes(),
              ElementsAre(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
}

struct RefusedHost {
  const char* row;
  std::string text;
};

class Refused : public ::testing::TestWithParam<RefusedHost> {};

TEST_P(Refused, IsNoHost) {
  const auto host = Host::parse(GetParam().text);
  ASSERT_FALSE(host.has_value()) << host->text();
  EXPECT_EQ(host.error().code, ErrorCode::kUsage);
}

INSTANTIATE_TEST_SUITE_P(
    Host, Refused,
    ::testing::Values(
        RefusedHost{"Empty", ""}, RefusedHost{"OnlyADot", "."},
        RefusedHost{"OptionLike", "--volfile-server=evil"}, RefusedHost{"LeadingHyphen", "-gl1"},
        RefusedHost{"Space", "gl1 gl2"}, RefusedHost{"Comma", "gl1,gl2"},
        RefusedHost{"Newline", "gl1\n"}, RefusedHost{"EmptyLabel", "gl1..consul"},
        RefusedHost{"LongLabel", std::string(64, 'a')},
        RefusedHost{"LongName", std::string(63, 'a') + "." + std::string(63, 'a') + "." +
                                    std::string(63, 'a') + "." + std::string(63, 'a')},
        RefusedHost{"BrokenAddress", "10.0.0.256"}, RefusedHost{"ShortAddress", "10.0.1"},
        RefusedHost{"HexadecimalAddress", "0x7f000001"},
        RefusedHost{"HexadecimalLastPart", "127.0.0.0X1"}, RefusedHost{"BrokenHexadecimal", "a.0x"},
        RefusedHost{"Zone", "fe80::1%eth0"}, RefusedHost{"Brackets", "[::1]"},
        RefusedHost{"NulInside", std::string("10.0.0.1\0x", 10)},
        RefusedHost{"LeadingUnderscore", "_tcp.gl1"}, RefusedHost{"Utf8", "gl\xc3\xbc.example"}),
    [](const auto& row) { return row.param.row; });

TEST(Host, TakesNamesInLowerCaseWithoutTheTrailingDot) {
  const auto host = Host::parse("GL1.Node.dc1.consul.");
  ASSERT_TRUE(host.has_value());
  EXPECT_EQ(host->text(), "gl1.node.dc1.consul");
  EXPECT_NE(host->name(), nullptr);
  EXPECT_EQ(host->address(), nullptr);
}

TEST(Host, TakesNamesThatOnlyBeginLikeANumber) {
  for (const auto* name : {"0xgl", "1a", "0x7f000001.example", "10.example"}) {
    EXPECT_TRUE(Host::parse(name).has_value()) << name;
  }
}

TEST(Host, ARefusedTextIsShownWithoutItsControlCharacters) {
  EXPECT_THAT(lines_of("program", Host::parse("\x1b[2Jgl1").error()),
              ::testing::HasSubstr("\\x1b[2Jgl1"));
}

TEST(Endpoint, PutsAnIpv6AddressInBrackets) {
  EXPECT_EQ(to_string(Endpoint{*Host::parse("::1"), 24007}), "[::1]:24007");
  EXPECT_EQ(to_string(Endpoint{*Host::parse("10.0.0.1"), 24007}), "10.0.0.1:24007");
}

}  // namespace
}  // namespace glusterconsul
