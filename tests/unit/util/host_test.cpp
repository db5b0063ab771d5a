#include "util/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/report.hpp"

namespace glusterconsul {
namespace {

TEST(IpAddress, ParsesToCanonicalForm) {
  EXPECT_EQ(IpAddress::parse("10.0.0.1")->text(), "10.0.0.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8:0:0::1")->text(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("2001:DB8::1")->family(), IpAddress::Family::kV6);
}

TEST(IpAddress, TreatsMappedAddressAsIpv4) {
  for (const auto* text : {"::ffff:10.0.0.1", "::FFFF:a00:1", "0:0:0:0:0:ffff:0a00:0001"}) {
    EXPECT_EQ(*IpAddress::parse(text), *IpAddress::parse("10.0.0.1")) << text;
  }
  EXPECT_EQ(IpAddress::parse("::ffff:0:10.0.0.1")->family(), IpAddress::Family::kV6);
  EXPECT_EQ(IpAddress::parse("::10.0.0.1")->family(), IpAddress::Family::kV6);
}

TEST(IpAddress, BytesOfIpv4AreMapped) {
  using ::testing::ElementsAre;
  EXPECT_THAT(IpAddress::parse("10.0.0.1")->bytes(),
              ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1));
  EXPECT_THAT(IpAddress::parse("2001:db8::1")->bytes(),
              ElementsAre(0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
}

struct HostText {
  const char* row;
  std::string text;
};

class InvalidHost : public ::testing::TestWithParam<HostText> {};

TEST_P(InvalidHost, IsRejected) {
  const auto host = Host::parse(GetParam().text);
  ASSERT_FALSE(host.has_value()) << host->text();
  EXPECT_EQ(host.error().code, ErrorCode::kUsage);
}

INSTANTIATE_TEST_SUITE_P(
    Host, InvalidHost,
    ::testing::Values(
        HostText{"Empty", ""}, HostText{"OnlyDot", "."},
        HostText{"OptionLike", "--volfile-server=evil"}, HostText{"LeadingHyphen", "-gl1"},
        HostText{"Space", "gl1 gl2"}, HostText{"Comma", "gl1,gl2"}, HostText{"Newline", "gl1\n"},
        HostText{"EmptyLabel", "gl1..consul"}, HostText{"LongLabel", std::string(64, 'a')},
        HostText{"LongName", std::string(63, 'a') + "." + std::string(63, 'a') + "." +
                                 std::string(63, 'a') + "." + std::string(63, 'a')},
        HostText{"OutOfRangeAddress", "10.0.0.256"}, HostText{"ShortAddress", "10.0.1"},
        HostText{"HexadecimalAddress", "0x7f000001"},
        HostText{"HexadecimalLastPart", "127.0.0.0X1"}, HostText{"BrokenHexadecimal", "a.0x"},
        HostText{"Zone", "fe80::1%eth0"}, HostText{"Brackets", "[::1]"},
        HostText{"NulInside", std::string("10.0.0.1\0x", 10)},
        HostText{"LeadingUnderscore", "_tcp.gl1"}, HostText{"Utf8", "gl\xc3\xbc.example"}),
    [](const auto& row) { return row.param.row; });

TEST(Host, ConvertsToLowerCaseAndDropsTrailingDot) {
  const auto host = Host::parse("GL1.Node.dc1.consul.");
  ASSERT_TRUE(host.has_value());
  EXPECT_EQ(host->text(), "gl1.node.dc1.consul");
  EXPECT_NE(host->name(), nullptr);
  EXPECT_EQ(host->address(), nullptr);
}

TEST(Host, AcceptsNameThatStartsLikeNumber) {
  for (const auto* name : {"0xgl", "1a", "0x7f000001.example", "10.example"}) {
    EXPECT_TRUE(Host::parse(name).has_value()) << name;
  }
}

TEST(Host, ErrorIsEscapedWhenPrinted) {
  EXPECT_THAT(lines_of("program", Host::parse("\x1b[2Jgl1").error()),
              ::testing::HasSubstr("\\x1b[2Jgl1"));
}

TEST(Endpoint, BracketsIpv6Address) {
  EXPECT_EQ(to_string(Endpoint{*Host::parse("::1"), 24007}), "[::1]:24007");
  EXPECT_EQ(to_string(Endpoint{*Host::parse("10.0.0.1"), 24007}), "10.0.0.1:24007");
}

}  // namespace
}  // namespace glusterconsul
