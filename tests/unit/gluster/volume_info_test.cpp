#include "gluster/volume_info.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "bytes.hpp"

namespace glusterconsul::gluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using Type = VolumeInfo::Type;
using Status = VolumeInfo::Status;
using Texts = std::map<std::string, std::string>;

Dictionary dictionary(const Texts& texts) {
  Bytes bytes = words({static_cast<std::uint32_t>(texts.size())});
  for (const auto& [key, value] : texts) bytes = bytes + entry("volume0." + key, value);
  return *Dictionary::decode(bytes);
}

/// As glusterd 10.3 describes a volume.
Texts arbiter_volume() {
  Texts texts = {{"name", "g0"},
                 {"volume_id", "22464331-d261-4e31-8c20-40adc94550a6"},
                 {"type", "2"},
                 {"status", "1"},
                 {"brick_count", "6"},
                 {"dist_count", "3"},
                 {"replica_count", "3"},
                 {"arbiter_count", "1"},
                 {"thin_arbiter_count", "0"},
                 {"disperse_count", "0"},
                 {"redundancy_count", "0"},
                 {"opt_count", "2"},
                 {"option.nfs.disable", "on"},
                 {"option.user.note", "one\ntwo"}};
  for (const char* number : {"1", "2", "3", "4", "5", "6"}) {
    texts["brick" + std::string(number)] = "gl" + std::string(number) + ":/srv/b" + number;
    texts["brick" + std::string(number) + ".uuid"] = "uuid-" + std::string(number);
  }
  return texts;
}

Texts with(Texts texts, const std::string& key, const std::string& value) {
  texts[key] = value;
  return texts;
}

Texts without(Texts texts, const std::string& key) {
  texts.erase(key);
  return texts;
}

TEST(VolumeInfo, ReadsVolume) {
  const auto info = read_volume_info(dictionary(arbiter_volume()));
  ASSERT_TRUE(info.has_value()) << info.error().message;
  EXPECT_EQ(info->name, "g0");
  EXPECT_EQ(info->id, "22464331-d261-4e31-8c20-40adc94550a6");
  EXPECT_EQ(info->type, Type::kReplicate);
  EXPECT_EQ(info->status, Status::kStarted);
  EXPECT_EQ(info->set_count, 2U);
  EXPECT_EQ(info->replica_count, 3U);
  EXPECT_EQ(info->arbiter_count, 1U);
  ASSERT_EQ(info->bricks.size(), 6U);
  EXPECT_EQ(info->bricks[1], (VolumeInfo::Brick{"gl2", "/srv/b2", "uuid-2"}));
  EXPECT_THAT(info->options, ElementsAre(Pair("nfs.disable", "on"), Pair("user.note", "one\ntwo")));
}

TEST(VolumeInfo, HasAsManySetsAsDistributedBricks) {
  const auto info = *read_volume_info(
      dictionary(with(with(arbiter_volume(), "type", "0"), "replica_count", "1")));
  EXPECT_EQ(info.set_count, 6U);
  EXPECT_EQ(info.type, Type::kDistribute);
}

TEST(VolumeInfo, HasSetsOfDisperseCountBricks) {
  auto texts = with(with(arbiter_volume(), "type", "4"), "replica_count", "1");
  texts = with(with(texts, "disperse_count", "6"), "redundancy_count", "2");
  const auto info = *read_volume_info(dictionary(texts));
  EXPECT_EQ(info.set_count, 1U);
  EXPECT_EQ(info.type, Type::kDisperse);
  EXPECT_EQ(info.redundancy_count, 2U);
}

TEST(VolumeInfo, DoesNotDependOnDistCount) {
  // 3 with GlusterFS 10 (bricks of a set), 2 with 11 (sets).
  EXPECT_EQ(*read_volume_info(dictionary(with(arbiter_volume(), "dist_count", "2"))),
            *read_volume_info(dictionary(arbiter_volume())));
}

/// As glusterd 10.3 describes it.
Texts thin_arbiter_volume() {
  const auto texts = with(with(arbiter_volume(), "replica_count", "2"), "arbiter_count", "0");
  return with(with(texts, "thin_arbiter_count", "1"), "thin_arbiter_brick", "ta:/srv/ta");
}

