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

struct Taken {
  const char* row;
  const char* text;
  Scheme scheme;
  const char* authority;
  const char* prefix;
};
std::ostream& operator<<(std::ostream& out, const Taken& row) {
  return out << row.row;
}

class TakenAddress : public ::testing::TestWithParam<Taken> {};

TEST_P(TakenAddress, IsTakenApart) {
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
    HttpAddress, TakenAddress,
    ::testing::Values(
        Taken{"HostAndPort", "10.0.0.1:8501", Scheme::kHttp, "10.0.0.1:8501", ""},
        Taken{"HostAlone", "consul.example", Scheme::kHttp, "consul.example:8500", ""},
        Taken{"Ipv6", "[::1]:8500", Scheme::kHttp, "[::1]:8500", ""},
        Taken{"Ipv6WithoutAPort", "[2001:DB8::1]", Scheme::kHttp, "[2001:db8::1]:8500", ""},
        Taken{"Http", "http://localhost:8500", Scheme::kHttp, "localhost:8500", ""},
        Taken{"HttpWithoutAPort", "http://consul.example", Scheme::kHttp, "consul.example:80", ""},
        Taken{"Https", "https://consul.example:8501/", Scheme::kHttps, "consul.example:8501", ""},
        Taken{"HttpsWithoutAPort", "HTTPS://consul.example", Scheme::kHttps, "consul.example:443",
              ""},
        Taken{"Prefix", "https://gate.example:443/team/consul/", Scheme::kHttps, "gate.example:443",
              "/team/consul"}),
    [](const auto& row) { return row.param.row; });

TEST(HttpAddress, AUnixSocketIsAnAbsolutePath) {
  HttpSettings settings;
  ASSERT_TRUE(set_http_address(settings, "unix:///run/consul/http.sock").has_value());
  EXPECT_EQ(settings.unix_socket, "/run/consul/http.sock");
  EXPECT_EQ(settings.scheme, Scheme::kHttp);
}

struct Refused {
  const char* row;
  std::string text;
};
std::ostream& operator<<(std::ostream& out, const Refused& row) {
  return out << row.row;
}

class RefusedAddress : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedAddress, ChangesNothing) {
  HttpSettings settings;
  settings.server = Endpoint{*Host::parse("127.0.0.1"), 8500};
  const auto set = set_http_address(settings, GetParam().text);
  ASSERT_FALSE(set.has_value());
  EXPECT_EQ(set.error().code, ErrorCode::kUsage);
  EXPECT_EQ(authority_of(settings), "127.0.0.1:8500");
  EXPECT_EQ(settings.unix_socket, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    HttpAddress, RefusedAddress,
    ::testing::Values(Refused{"Empty", ""}, Refused{"PortZero", "localhost:0"},
                      Refused{"PortTooHigh", "localhost:65536"}, Refused{"NoPort", "localhost:"},
                      Refused{"Ipv6WithoutBrackets", "::1"}, Refused{"OpenBracket", "[::1:8500"},
                      Refused{"WordsBehindTheBracket", "[::1]8500"},
                      Refused{"AnotherScheme", "ftp://localhost"},
                      Refused{"Query", "http://localhost:8500/a?b"},
                      Refused{"Fragment", "http://localhost:8500/a#b"},
                      Refused{"Blank", "http://localhost:8500/a b"},
                      Refused{"Newline", "localhost:8500\n"},
                      Refused{"HeaderInThePath", "http://localhost:8500/\r\nX: y"},
                      Refused{"LongPrefix", "http://localhost/" + std::string(2000, 'a')},
                      Refused{"RelativeSocket", "unix://run/consul.sock"},
                      Refused{"LongSocket", "unix:///" + std::string(200, 'a')}),
    [](const auto& row) { return row.param.row; });

TEST(HttpAddress, APasswordInItIsRefusedAndNotRepeated) {
  for (const char* text : {"http://user:hunter2@localhost:8500", "user:hunter2@localhost:8500",
                           "ftp://user:hunter2@localhost"}) {
    HttpSettings settings;
    const auto set = set_http_address(settings, text);
    ASSERT_FALSE(set.has_value()) << text;
    EXPECT_THAT(set.error().hint, HasSubstr("CONSUL_HTTP_AUTH"));
    EXPECT_THAT(lines_of("prog", set.error()), Not(HasSubstr("hunter2")));
  }
}

TEST(DnsAddress, HasThePortOfConsulsDnsWhereNoneIsSaid) {
  EXPECT_EQ(to_string(parse_dns_address("127.0.0.1")->server), "127.0.0.1:8600");
  EXPECT_EQ(to_string(parse_dns_address("[::1]:53")->server), "[::1]:53");
  EXPECT_EQ(to_string(parse_dns_address("ns.example:53")->server), "ns.example:53");
  EXPECT_EQ(parse_dns_address("http://ns.example").error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace glusterconsul::consul
