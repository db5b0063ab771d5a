#include "admin/volume_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace glusterconsul::admin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kText =
    R"({"schema":1,"volume":"g0","id":"0a1b2c3d-0000-1111-2222-333344445555","type":"replicate",)"
    R"("transport":["tcp"],"spec":"gluster.service.consul:/g0","options":["noatime"],)"
    R"("directories":["/a b"],"hidden":false,"pool":["11111111-0000-1111-2222-333344445555"]})";

VolumeDocument document() {
  return {.volume = "g0",
          .id = "0a1b2c3d-0000-1111-2222-333344445555",
          .type = "replicate",
          .transport = {"tcp"},
          .spec = "gluster.service.consul:/g0",
          .options = {"noatime"},
          .directories = {"/a b"},
          .hidden = false,
          .pool = {"11111111-0000-1111-2222-333344445555"}};
}

TEST(VolumeDocument, HasTheSameBytesEachTime) {
  EXPECT_EQ(to_json(document()), kText);
}

TEST(VolumeDocument, IsParsedToWhatWasWritten) {
  const auto parsed = parse_volume_document(kText);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(*parsed, document());
}

TEST(VolumeDocument, IgnoresMembersOfLaterVersions) {
  auto later = json::parse(kText);
  later["quota"] = json::array({1, 2});
  EXPECT_EQ(*parse_volume_document(later.dump()), document());
}

TEST(VolumeDocument, NamesAnotherSchema) {
  auto other = json::parse(kText);
  other["schema"] = 2;
  const auto parsed = parse_volume_document(other.dump());
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code, ErrorCode::kRejected);
  EXPECT_THAT(parsed.error().message, HasSubstr("schema 2"));
}

TEST(VolumeDocument, NeedsEveryMember) {
  const auto whole = json::parse(kText);
  for (const auto& [name, value] : whole.items()) {
    auto without = whole;
    without.erase(name);
    const auto parsed = parse_volume_document(without.dump());
    ASSERT_FALSE(parsed.has_value()) << name;
    EXPECT_THAT(parsed.error().message, HasSubstr("'" + name + "'"));
  }
}

struct BadCase {
  const char* name;
  const char* member;
  json value;
};

class BadMember : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadMember, IsNotADocument) {
  auto changed = json::parse(kText);
  changed[GetParam().member] = GetParam().value;
  const auto parsed = parse_volume_document(changed.dump());
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code, ErrorCode::kBadReply);
  EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().member));
}

INSTANTIATE_TEST_SUITE_P(
    VolumeDocument, BadMember,
    ::testing::Values(
        BadCase{"schema_text", "schema", "1"}, BadCase{"schema_negative", "schema", -1},
        BadCase{"volume_option", "volume", "-x"}, BadCase{"volume_path", "volume", "../g0"},
        BadCase{"volume_number", "volume", 7}, BadCase{"volume_empty", "volume", ""},
        BadCase{"id_short", "id", "0a1b2c3d"},
        BadCase{"id_upper", "id", "0A1B2C3D-0000-1111-2222-333344445555"},
        BadCase{"id_dashes", "id", "0a1b2c3d-0000-1111-2222-3333-4445555"},
        BadCase{"type_newline", "type", "a\nb"}, BadCase{"spec_newline", "spec", "gluster:/g0\nx"},
        BadCase{"spec_long", "spec", std::string(1025, 'x')},
        BadCase{"transport_text", "transport", "tcp"},
        BadCase{"options_text", "options", "noatime"},
        BadCase{"options_number", "options", json::array({1})},
        BadCase{"options_nul", "options", json::array({std::string("a\0b", 3)})},
        BadCase{"options_many", "options", json(std::vector<std::string>(65, "ro"))},
        BadCase{"directory_up", "directories", json::array({"/a/../b"})},
        BadCase{"directory_root", "directories", json::array({"/"})},
        BadCase{"hidden_text", "hidden", "false"}, BadCase{"hidden_null", "hidden", nullptr},
        BadCase{"pool_name", "pool", json::array({"gl1"})},
        BadCase{"pool_object", "pool", json::object()}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(VolumeDocument, OtherValuesAreNotDocuments) {
  for (const std::string text : {"", "null", "[]", "7", "{", "$(touch /tmp/x)"}) {
    EXPECT_FALSE(parse_volume_document(text)) << text;
  }
  EXPECT_FALSE(parse_volume_document(kText + std::string(kMaxDocument, ' ')));
}

}  // namespace
}  // namespace glusterconsul::admin
