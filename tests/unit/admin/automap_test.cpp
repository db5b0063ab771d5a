#include "admin/automap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

using Kind = AutomapVerdict::Kind;
using Names = std::vector<std::string>;
using Published = Result<std::optional<consul::KvEntry>>;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kEntry = "-fstype=glusterconsul,nosuid,nodev gluster.service.consul:/g0";

AutomapPolicy automap_policy() {
  return {*VolumeKeys::parse("gluster/volumes"), "gluster.service.consul", {}};
}

std::string stored_document(const std::string& volume, bool hidden = false) {
  auto made = registered_volume(volume, "gluster.service.consul");
  made.id = "0a1b2c3d-0000-1111-2222-333344445555";
  made.type = "replicate";
  made.hidden = hidden;
  return to_json(made);
}

consul::KvEntry stored_key(const std::string& name, const std::string& value) {
  return {"gluster/volumes/" + name, value, 1};
}

tl::unexpected<Error> error(ErrorCode code) {
  return fail(code, "the reason");
}

struct AutomapCase {
  const char* name;
  Published published;
  RegisteredVolumes registered;
  Kind kind;
};

class Automap : public ::testing::TestWithParam<AutomapCase> {};

TEST_P(Automap, Judges) {
  const auto& row = GetParam();
  const auto verdict = judge_automap(*gluster::VolumeName::parse("g0"),
                                     {row.published, row.registered}, automap_policy());
  EXPECT_EQ(verdict.kind, row.kind) << (verdict.error ? verdict.error->message : "");
  EXPECT_EQ(verdict.entry.text, row.kind == Kind::kEntry ? kEntry : "");
  EXPECT_EQ(verdict.error.has_value(), row.kind == Kind::kUnusable || row.kind == Kind::kNotKnown);
}

const Published kNoKey = std::optional<consul::KvEntry>();

INSTANTIATE_TEST_SUITE_P(
    Answers, Automap,
    ::testing::Values(
        AutomapCase{"published", stored_key("g0", stored_document("g0")), std::nullopt,
                    Kind::kEntry},
        AutomapCase{"hidden_opens", stored_key("g0", stored_document("g0", true)), std::nullopt,
                    Kind::kEntry},
        AutomapCase{"registered", kNoKey, Names{"g0", "g1"}, Kind::kEntry},
        AutomapCase{"neither", kNoKey, Names{"g1"}, Kind::kNoVolume},
        AutomapCase{"no_instances", kNoKey, Names{}, Kind::kNoVolume},
        AutomapCase{"other_schema", stored_key("g0", R"({"schema":2})"), Names{"g0"},
                    Kind::kUnusable},
        AutomapCase{"other_name", stored_key("g0", stored_document("g1")), std::nullopt,
                    Kind::kUnusable},
        AutomapCase{"garbage", stored_key("g0", "$(touch /tmp/x)"), std::nullopt, Kind::kUnusable},
        AutomapCase{"consul_down", error(ErrorCode::kUnreachable), std::nullopt, Kind::kNotKnown},
        AutomapCase{"denied_registered", error(ErrorCode::kDenied), Names{"g0"}, Kind::kNotKnown},
        AutomapCase{"denied_unknown", error(ErrorCode::kDenied), Names{}, Kind::kNotKnown},
        AutomapCase{"services_fail", kNoKey, error(ErrorCode::kTimedOut), Kind::kNotKnown},
        AutomapCase{"not_asked", kNoKey, std::nullopt, Kind::kNotKnown}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(AutomapList, HasPublishedAndRegisteredVolumes) {
  consul::KvList keys;
  keys.entries = {stored_key("g1", stored_document("g1")),
                  stored_key("hidden", stored_document("hidden", true)),
                  stored_key("bad", R"({"schema":2})"),
                  stored_key("README", "for people"),
                  stored_key("a/b", stored_document("b")),
                  stored_key("", "")};
  const auto list = list_automap(keys, Result<Names>(Names{"bad", "g0", "g1", "hidden", "../x"}),
                                 automap_policy());
  ASSERT_TRUE(list.has_value());
  EXPECT_THAT(list->lines,
              ElementsAre(MapLine{"g0", kEntry}, MapLine{"g1",
                                                         "-fstype=glusterconsul,nosuid,nodev "
                                                         "gluster.service.consul:/g1"}));
  ASSERT_THAT(list->warnings, SizeIs(2));
  EXPECT_THAT(list->warnings[0].message, HasSubstr("gluster/volumes/bad"));
  EXPECT_THAT(list->warnings[1].message, HasSubstr("gluster/volumes/README"));
}

TEST(AutomapList, IsCompleteOrAnError) {
  using Keys = Result<consul::KvList>;
  const Keys none = consul::KvList{};
  const Keys denied = error(ErrorCode::kDenied);
  EXPECT_FALSE(list_automap(error(ErrorCode::kUnreachable), std::nullopt, automap_policy()));
  EXPECT_FALSE(list_automap(none, error(ErrorCode::kTimedOut), automap_policy()));
  EXPECT_FALSE(list_automap(denied, Names{}, automap_policy()));
  EXPECT_FALSE(list_automap(denied, Names{"g0"}, automap_policy()))
      << "its key may hide or restrict it";
  EXPECT_THAT(list_automap(none, Names{}, automap_policy())->lines, IsEmpty());
  consul::KvList skipped;
  skipped.skipped = 1;
  skipped.first_skipped = "entry 1: odd";
  EXPECT_THAT(list_automap(skipped, std::nullopt, automap_policy())->warnings, SizeIs(1));
}

TEST(MapFile, HasOneLineForEachVolume) {
  const auto text = map_file_text({{{"g0", kEntry}}, {}});
  EXPECT_THAT(text,
              HasSubstr("\ng0 -fstype=glusterconsul,nosuid,nodev gluster.service.consul:/g0\n"));
  EXPECT_TRUE(has_map_entry(text));
  EXPECT_FALSE(has_map_entry(map_file_text({})));
  EXPECT_FALSE(has_map_entry(""));
}

TEST(VolumeKeys, AreBelowThePrefix) {
  const auto keys = VolumeKeys::parse("/gluster/volumes/");
  ASSERT_TRUE(keys.has_value());
  EXPECT_EQ(keys->key_of(*gluster::VolumeName::parse("g0")), "gluster/volumes/g0");
  EXPECT_EQ(keys->name_of("gluster/volumes/g0"), "g0");
  EXPECT_EQ(keys->name_of("gluster/volumesx"), std::nullopt);
  for (const std::string bad : {"", "/", "a//b", "a/../b", "a\nb"}) {
    EXPECT_FALSE(VolumeKeys::parse(bad)) << bad;
  }
  EXPECT_FALSE(VolumeKeys::parse(std::string(513, 'x')));
}

}  // namespace
}  // namespace glusterconsul::admin
