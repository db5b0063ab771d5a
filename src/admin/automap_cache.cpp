#include "admin/automap_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/automap_entry.hpp"
#include "consul/bounded_json.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::string_view kStart = "-fstype=glusterconsul,nosuid,nodev";
/// A time_point of the clock counts nanoseconds and overflows in the year 2262.
constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 33;
constexpr std::chrono::minutes kFutureAllowed{5};

tl::unexpected<Error> unusable(std::string_view why) {
  return fail(ErrorCode::kBadReply, std::string(why));
}

bool is_entry(std::string_view text) {
  return text.starts_with(kStart) && text.size() <= kMaxMapEntry &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::string automap_cache_name(std::string_view key) {
  return fmt::format("automap-{:016x}.json", fnv1a(key));
}

std::string serialize_cached_entry(const CachedEntry& entry, std::string_view key) {
  const auto written =
      std::chrono::duration_cast<std::chrono::seconds>(entry.written.time_since_epoch()).count();
  const json object = {
      {"version", kVersion}, {"key", key}, {"written", written}, {"entry", entry.text}};
  return object.dump(1, ' ', true, json::error_handler_t::replace) + "\n";
}

Result<CachedEntry> parse_cached_entry(std::string_view text, std::string_view key,
                                       WallClock::time_point now, milliseconds max_age) {
  const auto object = consul::parse_json(text);
  if (!object || consul::member(*object, "version") != kVersion) return unusable("it is corrupt");
  if (consul::member(*object, "key") != key) return unusable("it is for another query");
  const auto& seconds = consul::member(*object, "written");
  if (!seconds.is_number_unsigned() || seconds > kMaxSeconds) return unusable("it has no date");
  const WallClock::time_point written{std::chrono::seconds(seconds.get<std::int64_t>())};
  if (written > now + kFutureAllowed) return unusable("its date is in the future");
  if (now - written > max_age) {
    return unusable(fmt::format("it is older than consul-cache={}", to_string(max_age)));
  }
  const auto& entry = consul::member(*object, "entry");
  if (!entry.is_string() || !is_entry(entry.get_ref<const std::string&>())) {
    return unusable("it is corrupt");
  }
  return CachedEntry{entry.get<std::string>(), written};
}

bool worth_writing(const CachedEntry& known, const CachedEntry& fresh, milliseconds max_age) {
  constexpr int kRenewals = 8;
  return known.text != fresh.text || fresh.written - known.written > max_age / kRenewals;
}

}  // namespace glusterconsul::admin
