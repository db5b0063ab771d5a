#include "discovery/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;
using consul::Assignment;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Every place where a setting can be said.
struct Said {
  std::vector<Assignment> options;
  consul::Environment environment;
  consul::ConfFile conf;

  [[nodiscard]] Result<Settings> resolve(std::string_view service = "gluster") const {
    return resolve_settings({options, environment, conf}, service);
  }
  [[nodiscard]] Result<std::string> domain() const {
    return resolve_domain({options, environment, conf});
  }
};

Said option(const std::string& name, const std::string& value) {
  Said said;
  said.options = {{name, value, "-o"}};
  return said;
}

TEST(Settings, AreTheManualsDefaultsWhereNobodySaysAnything) {
  const auto settings = Said().resolve();
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  EXPECT_EQ(settings->http->authority, "127.0.0.1:8500");
  EXPECT_EQ(settings->http->scheme, consul::HttpSettings::Scheme::kHttp);
  EXPECT_TRUE(settings->http->verify);
  EXPECT_EQ(to_string(settings->dns->server), "127.0.0.1:8600");
  EXPECT_EQ(settings->via, Via::kAuto);
  EXPECT_EQ(settings->domain, "consul");
  EXPECT_EQ(settings->health, HealthPolicy::kPassing);
  EXPECT_EQ(settings->order, Order::kSpread);
  EXPECT_EQ(settings->servers, 8U);
  EXPECT_EQ(settings->probe, gluster::ProbeMethod::kVolume);
  EXPECT_EQ(settings->probe_timeout, 1s);
  EXPECT_EQ(settings->timeout, 5s);
  EXPECT_EQ(settings->retry, 60s);
  EXPECT_EQ(settings->cache, 7 * 24h);
  EXPECT_EQ(settings->glusterfs, "");
  EXPECT_THAT(settings->tags, IsEmpty());
}

TEST(Settings, OptionBeatsEnvironmentBeatsSectionBeatsGeneralConf) {
  Said said;
  said.conf.general = {{"consul-dc", "general", "conf:1"}};
  EXPECT_EQ(said.resolve()->datacenter, "general");
  said.conf.sections = {{"gluster", {{"consul-dc", "section", "conf:3"}}},
                        {"other", {{"consul-dc", "foreign", "conf:5"}}}};
  EXPECT_EQ(said.resolve()->datacenter, "section");
  said.environment.assignments = {{"consul-dc", "environment", "CONSUL_X"}};
  EXPECT_EQ(said.resolve()->datacenter, "environment");
  said.options = {{"consul-dc", "option", "-o"}};
  EXPECT_EQ(said.resolve()->datacenter, "option");
}

TEST(Settings, TheLastOfARepeatedOptionWinsAndTagsAddUp) {
  Said said;
  said.options = {{"consul-dc", "one", "-o"},
                  {"consul-tag", "ssd", "-o"},
                  {"consul-dc", "two", "-o"},
                  {"consul-tag", "fast", "-o"}};
  said.conf.general = {{"consul-tag", "from-conf", "conf:1"}};
  const auto settings = said.resolve();
  EXPECT_EQ(settings->datacenter, "two");
  EXPECT_THAT(settings->tags, ElementsAre("ssd", "fast")) << "a stronger source replaces";
}

struct BadValue {
  const char* row;
  const char* name;
  const char* value;
  const char* hint;
};
void PrintTo(const BadValue& bad, std::ostream* out) {
  *out << bad.row;
}
class Refuses : public ::testing::TestWithParam<BadValue> {};

TEST_P(Refuses, AndNamesTheOptionTheValueAndWhereItWasSaid) {
  const auto& bad = GetParam();
  const auto settings = option(bad.name, bad.value).resolve();
  ASSERT_FALSE(settings.has_value());
  EXPECT_EQ(settings.error().code, ErrorCode::kUsage);
  EXPECT_THAT(settings.error().message,
              AllOf(HasSubstr(bad.name), HasSubstr("-o"), HasSubstr(bad.hint)));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, Refuses,
    ::testing::Values(BadValue{"UnknownName", "consul-http-adr", "x",
                               "did you mean consul-http-addr?"},
                      BadValue{"TokenOnTheCommandLine", "consul-token", "x", "consul-token-file="},
                      BadValue{"Via", "consul-via", "udp", "auto, http, dns"},
                      BadValue{"Health", "consul-health", "good", "passing, warning, any"},
                      BadValue{"Order", "consul-order", "random", "spread, nearest, consul"},
                      BadValue{"Probe", "consul-probe", "on", "volume, tcp, off"},
                      BadValue{"ServersZero", "consul-servers", "0", "1 to 64"},
                      BadValue{"ServersMany", "consul-servers", "65", "1 to 64"},
                      BadValue{"TimeoutZero", "consul-timeout", "0", "above 0"},
                      BadValue{"TimeoutWord", "consul-timeout", "soon", "no duration"},
                      BadValue{"RetryNegative", "consul-retry", "-1s", "no duration"},
                      BadValue{"CacheWord", "consul-cache", "never", "no duration"},
                      BadValue{"Verify", "consul-ssl-verify", "maybe", "true"},
                      BadValue{"RelativeToken", "consul-token-file", "token", "absolute path"},
                      BadValue{"RelativeClient", "consul-glusterfs", "glusterfs", "absolute path"},
                      BadValue{"HttpAddr", "consul-http-addr", "ftp://x", "ftp://x"},
                      BadValue{"DnsAddr", "consul-dns-addr", "a b", "a b"}),
    [](const auto& row) { return row.param.row; });

