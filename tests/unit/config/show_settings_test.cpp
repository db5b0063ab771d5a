#include "config/show_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace glusterconsul::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<InForce>& some() {
  static const std::vector<InForce> kSome = {{"consul-via", "http", "/etc/glusterconsul.conf:12"},
                                             {"consul-dc", "", "built in"},
                                             {"token", std::nullopt, "CONSUL_HTTP_TOKEN"}};
  return kSome;
}

TEST(SettingsTable, ShowsNameValueAndOrigin) {
  EXPECT_EQ(settings_table(some()),
            "NAME        VALUE  FROM\n"
            "consul-via  http   /etc/glusterconsul.conf:12\n"
            "consul-dc   -      built in\n"
            "token       (set)  CONSUL_HTTP_TOKEN\n");
}

TEST(SettingsTable, EscapesControlCharacters) {
  const std::vector<InForce> hostile = {{"consul-filter", "\x1b[2J", "/etc/\x1b[2J.conf:1"}};
  EXPECT_THAT(settings_table(hostile), Not(HasSubstr("\x1b")));
}

TEST(SettingsJson, HasNameValueAndOrigin) {
  const auto json = nlohmann::json::parse(settings_json("gluster", some()));
  EXPECT_EQ(json["service"], "gluster");
  ASSERT_EQ(json["settings"].size(), 3U);
  EXPECT_EQ(json["settings"][0], (nlohmann::json{{"name", "consul-via"},
                                                 {"value", "http"},
                                                 {"origin", "/etc/glusterconsul.conf:12"}}));
  EXPECT_EQ(json["settings"][1]["value"], "");
  EXPECT_TRUE(json["settings"][2]["value"].is_null());
}

TEST(SettingsJson, EscapesControlCharactersAsTheTableDoes) {
  const std::vector<InForce> hostile = {
      {"consul-filter", "a\x1b[2J\xc2\x9b\xe2\x80\xae", "/etc/\x1b[2J.conf:1"}};
  const auto json = nlohmann::json::parse(settings_json("glu\x1b[2Jster", hostile));
  EXPECT_EQ(json["settings"][0]["value"], R"(a\x1b[2J\xc2\x9b\xe2\x80\xae)");
  EXPECT_EQ(json["settings"][0]["origin"], R"(/etc/\x1b[2J.conf:1)");
  EXPECT_EQ(json["service"], R"(glu\x1b[2Jster)");
}

TEST(SettingsJson, ServiceIsNullIfNotSpecified) {
  EXPECT_TRUE(nlohmann::json::parse(settings_json("", some()))["service"].is_null());
}

}  // namespace
}  // namespace glusterconsul::config
