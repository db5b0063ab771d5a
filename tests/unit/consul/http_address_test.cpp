#include "consul/http_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Scheme = HttpSettings::Scheme;

struct ValidAddressRow {
  const char* row;
  const char* text;
  Scheme scheme;
  const char* authority;
  const char* prefix;
};
std::ostream& operator<<(std::ostream& out, const ValidAddressRow& row) {
  return out << row.row;
}

class ValidAddress : public ::testing::TestWithParam<ValidAddressRow> {};

TEST_P(ValidAddress, IsParsed) {
  HttpSettings settings;
  settings.unix_socket = "/old";
  const auto set = set_http_address(settings, GetParam().text);
  ASSERT_TRUE(set.has_value()) << set.error().message;
  EXPECT_EQ(settings.scheme, GetParam().scheme);
  EXPECT_EQ(authority_of(settings), GetParam().authority);
  EXPECT_EQ(settings.path_prefix, GetParam().prefix);
  EXPECT_EQ(settings.unix_socket, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    HttpAddress, ValidAddress,
    ::testing::Values(
        ValidAddressRow{"HostAndPort", "10.0.0.1:8501", Scheme::kHttp, "10.0.0.1:8501", ""},
        ValidAddressRow{"HostOnly", "consul.example", Scheme::kHttp, "consul.example:8500", ""},
        ValidAddressRow{"Ipv6", "[::1]:8500", Scheme::kHttp, "[::1]:8500", ""},
        ValidAddressRow{"Ipv6WithoutPort", "[2001:DB8::1]", Scheme::kHttp, "[2001:db8::1]:8500",
                        ""},
        ValidAddressRow{"Http", "http://localhost:8500", Scheme::kHttp, "localhost:8500", ""},
        ValidAddressRow{"HttpWithoutPort", "http://consul.example", Scheme::kHttp,
                        "consul.example:80", ""},
        ValidAddressRow{"OnlyPort", ":8500", Scheme::kHttp, "127.0.0.1:8500", ""},
        ValidAddressRow{"OnlyPortWithScheme", "http://:8501/", Scheme::kHttp, "127.0.0.1:8501", ""},
        ValidAddressRow{"Https", "https://consul.example:8501/", Scheme::kHttps,
                        "consul.example:8501", ""},
        ValidAddressRow{"HttpsWithoutPort", "HTTPS://consul.example", Scheme::kHttps,
                        "consul.example:443", ""},
        ValidAddressRow{"Prefix", "https://gate.example:443/team/consul/", Scheme::kHttps,
                        "gate.example:443", "/team/consul"}),
    [](const auto& row) { return row.param.row; });

TEST(HttpAddress, AcceptsUnixSocket) {
  HttpSettings settings;
  ASSERT_TRUE(set_http_address(settings, "unix:///run/consul/http.sock").has_value());
  EXPECT_EQ(settings.unix_socket, "/run/consul/http.sock");
  EXPECT_EQ(settings.scheme, Scheme::kHttp);
}

struct InvalidAddressRow {
  const char* row;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const InvalidAddressRow& row) {
  return out << row.row;
}

class InvalidAddress : public ::testing::TestWithParam<InvalidAddressRow> {};

TEST_P(InvalidAddress, DoesNotChangeSettings) {
  HttpSettings settings;
  settings.server = Endpoint{*Host::parse("127.0.0.1"), 8500};
  const auto set = set_http_address(settings, GetParam().text);
  ASSERT_FALSE(set.has_value());
  EXPECT_EQ(set.error().code, ErrorCode::kUsage);
  EXPECT_EQ(authority_of(settings), "127.0.0.1:8500");
  EXPECT_EQ(settings.unix_socket, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    HttpAddress, InvalidAddress,
    ::testing::Values(InvalidAddressRow{"Empty", ""}, InvalidAddressRow{"PortZero", "localhost:0"},
                      InvalidAddressRow{"PortTooHigh", "localhost:65536"},
                      InvalidAddressRow{"NoPort", "localhost:"},
                      InvalidAddressRow{"OnlyColon", ":"},
                      InvalidAddressRow{"NoHostInBrackets", "[]:8500"},
                      InvalidAddressRow{"QueryOfSocket", "unix:///run/consul.sock?token=x"},
                      InvalidAddressRow{"Ipv6WithoutBrackets", "::1"},
                      InvalidAddressRow{"UnclosedBracket", "[::1:8500"},
                      InvalidAddressRow{"TextAfterBracket", "[::1]8500"},
                      InvalidAddressRow{"OtherScheme", "ftp://localhost"},
                      InvalidAddressRow{"Query", "http://localhost:8500/a?b"},
                      InvalidAddressRow{"Fragment", "http://localhost:8500/a#b"},
                      InvalidAddressRow{"Blank", "http://localhost:8500/a b"},
                      InvalidAddressRow{"Newline", "localhost:8500\n"},
                      InvalidAddressRow{"HeaderInPath", "http://localhost:8500/\r\nX: y"},
                      InvalidAddressRow{"LongPrefix", "http://localhost/" + std::string(2000, 'a')},
                      InvalidAddressRow{"RelativeSocket", "unix://run/consul.sock"},
                      InvalidAddressRow{"LongSocket", "unix:///" + std::string(200, 'a')}),
    [](const auto& row) { return row.param.row; });

TEST(HttpAddress, RejectsPasswordWithoutShowingIt) {
  for (const char* text : {"http://user:hunter2@localhost:8500", "user:hunter2@localhost:8500",
                           "ftp://user:hunter2@localhost"}) {
    HttpSettings settings;
    const auto set = set_http_address(settings, text);
    ASSERT_FALSE(set.has_value()) << text;
    EXPECT_THAT(set.error().hint, HasSubstr("CONSUL_HTTP_AUTH"));
    EXPECT_THAT(lines_of("prog", set.error()), Not(HasSubstr("hunter2")));
  }
}

/// In any position.
TEST(HttpAddress, RejectsTokenWithoutShowingIt) {
  for (const char* text :
       {"http://c:8500?token=hunter2", "http://c?token=hunter2", "c:8500/v1?token=hunter2",
        "c:8500#hunter2", "c;token=hunter2:8500", "[hunter2", "c:8500:hunter2", "ftp://c?hunter2",
        "unix://hunter2", "unix:///run/consul.sock?token=hunter2", "c/ token=hunter2"}) {
    HttpSettings settings;
    const auto set = set_http_address(settings, text);
    ASSERT_FALSE(set.has_value()) << text;
    EXPECT_THAT(lines_of("prog", set.error()), Not(HasSubstr("hunter2"))) << text;
    const auto dns = parse_dns_address(text);
    ASSERT_FALSE(dns.has_value()) << text;
    EXPECT_THAT(lines_of("prog", dns.error()), Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(DnsAddress, DefaultsToPortOfConsulDns) {
  EXPECT_EQ(to_string(parse_dns_address("127.0.0.1")->server), "127.0.0.1:8600");
  EXPECT_EQ(to_string(parse_dns_address(":53")->server), "127.0.0.1:53");
  EXPECT_EQ(to_string(parse_dns_address("[::1]:53")->server), "[::1]:53");
  EXPECT_EQ(to_string(parse_dns_address("ns.example:53")->server), "ns.example:53");
  EXPECT_EQ(parse_dns_address("http://ns.example").error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace glusterconsul::consul
