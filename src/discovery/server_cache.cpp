#include "discovery/server_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "consul/bounded_json.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::discovery {
namespace {

using PlainJson = nlohmann::json;
using consul::Channel;
using consul::Instance;

/// Version 1 did not record where its servers came from.
constexpr int kVersion = 2;
constexpr std::size_t kMaxServers = 64;
constexpr unsigned kMaxWeight = 65535;
constexpr std::size_t kMaxName = 128;
constexpr std::size_t kMaxAddress = 1500;  // a host name of 253 and a path of 1024 characters
/// Clocks are sometimes set back slightly at boot.
constexpr std::chrono::minutes kFutureAllowed{5};

std::optional<std::string> text_member(const PlainJson& json, const char* name) {
  const auto& value = consul::member(json, name);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

struct ChannelName {
  std::string_view name;
  Channel channel;
};
constexpr std::array<ChannelName, 4> kChannels = {{{"https", Channel::kHttps},
                                                   {"unix", Channel::kUnixSocket},
                                                   {"http", Channel::kHttp},
                                                   {"dns", Channel::kDns}}};

std::string_view name_of(Channel channel) {
  const auto* found = std::find_if(kChannels.begin(), kChannels.end(),
                                   [&](const ChannelName& one) { return one.channel == channel; });
  return found != kChannels.end() ? found->name : "";
}

std::optional<Channel> channel_member(const PlainJson& json) {
  const auto name = text_member(json, "via");
  const auto* found = std::find_if(kChannels.begin(), kChannels.end(),
                                   [&](const ChannelName& one) { return one.name == name; });
  if (found == kChannels.end()) return std::nullopt;
  return found->channel;
}

std::optional<std::uint64_t> number_member(const PlainJson& json, const char* name,
                                           std::uint64_t most) {
  const auto& value = consul::member(json, name);
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto number = value.get<std::uint64_t>();
  if (number == 0 || number > most) return std::nullopt;
  return number;
}

std::optional<Instance> read_instance(const PlainJson& json) {
  const auto node = text_member(json, "node");
  const auto datacenter = text_member(json, "datacenter");
  const auto address = text_member(json, "address");
  const auto port = number_member(json, "port", 65535);
  const auto weight = number_member(json, "weight", kMaxWeight);
  if (!node || !datacenter || !address || !port || !weight) return std::nullopt;
  const auto host = Host::parse(*address);
  if (!host) return std::nullopt;
  Instance instance{*node, "", *host, static_cast<Port>(*port), {}, *datacenter, 1, {}, {}, {}};
  instance.weight = static_cast<unsigned>(*weight);
  instance.health = consul::Health::kUnknown;
  return instance;
}

tl::unexpected<Error> unusable(std::string_view why) {
  return fail(ErrorCode::kBadReply, std::string(why));
}

Result<WallClock::time_point> read_time(const PlainJson& json, WallClock::time_point now,
                                        milliseconds most_age) {
  // A time_point of the clock counts nanoseconds and overflows in the year 2262.
  constexpr std::uint64_t kMaxSeconds = 1ULL << 33U;
  const auto seconds = number_member(json, "written", kMaxSeconds);
  if (!seconds) return unusable("it has no date");
  const WallClock::time_point written{std::chrono::seconds(*seconds)};
  if (written > now + kFutureAllowed) return unusable("its date is in the future");
  if (now - written > most_age) {
    return unusable(fmt::format("it is older than consul-cache={}", to_string(most_age)));
  }
  return written;
}

}  // namespace

CachedServers make_cached_servers(std::vector<Instance> instances, Channel channel,
                                  std::string_view consul, WallClock::time_point now) {
  for (auto& instance : instances) {
    // Short and valid UTF-8, so that the file can be parsed and yields the same values.
    instance.node = printable(instance.node, kMaxName);
    instance.datacenter = printable(instance.datacenter, kMaxName);
    instance.service_id.clear();
    instance.tags.clear();
    instance.checks.clear();
    instance.health = consul::Health::kUnknown;
  }
  std::sort(instances.begin(), instances.end(), [](const Instance& a, const Instance& b) {
    return std::tie(a.host, a.port) < std::tie(b.host, b.port);
  });
  return {now, channel, printable(consul, kMaxAddress), std::move(instances)};
}

bool worth_writing(const CachedServers& known, const CachedServers& fresh, milliseconds most_age) {
  constexpr int kRenewals = 8;  // within the lifetime of a list
  if (!consul::may_replace(fresh.channel, known.channel)) return false;
  return known.instances != fresh.instances || known.channel != fresh.channel ||
         known.consul != fresh.consul || fresh.written - known.written > most_age / kRenewals;
}

std::string cache_key(const consul::ServiceQuery& query, std::string_view used_for,
                      const std::vector<std::string>& consul) {
  const auto& service = query.service;
  const bool prepared = service.kind == consul::ServiceName::Kind::kPreparedQuery;
  // As JSON, so that one value cannot be mistaken for two.
  return PlainJson{prepared ? "query" : "service",
                   service.name,
                   service.datacenter,
                   service.consul_namespace,
                   service.partition,
                   service.peer,
                   query.tags,
                   query.filter,
                   query.domain.text(),
                   used_for,
                   consul}
      .dump(-1, ' ', true, PlainJson::error_handler_t::replace);
}

std::string cache_file_name(std::string_view key) {
  return fmt::format("{:016x}.json", fnv1a(key));
}

std::string serialize_cached_servers(const CachedServers& list, std::string_view key) {
  PlainJson servers = PlainJson::array();
  for (const auto& instance : list.instances) {
    servers.push_back({{"node", instance.node},
                       {"datacenter", instance.datacenter},
                       {"address", instance.host.text()},
                       {"port", instance.port},
                       {"weight", instance.weight}});
  }
  const auto written =
      std::chrono::duration_cast<std::chrono::seconds>(list.written.time_since_epoch()).count();
  const PlainJson json = {{"version", kVersion},   {"key", key},
                          {"written", written},    {"via", name_of(list.channel)},
                          {"consul", list.consul}, {"servers", servers}};
  return json.dump(1, ' ', true, PlainJson::error_handler_t::replace) + "\n";
}

Result<CachedServers> parse_cached_servers(std::string_view text, std::string_view key,
                                           WallClock::time_point now, milliseconds most_age) {
  const auto json = consul::parse_json(text);
  if (!json) return unusable("it is corrupt");
  if (consul::member(*json, "version") != kVersion)
    return unusable("it was written by another version");
  if (text_member(*json, "key") != key) return unusable("it is for another query");
  TRY_ASSIGN(const auto written, read_time(*json, now, most_age));
  const auto channel = channel_member(*json);
  const auto consul = text_member(*json, "consul");
  if (!channel || !consul) return unusable("it does not record where it came from");
  const auto& servers = consul::member(*json, "servers");
  if (!servers.is_array() || servers.empty() || servers.size() > kMaxServers) {
    return unusable("it is corrupt");
  }
  CachedServers list{written, *channel, *consul, {}};
  for (const auto& entry : servers) {
    auto instance = read_instance(entry);
    if (!instance) return unusable("it is corrupt");
    list.instances.push_back(*std::move(instance));
  }
  return list;
}

}  // namespace glusterconsul::discovery
