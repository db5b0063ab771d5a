#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/option_table.hpp"
#include "config/query.hpp"
#include "consul/http_address.hpp"
#include "util/report.hpp"

namespace glusterconsul::config {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// All sources of settings.
struct Inputs {
  std::vector<Assignment> options;
  Environment environment;
  ConfFile conf;

  [[nodiscard]] Result<Settings> resolve(std::string_view service = "gluster") const {
    return resolve_settings({options, environment, conf}, service);
  }
  [[nodiscard]] Result<consul::Domain> domain() const {
    return resolve_domain({options, environment, conf});
  }
};

Inputs option(const std::string& name, const std::string& value) {
  Inputs inputs;
  inputs.options = {{name, value, "-o"}};
  return inputs;
}

TEST(Settings, HaveDocumentedDefaults) {
  const auto settings = Inputs().resolve();
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  EXPECT_EQ(consul::authority_of(*settings->http), "127.0.0.1:8500");
  EXPECT_EQ(settings->http->scheme, consul::HttpSettings::Scheme::kHttp);
  EXPECT_TRUE(settings->http->verify);
  EXPECT_EQ(to_string(settings->dns->server), "127.0.0.1:8600");
  EXPECT_EQ(settings->via, Via::kAuto);
  EXPECT_EQ(settings->domain.text(), "consul");
  EXPECT_EQ(settings->health, HealthPolicy::kPassing);
  EXPECT_EQ(settings->order, Order::kSpread);
  EXPECT_EQ(settings->servers, 8U);
  EXPECT_EQ(settings->backup_name, BackupName::kAuto);
  EXPECT_EQ(settings->probe, gluster::ProbeMethod::kVolume);
  EXPECT_EQ(settings->probe_timeout, 1s);
  EXPECT_EQ(settings->timeout, 5s);
  EXPECT_EQ(settings->retry, 60s);
  EXPECT_EQ(settings->cache, 7 * 24h);
  EXPECT_EQ(settings->glusterfs, "");
  EXPECT_THAT(settings->tags, IsEmpty());
}

TEST(Settings, PrecedenceIsOptionEnvironmentSectionGeneral) {
  Inputs inputs;
  inputs.conf.general = {{"consul-dc", "general", "conf:1"}};
  EXPECT_EQ(inputs.resolve()->datacenter, "general");
  inputs.conf.sections = {{"gluster", {{"consul-dc", "section", "conf:3"}}},
                          {"other", {{"consul-dc", "foreign", "conf:5"}}}};
  EXPECT_EQ(inputs.resolve()->datacenter, "section");
  inputs.environment.assignments = {{"consul-dc", "environment", "CONSUL_X"}};
  EXPECT_EQ(inputs.resolve()->datacenter, "environment");
  inputs.options = {{"consul-dc", "option", "-o"}};
  EXPECT_EQ(inputs.resolve()->datacenter, "option");
}

TEST(Settings, LastDuplicateOptionWinsAndTagsAccumulate) {
  Inputs inputs;
  inputs.options = {{"consul-dc", "one", "-o"},
                    {"consul-tag", "ssd", "-o"},
                    {"consul-dc", "two", "-o"},
                    {"consul-tag", "fast", "-o"}};
  inputs.conf.general = {{"consul-tag", "from-conf", "conf:1"}};
  const auto settings = inputs.resolve();
  EXPECT_EQ(settings->datacenter, "two");
  EXPECT_THAT(settings->tags, ElementsAre("ssd", "fast")) << "tags of a weaker source are replaced";
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
class InvalidValue : public ::testing::TestWithParam<BadValue> {};

TEST(Settings, DoNotSuggestNameThatSharesOnlyPrefix) {
  const auto settings = option("consul-foo", "3").resolve();
  ASSERT_FALSE(settings.has_value());
  EXPECT_EQ(settings.error().hint, "");
}

TEST_P(InvalidValue, IsRejectedWithNameAndOrigin) {
  const auto& bad = GetParam();
  const auto settings = option(bad.name, bad.value).resolve();
  ASSERT_FALSE(settings.has_value());
  EXPECT_EQ(settings.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", settings.error()),
              AllOf(HasSubstr(bad.name), HasSubstr("-o"), HasSubstr(bad.hint)));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, InvalidValue,
    ::testing::Values(BadValue{"UnknownName", "consul-http-adr", "x",
                               "did you mean consul-http-addr?"},
                      BadValue{"TokenOnTheCommandLine", "consul-token", "x", "consul-token-file="},
                      BadValue{"Via", "consul-via", "udp", "auto, http, dns"},
                      BadValue{"Health", "consul-health", "good", "passing, warning, any"},
                      BadValue{"Order", "consul-order", "random", "spread, nearest, consul"},
                      BadValue{"Probe", "consul-probe", "on", "volume, tcp, off"},
                      BadValue{"BackupName", "consul-backup-name", "yes", "auto, on, off"},
                      BadValue{"ServersZero", "consul-servers", "0", "1 to 64"},
                      BadValue{"ServersAboveMaximum", "consul-servers", "65", "1 to 64"},
                      BadValue{"TimeoutZero", "consul-timeout", "0", "greater than 0"},
                      BadValue{"TimeoutWord", "consul-timeout", "soon", "not a duration"},
                      BadValue{"RetryNegative", "consul-retry", "-1s", "not a duration"},
                      BadValue{"CacheWord", "consul-cache", "never", "not a duration"},
                      BadValue{"Verify", "consul-ssl-verify", "maybe", "true"},
                      BadValue{"RelativeToken", "consul-token-file", "token", "absolute path"},
                      BadValue{"RelativeClient", "consul-glusterfs", "glusterfs", "absolute path"},
                      BadValue{"HttpAddr", "consul-http-addr", "ftp://x", "ftp://x"},
                      BadValue{"DnsAddr", "consul-dns-addr", "a b", "expected host:port"}),
    [](const auto& row) { return row.param.row; });

TEST(Settings, OffDisablesInterface) {
  EXPECT_FALSE(option("consul-http-addr", "off").resolve()->http.has_value());
  EXPECT_FALSE(option("consul-dns-addr", "off").resolve()->dns.has_value());
  EXPECT_FALSE(option("consul-cache", "off").resolve()->cache.has_value());
}

TEST(Settings, RejectsCertificateWithoutKey) {
  const auto settings = option("consul-client-cert", "/etc/c.pem").resolve();
  EXPECT_THAT(settings.error().message, HasSubstr("must both be set"));
}

TEST(Settings, SectionMayHaveFullNameOrOtherCase) {
  for (const auto* name : {"Gluster", "gluster.service.consul", "GLUSTER.Service.Consul."}) {
    Inputs inputs;
    inputs.conf.sections = {{name, {{"consul-dc", "section", "conf:2"}}, "conf:1"}};
    EXPECT_EQ(inputs.resolve()->datacenter, "section") << name;
    EXPECT_EQ(inputs.resolve("GLUSTER")->datacenter, "section") << name;
    EXPECT_EQ(inputs.resolve("other")->datacenter, "") << name;
  }
}

TEST(Settings, SectionBelowConfiguredDomain) {
  Inputs inputs;
  inputs.conf.general = {{"consul-domain", "example.com", "conf:1"}};
  inputs.conf.sections = {{"gluster.service.example.com", {{"consul-dc", "section", "conf:3"}}}};
  EXPECT_EQ(inputs.resolve()->datacenter, "section");
}

TEST(Settings, RejectsSectionThatNoServiceHas) {
  Inputs inputs;
  inputs.conf.sections = {{"ssd.gluster.service.consul", {}, "conf:1"}};
  EXPECT_THAT(inputs.resolve().error().message, HasSubstr("conf:1: section [ssd.gluster"));
}

TEST(Settings, CheckReportsEachAssignment) {
  const std::vector<Assignment> assignments = {{"consul-helth", "any", "conf:1"},
                                               {"consul-dc", "dc1", "conf:2"},
                                               {"consul-via", "udp", "conf:3"}};
  const auto problems = check_assignments(assignments);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_THAT(problems[0].message, HasSubstr("conf:1"));
  EXPECT_THAT(problems[1].message, HasSubstr("conf:3"));
}

TEST(Settings, RejectsUnknownNameInOtherSection) {
  Inputs inputs;
  inputs.conf.sections = {{"other", {{"consul-viaa", "dns", "conf:7"}}}};
  EXPECT_THAT(inputs.resolve().error().message, HasSubstr("conf:7"));
}

TEST(Settings, RejectsInvalidValueInOtherSection) {
  Inputs inputs;
  inputs.conf.sections = {{"other", {{"consul-via", "udp", "conf:7"}}}};
  EXPECT_THAT(inputs.resolve().error().message,
              AllOf(HasSubstr("conf:7"), HasSubstr("consul-via")));
}

TEST(Settings, TagsOfSectionReplaceGeneralTags) {
  Inputs inputs;
  inputs.conf.general = {{"consul-tag", "one", "a:1"}, {"consul-tag", "two", "b:1"}};
  inputs.conf.sections = {{"gluster", {{"consul-tag", "three", "a:3"}}}};
  EXPECT_THAT(inputs.resolve("other")->tags, ElementsAre("one", "two"));
  EXPECT_THAT(inputs.resolve("gluster")->tags, ElementsAre("three"));
}

TEST(Settings, EmptyTagClearsEarlierTags) {
  Inputs inputs;
  inputs.conf.general = {
      {"consul-tag", "one", "a:1"}, {"consul-tag", "", "b:1"}, {"consul-tag", "two", "b:2"}};
  EXPECT_THAT(inputs.resolve()->tags, ElementsAre("two"));
  inputs.options = {{"consul-tag", "", "-o"}};
  EXPECT_THAT(inputs.resolve()->tags, IsEmpty());
}

TEST(Settings, AllowedHostsAccumulateOnlyWithinSource) {
  Inputs inputs;
  const auto gl1 = *Host::parse("10.0.0.1");
  EXPECT_TRUE(inputs.resolve()->allowed.empty());
  inputs.conf.general = {{"consul-allow", "10.0.0.0/8", "a:1"}, {"consul-allow", "gl9", "a:2"}};
  EXPECT_TRUE(inputs.resolve()->allowed.allows(gl1));
  EXPECT_EQ(inputs.resolve()->allowed.size(), 2U);
  inputs.conf.sections = {{"gluster", {{"consul-allow", "*.example.com", "a:4"}}}};
  EXPECT_FALSE(inputs.resolve("gluster")->allowed.allows(gl1));
  EXPECT_TRUE(inputs.resolve("other")->allowed.allows(gl1));
  inputs.options = {{"consul-allow", "10.0.0.1", "-o"}, {"consul-allow", "", "-o"}};
  EXPECT_TRUE(inputs.resolve("gluster")->allowed.empty()) << "an empty value clears earlier ones";
  inputs.options.push_back({"consul-allow", "10.0.0.0/33", "-o"});
  EXPECT_THAT(inputs.resolve().error().message,
              AllOf(HasSubstr("consul-allow=10.0.0.0/33 (-o)"), HasSubstr("10.0.0.0/8")));
}

TEST(Settings, ErrorOmitsSecretsInAddress) {
  for (const char* address :
       {"http://admin:secret@consul:8500", "admin:secret@consul",
        "https://consul:8501/?token=secret", "http://admin:x@secret@consul",
        "ftp://admin:secret@consul", "http://c:8500?token=secret", "c:8500#token=secret",
        "c:8500;token=secret", "c:8500,secret", "unix:///run/c?token=secret",
        "token=secret://c:8500", "admin:secret", "http://127.0.0.1:secret/x"}) {
    for (const char* name : {"consul-http-addr", "consul-dns-addr"}) {
      const auto settings = option(name, address).resolve();
      ASSERT_FALSE(settings.has_value()) << address;
      EXPECT_THAT(settings.error().message,
                  AllOf(Not(HasSubstr("secret")), HasSubstr(std::string(name) + "=")));
    }
  }
}

TEST(Settings, ErrorShowsAddressWithoutSecrets) {
  EXPECT_EQ(option("consul-http-addr", "http://c:99999").resolve().error().message,
            "consul-http-addr=http://c:99999 (-o): expected a port from 1 to 65535 after the "
            "colon");
}

TEST(Settings, ErrorOmitsSecretGivenInsteadOfItsFile) {
  for (const char* name : {"consul-token-file", "consul-client-key"}) {
    const auto settings = option(name, "5cdd7d16-secret").resolve();
    ASSERT_FALSE(settings.has_value());
    EXPECT_EQ(settings.error().message, std::string(name) + "=... (-o): expected an absolute path");
  }
}

/// The entries of one option.
std::vector<InForce> entries(const std::vector<InForce>& in_force, std::string_view name) {
  std::vector<InForce> found;
  for (const auto& one : in_force) {
    if (one.name == name) found.push_back(one);
  }
  return found;
}

std::vector<InForce> entries(const Inputs& inputs, std::string_view name) {
  const auto resolution = resolve({inputs.options, inputs.environment, inputs.conf}, "gluster");
  return resolution ? entries(resolution->in_force, name) : std::vector<InForce>();
}

TEST(InForce, ListsEachOptionOnceInManualOrder) {
  const auto resolution = resolve({{}, {}, {}}, "");
  ASSERT_TRUE(resolution.has_value());
  std::vector<InForce> built_in;
  for (const auto& row : option_table()) {
    built_in.push_back({std::string(row.name), std::string(row.fallback), "built in"});
  }
  EXPECT_EQ(resolution->in_force, built_in);
}

TEST(InForce, ReportsOriginOfValue) {
  Inputs inputs;
  inputs.conf.general = {{"consul-via", "http", "conf:1"},
                         {"consul-via", "dns", "conf.d/x.conf:1"}};
  EXPECT_THAT(entries(inputs, "consul-via"),
              ElementsAre(InForce{"consul-via", "dns", "conf.d/x.conf:1"}));
  inputs.conf.sections = {{"gluster", {{"consul-via", "auto", "conf:4"}}},
                          {"other", {{"consul-via", "dns", "conf:6"}}}};
  EXPECT_THAT(entries(inputs, "consul-via"), ElementsAre(InForce{"consul-via", "auto", "conf:4"}));
  inputs.options = {{"consul-via", "http", "-o"}};
  EXPECT_THAT(entries(inputs, "consul-via"), ElementsAre(InForce{"consul-via", "http", "-o"}));
  inputs.environment.assignments = {{"consul-http-addr", "10.0.0.1", "CONSUL_HTTP_ADDR"}};
  EXPECT_THAT(entries(inputs, "consul-http-addr"),
              ElementsAre(InForce{"consul-http-addr", "10.0.0.1", "CONSUL_HTTP_ADDR"}));
}

TEST(InForce, ListsEachEffectiveTag) {
  Inputs inputs;
  inputs.conf.general = {{"consul-tag", "weak", "conf:1"}};
  inputs.options = {{"consul-tag", "ssd", "-o"}, {"consul-tag", "fast", "-o"}};
  EXPECT_THAT(entries(inputs, "consul-tag"),
              ElementsAre(InForce{"consul-tag", "ssd", "-o"}, InForce{"consul-tag", "fast", "-o"}));
  inputs.options.push_back({"consul-tag", "", "-o"});
  EXPECT_THAT(entries(inputs, "consul-tag"), ElementsAre(InForce{"consul-tag", "", "-o"}));
}

TEST(InForce, ListsEachEffectiveAllowedHost) {
  Inputs inputs;
  inputs.conf.general = {{"consul-allow", "10.0.0.0/8", "conf:1"}};
  inputs.options = {{"consul-allow", "gl1", "-o"}, {"consul-allow", "gl2", "-o"}};
  EXPECT_THAT(entries(inputs, "consul-allow"), ElementsAre(InForce{"consul-allow", "gl1", "-o"},
                                                           InForce{"consul-allow", "gl2", "-o"}));
}

TEST(InForce, ReportsSecretsOnlyAsSet) {
  Inputs inputs;
  inputs.conf.general = {{"consul-token-file", "/etc/token", "conf:1"}};
  inputs.environment.token = Secret("s3cret");
  inputs.environment.basic_auth = Secret("user:s3cret");
  inputs.environment.ssl = true;
  EXPECT_THAT(entries(inputs, "token"),
              ElementsAre(InForce{"token", std::nullopt, "CONSUL_HTTP_TOKEN"}));
  EXPECT_THAT(entries(inputs, "consul-token-file"),
              ElementsAre(InForce{"consul-token-file", "", "CONSUL_HTTP_TOKEN"}));
  EXPECT_THAT(entries(inputs, "basic-auth"),
              ElementsAre(InForce{"basic-auth", std::nullopt, "CONSUL_HTTP_AUTH"}));
  EXPECT_THAT(entries(inputs, "ssl"), ElementsAre(InForce{"ssl", "true", "CONSUL_HTTP_SSL"}));
}

TEST(InForce, OmitsEnvironmentTokenIfOptionSetsTokenFile) {
  Inputs inputs;
  inputs.environment.token = Secret("s3cret");
  inputs.options = {{"consul-token-file", "/etc/token", "-o"}};
  EXPECT_THAT(entries(inputs, "token"), IsEmpty());
  EXPECT_THAT(entries(inputs, "consul-token-file"),
              ElementsAre(InForce{"consul-token-file", "/etc/token", "-o"}));
}

TEST(InForce, IncludesDatacenterAndTagOfSpec) {
  auto in_force = resolve({{}, {}, {}}, "gluster")->in_force;
  add_name(in_force, *consul::parse_service_name("ssd.gluster.service.dc2.consul"));
  EXPECT_THAT(entries(in_force, "consul-dc"), ElementsAre(InForce{"consul-dc", "dc2", "SPEC"}));
  EXPECT_THAT(entries(in_force, "consul-tag"), ElementsAre(InForce{"consul-tag", "ssd", "SPEC"}));
  EXPECT_THAT(entries(in_force, "consul-ns"), ElementsAre(InForce{"consul-ns", "", "built in"}));
}

TEST(InForce, AddsTagOfSpecToTagsOfOptions) {
  auto in_force =
      resolve({std::vector<Assignment>{{"consul-tag", "fast", "-o"}}, {}, {}}, "")->in_force;
  const auto name = *consul::parse_service_name("ssd.gluster.service.consul");
  add_name(in_force, name);
  add_name(in_force, name);
  EXPECT_THAT(entries(in_force, "consul-tag"), ElementsAre(InForce{"consul-tag", "ssd", "SPEC"},
                                                           InForce{"consul-tag", "fast", "-o"}));
}

TEST(Settings, EnvironmentTokenOverridesConfButNotOptions) {
  Inputs inputs;
  inputs.conf.general = {{"consul-token-file", "/etc/conf-token", "conf:1"}};
  inputs.environment.token = Secret("from-environment");
  auto settings = inputs.resolve();
  EXPECT_EQ(settings->http->token.reveal(), "from-environment");
  EXPECT_EQ(settings->token_file, "");
  inputs.options = {{"consul-token-file", "/etc/option-token", "-o"}};
  settings = inputs.resolve();
  EXPECT_TRUE(settings->http->token.empty());
  EXPECT_EQ(settings->token_file, "/etc/option-token");
}

TEST(Settings, EnvironmentSslOverridesHttpAddress) {
  auto inputs = option("consul-http-addr", "http://10.0.0.1:8500");
  inputs.environment.ssl = true;
  EXPECT_EQ(inputs.resolve()->http->scheme, consul::HttpSettings::Scheme::kHttps);
}

struct Destination {
  const char* row;
  std::vector<Assignment> conf;
  std::vector<Assignment> environment;
  std::vector<Assignment> options;
  const char* rejected_for;  ///< nullptr: accepted
};
std::ostream& operator<<(std::ostream& out, const Destination& row) {
  return out << row.row;
}

class CredentialsOfConf : public ::testing::TestWithParam<Destination> {};

TEST_P(CredentialsOfConf, AreSentOnlyToAddressFromConfOrOptions) {
  const auto& row = GetParam();
  Inputs inputs;
  inputs.conf.general = row.conf;
  inputs.environment.assignments = row.environment;
  inputs.options = row.options;
  const auto settings = inputs.resolve();
  ASSERT_EQ(settings.has_value(), row.rejected_for == nullptr)
      << (settings ? "" : settings.error().message);
  if (settings) return;
  EXPECT_EQ(settings.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", settings.error()),
              AllOf(AnyOf(HasSubstr("conf:"), HasSubstr("(-o)")), HasSubstr(row.rejected_for)));
}

const Assignment kConfToken = {"consul-token-file", "/etc/token", "conf:1"};
const Assignment kConfCert = {"consul-client-cert", "/etc/cert.pem", "conf:2"};
const Assignment kConfKey = {"consul-client-key", "/etc/key.pem", "conf:3"};
const Assignment kEvil = {"consul-http-addr", "10.6.6.6:8500", "CONSUL_HTTP_ADDR"};

INSTANTIATE_TEST_SUITE_P(
    Settings, CredentialsOfConf,
    ::testing::Values(
        Destination{"AddressFromEnvironment", {kConfToken}, {kEvil}, {}, "unset CONSUL_HTTP_ADDR"},
        Destination{"AddressFromEnvironmentForKey",
                    {kConfCert, kConfKey},
                    {kEvil},
                    {},
                    "consul-client-key (conf:3)"},
        Destination{"SameAddressAsBuiltIn",
                    {kConfToken},
                    {{"consul-http-addr", "127.0.0.1:8500", "CONSUL_HTTP_ADDR"}},
                    {},
                    nullptr},
        Destination{"SameAddressAsConf",
                    {kConfToken, {"consul-http-addr", "http://10.6.6.6:8500", "conf:2"}},
                    {kEvil},
                    {},
                    nullptr},
        Destination{"HttpIsOffInConf",
                    {kConfToken, {"consul-http-addr", "off", "conf:2"}},
                    {{"consul-http-addr", "127.0.0.1:8500", "CONSUL_HTTP_ADDR"}},
                    {},
                    "CONSUL_HTTP_ADDR"},
        Destination{"AddressFromOptionsWins",
                    {kConfToken},
                    {kEvil},
                    {{"consul-http-addr", "10.1.1.1:8500", "-o"}},
                    nullptr},
        Destination{"TokenFromOptionsToEnvironmentAddress",
                    {kConfToken},
                    {kEvil},
                    {{"consul-token-file", "/etc/other", "-o"}},
                    "unset CONSUL_HTTP_ADDR"},
        Destination{"TokenAndAddressFromOptions",
                    {},
                    {kEvil},
                    {{"consul-token-file", "/etc/other", "-o"},
                     {"consul-http-addr", "10.1.1.1:8500", "-o"}},
                    nullptr},
        Destination{
            "OptionsClearToken", {kConfToken}, {kEvil}, {{"consul-token-file", "", "-o"}}, nullptr},
        Destination{"TokenFileFromEnvironment",
                    {kConfToken},
                    {kEvil, {"consul-token-file", "/home/t", "CONSUL_HTTP_TOKEN_FILE"}},
                    {},
                    nullptr},
        Destination{
            "OnlyDnsIsQueried", {kConfToken}, {kEvil}, {{"consul-via", "dns", "-o"}}, nullptr},
        Destination{"NoSecret", {}, {kEvil}, {}, nullptr},
        Destination{"NotVerified",
                    {kConfToken},
                    {{"consul-ssl-verify", "false", "CONSUL_HTTP_SSL_VERIFY"}},
                    {},
                    "CONSUL_HTTP_SSL_VERIFY"},
        Destination{"CaFromEnvironment",
                    {kConfToken},
                    {{"consul-ca-cert", "/tmp/ca.pem", "CONSUL_CACERT"}},
                    {},
                    "CONSUL_CACERT"},
        Destination{"CaPathFromEnvironment",
                    {kConfToken},
                    {{"consul-ca-path", "/tmp/ca", "CONSUL_CAPATH"}},
                    {},
                    "CONSUL_CAPATH"},
        Destination{"ServerNameFromEnvironment",
                    {kConfToken},
                    {{"consul-tls-server-name", "evil", "CONSUL_TLS_SERVER_NAME"}},
                    {},
                    "CONSUL_TLS_SERVER_NAME"},
        Destination{
            "Namespace", {kConfToken}, {{"consul-ns", "team", "CONSUL_NAMESPACE"}}, {}, nullptr}),
    [](const auto& row) { return row.param.row; });

TEST(Settings, SendsEnvironmentTokenToEnvironmentAddress) {
  Inputs inputs;
  inputs.conf.general = {kConfToken};
  inputs.environment.assignments = {kEvil};
  inputs.environment.token = Secret("own");
  EXPECT_TRUE(inputs.resolve().has_value());
}

struct Warned {
  const char* row;
  std::vector<Assignment> options;
  const char* warning;  ///< nullptr: none
};
std::ostream& operator<<(std::ostream& out, const Warned& row) {
  return out << row.row;
}

class TrustWarnings : public ::testing::TestWithParam<Warned> {};

TEST_P(TrustWarnings, NameInsecureSetting) {
  Inputs inputs;
  inputs.options = GetParam().options;
  const auto settings = inputs.resolve();
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  const auto warnings = trust_warnings(*settings);
  if (GetParam().warning == nullptr) {
    EXPECT_THAT(warnings, IsEmpty());
  } else {
    EXPECT_THAT(warnings, ElementsAre(Field(&Warning::message, HasSubstr(GetParam().warning))));
  }
}

const Assignment kToken = {"consul-token-file", "/etc/token", "-o"};

Assignment at(const char* address) {
  return {"consul-http-addr", address, "-o"};
}

INSTANTIATE_TEST_SUITE_P(
    Settings, TrustWarnings,
    ::testing::Values(
        Warned{"Default", {}, nullptr}, Warned{"TokenToLoopback", {kToken}, nullptr},
        Warned{"TokenToLocalhost", {kToken, at("localhost:8500")}, nullptr},
        Warned{"TokenToIpv6Loopback", {kToken, at("[::1]:8500")}, nullptr},
        Warned{"TokenToSocket", {kToken, at("unix:///run/consul.sock")}, nullptr},
        Warned{"TokenOverHttps", {kToken, at("https://10.0.0.1:8501")}, nullptr},
        Warned{"NoTokenOverHttp", {at("10.0.0.1:8500")}, nullptr},
        Warned{"TokenOverHttp", {kToken, at("10.0.0.1:8500")}, "without encryption"},
        Warned{"TokenToName", {kToken, at("127.example.net:8500")}, "without encryption"},
        Warned{"TokenNotSentByDns",
               {kToken, at("10.0.0.1:8500"), {"consul-via", "dns", "-o"}},
               nullptr},
        Warned{"NotVerified",
               {at("https://10.0.0.1:8501"), {"consul-ssl-verify", "false", "-o"}},
               "consul-ssl-verify=false"},
        Warned{"NotVerifiedAndNoTls", {{"consul-ssl-verify", "false", "-o"}}, nullptr}),
    [](const auto& row) { return row.param.row; });

TEST(Settings, WarnsAboutEnvironmentPasswordOverHttp) {
  auto inputs = option("consul-http-addr", "10.0.0.1:8500");
  inputs.environment.basic_auth = Secret("admin:s3cret");
  EXPECT_THAT(trust_warnings(*inputs.resolve()),
              ElementsAre(Field(&Warning::message, HasSubstr("without encryption"))));
}

struct TrustRow {
  const char* name;
  std::vector<Assignment> options;
  bool is_authenticated;
  bool dns;  ///< whether DNS is queried
};
void PrintTo(const TrustRow& row, std::ostream* out) {
  *out << row.name;
}
class Trust : public ::testing::TestWithParam<TrustRow> {};

const Assignment kHttps{"consul-http-addr", "https://127.0.0.1:8501", "conf:1"};
const Assignment kSocket{"consul-http-addr", "unix:///run/consul.sock", "conf:1"};

TEST_P(Trust, DisablesDefaultDnsIfHttpIsAuthenticated) {
  Inputs inputs;
  inputs.options = GetParam().options;
  const auto resolution = resolve({inputs.options, inputs.environment, inputs.conf}, "gluster");
  ASSERT_TRUE(resolution.has_value());
  EXPECT_EQ(is_authenticated(resolution->settings), GetParam().is_authenticated);
  EXPECT_EQ(resolution->settings.dns.has_value(), GetParam().dns);
  if (GetParam().dns) return;
  const auto shown = std::find_if(resolution->in_force.begin(), resolution->in_force.end(),
                                  [](const auto& one) { return one.name == "consul-dns-addr"; });
  EXPECT_EQ(shown->value, "off");
}

INSTANTIATE_TEST_SUITE_P(
    Settings, Trust,
    ::testing::Values(
        TrustRow{"Default", {}, false, true},
        TrustRow{"PlainHttp", {{"consul-http-addr", "http://10.0.0.1:8500", "-o"}}, false, true},
        TrustRow{"Https", {kHttps}, true, false}, TrustRow{"UnixSocket", {kSocket}, true, false},
        TrustRow{"HttpsNotVerified", {kHttps, {"consul-ssl-verify", "false", "-o"}}, false, true},
        TrustRow{
            "UnixSocketNotVerified", {kSocket, {"consul-ssl-verify", "false", "-o"}}, true, false},
        TrustRow{"HttpsAndDnsIsSet",
                 {kHttps, {"consul-dns-addr", "127.0.0.1:8600", "conf:2"}},
                 true,
                 true},
        TrustRow{
            "HttpsAndDnsIsSetToOff", {kHttps, {"consul-dns-addr", "off", "conf:2"}}, true, false},
        TrustRow{"HttpsAndViaDns", {kHttps, {"consul-via", "dns", "-o"}}, false, true},
        TrustRow{"HttpsAndViaHttp", {kHttps, {"consul-via", "http", "-o"}}, true, false},
        TrustRow{"HttpOff", {kHttps, {"consul-http-addr", "off", "-o"}}, false, true}),
    [](const auto& row) { return row.param.name; });

TEST(Trust, EnvironmentSslAuthenticates) {
  Inputs inputs;
  inputs.environment.ssl = true;
  EXPECT_TRUE(is_authenticated(*inputs.resolve()));
  EXPECT_FALSE(inputs.resolve()->dns.has_value());
  inputs.environment.assignments = {{"consul-ssl-verify", "false", "CONSUL_HTTP_SSL_VERIFY"}};
  EXPECT_FALSE(is_authenticated(*inputs.resolve()));
}

TEST(Trust, IgnoresDnsAddressOfOtherService) {
  Inputs inputs;
  inputs.conf.general = {kHttps};
  inputs.conf.sections = {{"archive", {{"consul-dns-addr", "127.0.0.1:8600", "conf:3"}}}};
  EXPECT_FALSE(inputs.resolve("gluster")->dns.has_value());
  EXPECT_TRUE(inputs.resolve("archive")->dns.has_value());
}

struct IdentityRow {
  const char* name;
  std::vector<Assignment> options;
  std::vector<std::string> identity;
};
void PrintTo(const IdentityRow& row, std::ostream* out) {
  *out << row.name;
}
class Identity : public ::testing::TestWithParam<IdentityRow> {};

TEST_P(Identity, ListsCanonicalAddresses) {
  EXPECT_EQ(consul_identity(*Inputs{GetParam().options, {}, {}}.resolve()), GetParam().identity);
}

INSTANTIATE_TEST_SUITE_P(
    Settings, Identity,
    ::testing::Values(
        IdentityRow{"Default", {}, {"http://127.0.0.1:8500", "dns://127.0.0.1:8600"}},
        IdentityRow{"Canonical",
                    {{"consul-http-addr", "HTTP://Consul.Example.NET/ui/", "-o"},
                     {"consul-dns-addr", "[2001:DB8::0:1]", "-o"}},
                    {"http://consul.example.net:80/ui", "dns://[2001:db8::1]:8600"}},
        IdentityRow{"Https", {kHttps}, {"https://127.0.0.1:8501"}},
        IdentityRow{"HttpsIgnoresTokenAndCa",
                    {kHttps,
                     {"consul-token-file", "/etc/token", "-o"},
                     {"consul-ca-cert", "/etc/ca.pem", "-o"}},
                    {"https://127.0.0.1:8501"}},
        IdentityRow{"HttpsWithServerName",
                    {kHttps, {"consul-tls-server-name", "server.dc1.consul", "-o"}},
                    {"https://127.0.0.1:8501", "server.dc1.consul"}},
        IdentityRow{"UnixSocket", {kSocket}, {"unix:///run/consul.sock"}},
        IdentityRow{"ViaHttp", {{"consul-via", "http", "-o"}}, {"http://127.0.0.1:8500"}},
        IdentityRow{"ViaDns", {{"consul-via", "dns", "-o"}}, {"dns://127.0.0.1:8600"}}),
    [](const auto& row) { return row.param.name; });

TEST(Domain, ComesFromOptionsOrGeneralConf) {
  EXPECT_EQ(Inputs().domain()->text(), "consul");
  Inputs inputs;
  inputs.conf.general = {{"consul-domain", "conf.example", "conf:1"}};
  EXPECT_EQ(inputs.domain()->text(), "conf.example");
  inputs.options = {{"consul-domain", "option.example", "-o"}};
  EXPECT_EQ(inputs.domain()->text(), "option.example");
}

TEST(Domain, RejectsDomainInSectionAndInvalidName) {
  Inputs inputs;
  inputs.conf.sections = {{"gluster", {{"consul-domain", "x", "conf:4"}}}};
  EXPECT_THAT(inputs.domain().error().message, HasSubstr("conf:4"));
  EXPECT_EQ(option("consul-domain", "-bad").domain().error().message,
            "consul-domain=-bad (-o): '-bad' is not a domain name");
  inputs.conf = {};
  inputs.conf.general = {{"consul-domain", "a..b", "conf:2"}};
  EXPECT_EQ(inputs.domain().error().message,
            "consul-domain=a..b (conf:2): 'a..b' is not a domain name");
}

TEST(Query, MergesNameAndOptions) {
  Inputs inputs;
  inputs.options = {{"consul-tag", "ssd", "-o"},
                    {"consul-tag", "blue", "-o"},
                    {"consul-ns", "team", "-o"},
                    {"consul-filter", "Node.Meta.rack == r1", "-o"}};
  const auto settings = inputs.resolve();
  const auto name = *consul::parse_service_name("blue.gluster.service.dc2.consul");
  const auto query = make_query(name, *settings);
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->service.datacenter, "dc2");
  EXPECT_EQ(query->service.consul_namespace, "team");
  EXPECT_THAT(query->tags, ElementsAre("blue", "ssd"));
  EXPECT_EQ(query->filter, "Node.Meta.rack == r1");
}

TEST(Query, RejectsConflictBetweenNameAndOption) {
  const auto settings = option("consul-dc", "dc1").resolve();
  const auto name = *consul::parse_service_name("gluster.service.dc2.consul");
  const auto query = make_query(name, *settings);
  ASSERT_FALSE(query.has_value());
  EXPECT_THAT(query.error().message, AllOf(HasSubstr("dc2"), HasSubstr("dc1")));
}

}  // namespace
}  // namespace glusterconsul::config
