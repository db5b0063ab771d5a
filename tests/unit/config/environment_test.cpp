#include "config/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "print.hpp"

namespace glusterconsul::config {

namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

Getenv variables(std::map<std::string, std::string> set) {
  return [set = std::move(set)](const char* name) -> std::optional<std::string> {
    const auto found = set.find(name);
    if (found == set.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Environment, MapsVariablesToOptions) {
  const auto read = read_environment(variables({{"CONSUL_HTTP_ADDR", "https://consul:8501"},
                                                {"CONSUL_CACERT", "/ca.pem"},
                                                {"CONSUL_CAPATH", "/ca"},
                                                {"CONSUL_CLIENT_CERT", "/cert.pem"},
                                                {"CONSUL_CLIENT_KEY", "/key.pem"},
                                                {"CONSUL_TLS_SERVER_NAME", "server.dc1.consul"},
                                                {"CONSUL_HTTP_SSL_VERIFY", "0"},
                                                {"CONSUL_NAMESPACE", "team"},
                                                {"CONSUL_PARTITION", "east"}}));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_THAT(
      read->assignments,
      UnorderedElementsAre(
          Assignment{"consul-http-addr", "https://consul:8501", "CONSUL_HTTP_ADDR"},
          Assignment{"consul-ca-cert", "/ca.pem", "CONSUL_CACERT"},
          Assignment{"consul-ca-path", "/ca", "CONSUL_CAPATH"},
          Assignment{"consul-client-cert", "/cert.pem", "CONSUL_CLIENT_CERT"},
          Assignment{"consul-client-key", "/key.pem", "CONSUL_CLIENT_KEY"},
          Assignment{"consul-tls-server-name", "server.dc1.consul", "CONSUL_TLS_SERVER_NAME"},
          Assignment{"consul-ssl-verify", "false", "CONSUL_HTTP_SSL_VERIFY"},
          Assignment{"consul-ns", "team", "CONSUL_NAMESPACE"},
          Assignment{"consul-partition", "east", "CONSUL_PARTITION"}));
}

TEST(Environment, IsEmptyWithoutVariables) {
  const auto read = read_environment(variables({}));
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(read->assignments, IsEmpty());
  EXPECT_TRUE(read->token.empty());
  EXPECT_TRUE(read->basic_auth.empty());
  EXPECT_FALSE(read->ssl);
}

TEST(Environment, IgnoresEmptyVariables) {
  const auto read = read_environment(variables({{"CONSUL_HTTP_ADDR", ""},
                                                {"CONSUL_HTTP_SSL", ""},
                                                {"CONSUL_HTTP_TOKEN_FILE", ""},
                                                {"CONSUL_HTTP_TOKEN", "t"}}));
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(read->assignments, IsEmpty());
  EXPECT_EQ(read->token.reveal(), "t");
}

TEST(Environment, TokenFileOverridesToken) {
  const auto read = read_environment(
      variables({{"CONSUL_HTTP_TOKEN_FILE", "/token"}, {"CONSUL_HTTP_TOKEN", "t"}}));
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->token.empty());
  EXPECT_THAT(read->assignments, UnorderedElementsAre(Assignment{"consul-token-file", "/token",
                                                                 "CONSUL_HTTP_TOKEN_FILE"}));
}

TEST(Environment, KeepsSecretsOutOfAssignments) {
  const auto read = read_environment(
      variables({{"CONSUL_HTTP_TOKEN", "t"}, {"CONSUL_HTTP_AUTH", "user:password"}}));
  ASSERT_TRUE(read.has_value());
  EXPECT_THAT(read->assignments, IsEmpty());
  EXPECT_EQ(read->basic_auth.reveal(), "user:password");
}

TEST(Environment, RejectsInvalidTokenWithoutShowingIt) {
  const auto read = read_environment(variables({{"CONSUL_HTTP_TOKEN", "root:s3cret:0"}}));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kUsage);
  EXPECT_THAT(read.error().message, HasSubstr("CONSUL_HTTP_TOKEN is not a token"));
  EXPECT_THAT(read.error().message, Not(HasSubstr("s3cret")));
}

TEST(Environment, AcceptsBooleansOfConsul) {
  for (const char* yes : {"1", "t", "T", "true", "True", "TRUE"}) {
    EXPECT_TRUE(read_environment(variables({{"CONSUL_HTTP_SSL", yes}}))->ssl) << yes;
  }
  for (const char* no : {"0", "f", "F", "false", "False", "FALSE"}) {
    EXPECT_FALSE(read_environment(variables({{"CONSUL_HTTP_SSL", no}}))->ssl) << no;
  }
}

TEST(Environment, RejectsInvalidBooleanAndNamesVariable) {
  for (const char* variable : {"CONSUL_HTTP_SSL", "CONSUL_HTTP_SSL_VERIFY"}) {
    const auto read = read_environment(variables({{variable, "yes"}}));
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, ErrorCode::kUsage);
    EXPECT_THAT(read.error().message,
                HasSubstr(std::string(variable) + ": 'yes' is not a boolean"));
  }
}

}  // namespace
}  // namespace glusterconsul::config