TEST(VolumeInfo, HasThinArbiterOutsideTheBricks) {
  const auto info = read_volume_info(dictionary(thin_arbiter_volume()));
  ASSERT_TRUE(info.has_value()) << info.error().message;
  EXPECT_EQ(info->bricks.size(), 6U);
  EXPECT_EQ(info->thin_arbiter, (VolumeInfo::Brick{"ta", "/srv/ta", ""}));
  EXPECT_EQ(thin_arbiter_port(*info), 24007);
}

TEST(VolumeInfo, HasThePortOfTheThinArbiter) {
  const auto port_of = [](const std::string& option) {
    return thin_arbiter_port(*read_volume_info(
        dictionary(with(thin_arbiter_volume(), "option.client.ta-brick-port", option))));
  };
  EXPECT_EQ(port_of("24017"), 24017);
  EXPECT_EQ(port_of("65536"), 24007);
  EXPECT_EQ(port_of("0"), 24007);
  EXPECT_EQ(port_of("x"), 24007);
}

TEST(VolumeInfo, AcceptsUnknownTypeAndStatus) {
  const auto info =
      read_volume_info(dictionary(with(with(arbiter_volume(), "type", "5"), "status", "7")));
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->type, Type::kOther);
  EXPECT_EQ(info->status, Status::kOther);
  EXPECT_EQ(info->set_count, 1U);
}

TEST(VolumeInfo, AcceptsMissingCountsAndUuids) {
  auto texts = without(without(arbiter_volume(), "thin_arbiter_count"), "brick1.uuid");
  texts = without(with(texts, "type", "0"), "replica_count");
  const auto info = read_volume_info(dictionary(texts));
  ASSERT_TRUE(info.has_value());
  EXPECT_FALSE(info->thin_arbiter);
  EXPECT_EQ(info->replica_count, 1U);
  EXPECT_EQ(info->bricks.front().uuid, "");
}

TEST(VolumeInfo, SplitsBrickOfIpv6Host) {
  const auto info =
      read_volume_info(dictionary(with(arbiter_volume(), "brick1", "fd77::11:/srv/a:/b")));
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->bricks.front().host, "fd77::11");
  EXPECT_EQ(info->bricks.front().path, "/srv/a:/b");
}

struct BadVolume {
  const char* row;
  Texts texts;
  const char* why;
};
void PrintTo(const BadVolume& bad, std::ostream* out) {
  *out << bad.row;
}

class BadVolumeInfo : public ::testing::TestWithParam<BadVolume> {};

TEST_P(BadVolumeInfo, IsRejectedWithReason) {
  const auto info = read_volume_info(dictionary(GetParam().texts));
  ASSERT_FALSE(info.has_value());
  EXPECT_EQ(info.error().code, ErrorCode::kBadReply);
  EXPECT_THAT(info.error().message, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Volumes, BadVolumeInfo,
    ::testing::Values(
        BadVolume{"NoKeys", {}, "name"},
        BadVolume{"NoName", without(arbiter_volume(), "name"), "name"},
        BadVolume{"NoId", without(arbiter_volume(), "volume_id"), "volume_id"},
        BadVolume{"NoType", without(arbiter_volume(), "type"), "type"},
        BadVolume{"NegativeStatus", with(arbiter_volume(), "status", "-1"), "status"},
        BadVolume{"HugeReplicaCount", with(arbiter_volume(), "replica_count", "4294967296"),
                  "replica_count"},
        BadVolume{"NoBricks", with(arbiter_volume(), "brick_count", "0"), "brick_count"},
        BadVolume{"TooManyBricks", with(arbiter_volume(), "brick_count", "4098"), "brick_count"},
        BadVolume{"MoreBricksAnnounced", with(arbiter_volume(), "brick_count", "9"), "brick7"},
        BadVolume{"EmptySets", with(arbiter_volume(), "replica_count", "0"), "replica_count"},
        BadVolume{"UnevenSets", with(arbiter_volume(), "replica_count", "4"), "replica_count"},
        BadVolume{"EmptyDisperseSets", with(arbiter_volume(), "type", "4"), "disperse_count"},
        BadVolume{"ThinArbiterWithoutBrick", without(thin_arbiter_volume(), "thin_arbiter_brick"),
                  "thin_arbiter_brick"},
        BadVolume{"BrickWithoutHost", with(arbiter_volume(), "brick2", ":/srv"), "brick2"},
        BadVolume{"BrickWithoutPath", with(arbiter_volume(), "brick2", "gl2"), "brick2"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::gluster
