#include "discovery/server_cache.hpp"

#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "consul/health_reply.hpp"

using namespace glusterconsul;
using namespace glusterconsul::discovery;
using namespace glusterconsul::fuzz;

namespace {

// The corpus was written with these values.
constexpr std::string_view kKey = R"(["service","gluster"])";
const WallClock::time_point kNow{std::chrono::seconds(1'800'000'000)};
constexpr milliseconds kWeek = std::chrono::hours(7 * 24);

constexpr std::size_t kMaxServers = 64;
constexpr std::size_t kMaxFile = 256UL * 1024;  // the limit of read_cache()

void require_same(const Result<CachedServers>& read, const CachedServers& written) {
  require(read && read->written == written.written && read->instances == written.instances);
  require(read->channel == written.channel && read->consul == written.consul);
}

/// A file may be corrupt or forged: if it is accepted, its contents are as valid as an answer
/// from Consul, and round-trip.
void check_file(std::string_view text) {
  const auto list = parse_cached_servers(text, kKey, kNow, kWeek);
  if (!list) {
    require(list.error().code == ErrorCode::kBadReply);
    return require_sentence(list.error());
  }
  require(kNow - list->written <= kWeek && list->written <= kNow + std::chrono::minutes(5));
  require(!list->instances.empty() && list->instances.size() <= kMaxServers);
  for (const auto& instance : list->instances) {
    require(instance.port != 0 && instance.weight >= 1 && instance.weight <= 65'535);
    require(Host::parse(instance.host.text()) == instance.host);
  }
  require_same(parse_cached_servers(serialize_cached_servers(*list, kKey), kKey, kNow, kWeek),
               *list);
  require(!parse_cached_servers(text, "another key", kNow, kWeek).has_value());
}

/// For any reply from Consul, the file that is written is small enough to be read back and has
/// the same contents, so that it is not rewritten at each mount.
void check_written(std::string_view reply) {
  auto answer = consul::parse_health_reply(reply, 24007);
  if (!answer || answer->instances.empty()) return;
  if (answer->instances.size() > kMaxServers) return;  // a plan never has more
  const auto list = make_cached_servers(std::move(answer->instances), consul::Channel::kHttps,
                                        reply.substr(0, 2000), kNow);
  const auto text = serialize_cached_servers(list, kKey);
  require(text.size() <= kMaxFile);
  require_same(parse_cached_servers(text, kKey, kNow, kWeek), list);
  require(!worth_writing(list, list, kWeek));
}

}  // namespace

/// The cached list, read from a file and made from a reply.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_file(text);
  check_written(text);
  return 0;
}
