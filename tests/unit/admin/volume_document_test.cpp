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

VolumeDocument full_document() {
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
  EXPECT_EQ(to_json(full_document()), kText);
}

TEST(VolumeDocument, IsParsedToWhatWasWritten) {
  const auto parsed = parse_volume_document(kText);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(*parsed, full_document());
}

TEST(VolumeDocument, IgnoresMembersOfLaterVersions) {
  auto later = json::parse(kText);
  later["quota"] = json::array({1, 2});
  EXPECT_EQ(*parse_volume_document(later.dump()), full_document());
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

struct BadMemberCase {
  const char* name;
  const char* member;
  json value;
};

class BadMember : public ::testing::TestWithParam<BadMemberCase> {};

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
        BadMemberCase{"schema_text", "schema", "1"}, BadMemberCase{"schema_negative", "schema", -1},
        BadMemberCase{"volume_option", "volume", "-x"},
        BadMemberCase{"volume_path", "volume", "../g0"},
        BadMemberCase{"volume_number", "volume", 7}, BadMemberCase{"volume_empty", "volume", ""},
        BadMemberCase{"id_short", "id", "0a1b2c3d"},
        BadMemberCase{"id_upper", "id", "0A1B2C3D-0000-1111-2222-333344445555"},
        BadMemberCase{"id_dashes", "id", "0a1b2c3d-0000-1111-2222-3333-4445555"},
        BadMemberCase{"type_newline", "type", "a\nb"},
        BadMemberCase{"spec_newline", "spec", "gluster:/g0\nx"},
        BadMemberCase{"spec_long", "spec", std::string(1025, 'x')},
        BadMemberCase{"transport_text", "transport", "tcp"},
        BadMemberCase{"options_text", "options", "noatime"},
        BadMemberCase{"options_number", "options", json::array({1})},
        BadMemberCase{"options_nul", "options", json::array({std::string("a\0b", 3)})},
        BadMemberCase{"options_many", "options", json(std::vector<std::string>(65, "ro"))},
        BadMemberCase{"directory_up", "directories", json::array({"/a/../b"})},
        BadMemberCase{"directory_root", "directories", json::array({"/"})},
        BadMemberCase{"hidden_text", "hidden", "false"},
        BadMemberCase{"hidden_null", "hidden", nullptr},
        BadMemberCase{"pool_name", "pool", json::array({"gl1"})},
        BadMemberCase{"pool_object", "pool", json::object()}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(VolumeDocument, OtherValuesAreNotDocuments) {
  for (const std::string text : {"", "null", "[]", "7", "{", "$(touch /tmp/x)"}) {
    EXPECT_FALSE(parse_volume_document(text)) << text;
  }
  EXPECT_FALSE(parse_volume_document(kText + std::string(kMaxDocument, ' ')));
}

}  // namespace
}  // namespace glusterconsul::admin
