#include "admin/automap_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* kCachedText = "-fstype=glusterconsul,nosuid,nodev gluster.service.consul:/g0";
const WallClock::time_point kNow{std::chrono::seconds(1'800'000'000)};

std::string text(const std::string& entry = kCachedText, WallClock::time_point written = kNow) {
  return serialize_cached_entry({entry, written}, "key");
}

TEST(AutomapCache, ReadsWhatItWrote) {
  const auto read = parse_cached_entry(text(), "key", kNow + 1h, 24h);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->text, kCachedText);
  EXPECT_EQ(read->written, kNow);
  EXPECT_EQ(automap_cache_name("key").size(), std::string("automap-0123456789abcdef.json").size());
}

TEST(AutomapCache, IgnoresWhatDoesNotFit) {
  const auto why = [](const std::string& cached, std::string_view key, WallClock::time_point now) {
    const auto read = parse_cached_entry(cached, key, now, 24h);
    return read ? std::string() : read.error().message;
  };
  EXPECT_THAT(why(text(), "other", kNow), HasSubstr("another query"));
  EXPECT_THAT(why(text(), "key", kNow + 25h), HasSubstr("older than consul-cache=1d"));
  EXPECT_THAT(why(text(), "key", kNow - 1h), HasSubstr("future"));
  EXPECT_THAT(why("", "key", kNow), HasSubstr("corrupt"));
  EXPECT_THAT(why(R"({"version":2})", "key", kNow), HasSubstr("corrupt"));
  EXPECT_THAT(why(R"({"version":1,"key":"key","written":-1})", "key", kNow), HasSubstr("no date"));
  EXPECT_THAT(why(text("-fstype=nfs evil:/"), "key", kNow), HasSubstr("corrupt"));
  EXPECT_THAT(why(text(std::string(kCachedText) + "\nx"), "key", kNow), HasSubstr("corrupt"));
  EXPECT_THAT(why(text(kCachedText + std::string(9000, 'x')), "key", kNow), HasSubstr("corrupt"));
}

TEST(AutomapCache, IsWrittenSeldom) {
  const CachedEntry known{kCachedText, kNow};
  EXPECT_FALSE(worth_writing(known, {kCachedText, kNow + 1h}, 24h));
  EXPECT_TRUE(worth_writing(known, {kCachedText, kNow + 4h}, 24h));
  EXPECT_TRUE(worth_writing(known, {"other", kNow}, 24h));
}

}  // namespace
}  // namespace glusterconsul::admin