TEST(Settings, OffSwitchesAWayOff) {
  EXPECT_FALSE(option("consul-http-addr", "off").resolve()->http.has_value());
  EXPECT_FALSE(option("consul-dns-addr", "off").resolve()->dns.has_value());
  EXPECT_FALSE(option("consul-cache", "off").resolve()->cache.has_value());
}

TEST(Settings, ACertificateWithoutItsKeyIsRefused) {
  const auto settings = option("consul-client-cert", "/etc/c.pem").resolve();
  EXPECT_THAT(settings.error().message, HasSubstr("go together"));
}

TEST(Settings, AnUnknownNameInAnotherSectionIsRefusedToo) {
  Said said;
  said.conf.sections = {{"other", {{"consul-viaa", "dns", "conf:7"}}}};
  EXPECT_THAT(said.resolve().error().message, HasSubstr("conf:7"));
}

TEST(Settings, TheEnvironmentsTokenBeatsTheConfsFileAndLosesToTheOptions) {
  Said said;
  said.conf.general = {{"consul-token-file", "/etc/conf-token", "conf:1"}};
  said.environment.token = Secret("from-environment");
  auto settings = said.resolve();
  EXPECT_EQ(settings->http->token.reveal(), "from-environment");
  EXPECT_EQ(settings->token_file, "");
  said.options = {{"consul-token-file", "/etc/option-token", "-o"}};
  settings = said.resolve();
  EXPECT_TRUE(settings->http->token.empty());
  EXPECT_EQ(settings->token_file, "/etc/option-token");
}

TEST(Settings, SslOfTheEnvironmentIsNotUndoneByAPlainAddress) {
  auto said = option("consul-http-addr", "http://10.0.0.1:8500");
  said.environment.ssl = true;
  EXPECT_EQ(said.resolve()->http->scheme, consul::HttpSettings::Scheme::kHttps);
}

TEST(Domain, ComesFromOptionsOrTheGeneralConf) {
  EXPECT_EQ(*Said().domain(), "consul");
  Said said;
  said.conf.general = {{"consul-domain", "conf.example", "conf:1"}};
  EXPECT_EQ(*said.domain(), "conf.example");
  said.options = {{"consul-domain", "option.example", "-o"}};
  EXPECT_EQ(*said.domain(), "option.example");
}

TEST(Domain, CannotStandInASectionAndMustBeAName) {
  Said said;
  said.conf.sections = {{"gluster", {{"consul-domain", "x", "conf:4"}}}};
  EXPECT_THAT(said.domain().error().message, HasSubstr("conf:4"));
  EXPECT_FALSE(option("consul-domain", "-bad").domain().has_value());
}

TEST(Query, MergesTheNameAndTheOptions) {
  Said said;
  said.options = {{"consul-tag", "ssd", "-o"},
                  {"consul-tag", "blue", "-o"},
                  {"consul-ns", "team", "-o"},
                  {"consul-filter", "Node.Meta.rack == r1", "-o"}};
  const auto settings = said.resolve();
  const auto name = *consul::parse_service_name("blue.gluster.service.dc2.consul");
  const auto query = make_query(name, *settings);
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->service.datacenter, "dc2");
  EXPECT_EQ(query->service.consul_namespace, "team");
  EXPECT_THAT(query->tags, ElementsAre("blue", "ssd"));
  EXPECT_EQ(query->filter, "Node.Meta.rack == r1");
}

TEST(Query, ContradictionBetweenNameAndOptionIsRefused) {
  const auto settings = option("consul-dc", "dc1").resolve();
  const auto name = *consul::parse_service_name("gluster.service.dc2.consul");
  const auto query = make_query(name, *settings);
  ASSERT_FALSE(query.has_value());
  EXPECT_THAT(query.error().message, AllOf(HasSubstr("dc2"), HasSubstr("dc1")));
}

TEST(OptionWords, NameEveryOptionOnce) {
  std::vector<std::string_view> names;
  for (const auto& words : option_words()) {
    EXPECT_TRUE(words.name.starts_with("consul-"));
    names.push_back(words.name);
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace glusterconsul::discovery
