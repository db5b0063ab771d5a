#include "discovery/last_known.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "consul/bounded_json.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

using Json = nlohmann::json;
using consul::Instance;

constexpr int kVersion = 1;
constexpr std::size_t kMostServers = 64;
constexpr unsigned kMostWeight = 65535;
constexpr std::size_t kMostName = 128;
/// Clocks are set back by a little at boot.
constexpr std::chrono::minutes kFutureAllowed{5};

std::optional<std::string> text_member(const Json& json, const char* name) {
  const auto& value = consul::member(json, name);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

std::optional<std::uint64_t> number_member(const Json& json, const char* name, std::uint64_t most) {
  const auto& value = consul::member(json, name);
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto number = value.get<std::uint64_t>();
  if (number == 0 || number > most) return std::nullopt;
  return number;
}

std::optional<Instance> read_instance(const Json& json) {
  const auto node = text_member(json, "node");
  const auto datacenter = text_member(json, "datacenter");
  const auto address = text_member(json, "address");
  const auto port = number_member(json, "port", 65535);
  const auto weight = number_member(json, "weight", kMostWeight);
  if (!node || !datacenter || !address || !port || !weight) return std::nullopt;
  const auto host = Host::parse(*address);
  if (!host) return std::nullopt;
  Instance instance{*node, "", *host, static_cast<Port>(*port), {}, *datacenter, 1, {}, {}};
  instance.weight = static_cast<unsigned>(*weight);
  return instance;
}

tl::unexpected<Error> unusable(std::string_view why) {
  return fail(ErrorCode::kBadReply, std::string(why));
}

Result<WallClock::time_point> read_time(const Json& json, WallClock::time_point now,
                                        milliseconds most_age) {
  // A time_point of the clock counts nanoseconds, and ends in the year 2262.
  constexpr std::uint64_t kMostSeconds = 1ULL << 33U;
  const auto seconds = number_member(json, "written", kMostSeconds);
  if (!seconds) return unusable("it has no date");
  const WallClock::time_point written{std::chrono::seconds(*seconds)};
  if (written > now + kFutureAllowed) return unusable("it is from the future");
  if (now - written > most_age) {
    return unusable(fmt::format("it is older than consul-cache={}", to_string(most_age)));
  }
  return written;
}

}  // namespace

LastKnown make_last_known(std::vector<Instance> instances, WallClock::time_point now) {
  for (auto& instance : instances) {
    // Short and valid UTF-8, so that the file can be read, and says the same.
    instance.node = printable(instance.node, kMostName);
    instance.datacenter = printable(instance.datacenter, kMostName);
    instance.service_id.clear();
    instance.tags.clear();
    instance.checks.clear();
    instance.health = consul::Health::kPassing;
  }
  std::sort(instances.begin(), instances.end(), [](const Instance& a, const Instance& b) {
    return std::tie(a.host, a.port) < std::tie(b.host, b.port);
  });
  return {now, std::move(instances)};
}

bool worth_writing(const LastKnown& known, const LastKnown& fresh, milliseconds most_age) {
  constexpr int kRenewals = 8;  // in the time that a list holds
  return known.instances != fresh.instances || fresh.written - known.written > most_age / kRenewals;
}

std::string last_known_key(const consul::ServiceQuery& query, std::string_view volfile_id) {
  const auto& service = query.service;
  const bool prepared = service.kind == consul::ServiceName::Kind::kPreparedQuery;
  // As JSON, so that no value can look like two.
  return Json{prepared ? "query" : "service",
              service.name,
              service.datacenter,
              service.consul_namespace,
              service.partition,
              service.peer,
              query.tags,
              query.filter,
              query.domain,
              volfile_id}
      .dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string last_known_file(std::string_view key) {
  return fmt::format("{:016x}.json", fnv1a(key));
}

std::string write_last_known(const LastKnown& list, std::string_view key) {
  Json servers = Json::array();
  for (const auto& instance : list.instances) {
    servers.push_back({{"node", instance.node},
                       {"datacenter", instance.datacenter},
                       {"address", instance.host.text()},
                       {"port", instance.port},
                       {"weight", instance.weight}});
  }
  const auto written =
      std::chrono::duration_cast<std::chrono::seconds>(list.written.time_since_epoch()).count();
  const Json json = {
      {"version", kVersion}, {"key", key}, {"written", written}, {"servers", servers}};
  return json.dump(1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Result<LastKnown> read_last_known(std::string_view text, std::string_view key,
                                  WallClock::time_point now, milliseconds most_age) {
  const auto json = consul::parse_json(text);
  if (!json) return unusable("it is damaged");
  if (consul::member(*json, "version") != kVersion) return unusable("another version wrote it");
  if (text_member(*json, "key") != key) return unusable("it is of another query");
  const auto written = read_time(*json, now, most_age);
  if (!written) return tl::unexpected(written.error());
  const auto& servers = consul::member(*json, "servers");
  if (!servers.is_array() || servers.empty() || servers.size() > kMostServers) {
    return unusable("it is damaged");
  }
  LastKnown list{*written, {}};
  for (const auto& entry : servers) {
    auto instance = read_instance(entry);
    if (!instance) return unusable("it is damaged");
    list.instances.push_back(*std::move(instance));
  }
  return list;
}

}  // namespace glusterconsul::discovery
