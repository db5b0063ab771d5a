#include "consul/health_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "consul/bounded_json.hpp"
#include "consul/narrowing.hpp"
#include "consul/split_list.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxChecks = 64;
constexpr std::size_t kMiB = 1024UL * 1024;
// docs/facts.md, "Memory of a parsed reply"
constexpr std::size_t kMaxKept = 8 * kMiB;
constexpr std::size_t kMaxKeptWithoutChecks = 4 * kMiB;
constexpr std::size_t kMaxTags = 256;
constexpr std::size_t kMaxText = 4096;
constexpr std::int64_t kMaxWeight = 65'535;  // the maximum in an SRV record

/// The entry's contents, or the reason to skip it.
template <typename T>
using Entry = tl::expected<T, std::string>;

tl::unexpected<std::string> skip(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

/// Text, truncated to kMaxText bytes; empty if it is missing or null.
Entry<std::string> text_of(const json& object, const char* key) {
  const auto& value = member(object, key);
  if (value.is_null()) return std::string();
  if (!value.is_string()) return skip(fmt::format("its {} is not a string", key));
  return value.get_ref<const std::string&>().substr(0, kMaxText);
}

/// None if the value is missing, null or not an integer, or does not fit into int64_t.
std::optional<std::int64_t> whole_number(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  return value.get<std::int64_t>();
}

/// A missing or null value counts as 0.
Entry<Port> port_number(const json& value) {
  if (value.is_null()) return Port{0};
  const auto number = whole_number(value);
  if (!number || *number < 0 || *number > std::numeric_limits<Port>::max()) {
    return skip("its Port is not a port number");
  }
  return static_cast<Port>(*number);
}

/// For a service with several ports (Consul 1.22): the default port. If no port is marked as the
/// default, `fallback_port` if it is in the list, otherwise the first port. 0 if there is none.
Entry<Port> default_port(const json& list, Port fallback_port) {
  if (list.is_null()) return Port{0};
  if (!list.is_array()) return skip("its Ports are not a list");
  Port best = 0;
  for (const auto& entry : list) {
    const auto port = port_number(member(entry, "Port"));
    if (!port) return port;
    const auto& is_default = member(entry, "Default");
    if (is_default.is_boolean() && is_default.get<bool>()) return port;
    if (best == 0 || *port == fallback_port) best = *port;
  }
  return best;
}

Entry<Port> port_of(const json& service, Port fallback_port) {
  auto port = port_number(member(service, "Port"));
  if (port && *port == 0) port = default_port(member(service, "Ports"), fallback_port);
  return port && *port == 0 ? fallback_port : port;
}

unsigned weight_of(const json& service, Health health) {
  const auto& weights = member(service, "Weights");
  const char* state = health == Health::kWarning ? "Warning" : "Passing";
  const auto number = whole_number(member(weights, state)).value_or(1);
  return static_cast<unsigned>(std::clamp<std::int64_t>(number, 1, kMaxWeight));
}

/// A status other than Consul's three counts as critical.
Health health_of(std::string_view status) {
  if (status == "passing") return Health::kPassing;
  if (status == "warning") return Health::kWarning;
  return Health::kCritical;
}

/// Consul reports maintenance as a critical check, with the reason in its notes.
void word_maintenance(Check& check, std::string notes) {
  const bool of_node = check.id == "_node_maintenance";
  if (!of_node && !check.id.starts_with("_service_maintenance:")) return;
  check.name = of_node ? "node in maintenance mode" : "service in maintenance mode";
  if (check.output.empty()) check.output = std::move(notes);
}

Entry<Check> parse_check(const json& entry) {
  if (!entry.is_object()) return skip("one of its Checks is not an object");
  auto id = text_of(entry, "CheckID");
  auto name = text_of(entry, "Name");
  auto status = text_of(entry, "Status");
  auto output = text_of(entry, "Output");
  auto notes = text_of(entry, "Notes");
  for (const auto* text : {&id, &name, &status, &output, &notes}) {
    if (!*text) return skip("in one of its Checks, " + text->error());
  }
  Check check{*std::move(id), *std::move(name), health_of(*status), *std::move(output)};
  word_maintenance(check, *std::move(notes));
  return check;
}

Entry<void> take_checks(const json& entry, Instance& instance) {
  const auto& checks = member(entry, "Checks");
  if (checks.is_null()) return {};
  if (!checks.is_array()) return skip("its Checks are not a list");
  for (const auto& element : checks) {
    auto check = parse_check(element);
    if (!check) return skip(check.error());
    instance.health = std::max(instance.health, check->status);
    if (instance.checks.size() < kMaxChecks) instance.checks.push_back(*std::move(check));
  }
  return {};
}

Entry<std::vector<std::string>> tags_of(const json& service) {
  std::vector<std::string> tags;
  const auto& list = member(service, "Tags");
  if (list.is_null()) return tags;
  if (!list.is_array()) return skip("its Tags are not a list");
  for (const auto& tag : list) {
    if (!tag.is_string()) return skip("one of its Tags is not a string");
    if (tags.size() == kMaxTags) break;
    tags.push_back(tag.get_ref<const std::string&>().substr(0, kMaxText));
  }
  return tags;
}

/// Service.Address, or Node.Address if that is empty.
Entry<Host> host_of(const json& node, const json& service) {
  auto address = text_of(service, "Address");
  if (address && address->empty()) address = text_of(node, "Address");
  if (!address) return skip(address.error());
  if (address->empty()) return skip("it has no address");
  auto host = Host::parse(*address);
  if (!host) return skip(host.error().message);
  return *std::move(host);
}

Entry<RegisteredVolume> volume_of(const json& service) {
  const auto& meta = member(service, "Meta");
  if (!meta.is_null() && !meta.is_object()) return skip("its Meta is not an object");
  auto name = text_of(meta, "gluster_volume");
  auto id = text_of(meta, "gluster_volume_id");
  for (const auto* text : {&name, &id}) {
    if (!*text) return skip("in its Meta, " + text->error());
  }
  return RegisteredVolume{*std::move(name), *std::move(id)};
}

/// The parameters for parsing the entries of one reply.
struct Expected {
  Port fallback_port = 0;
  const ServiceQuery* query = nullptr;  ///< null: entries are not checked against a query
};

Entry<Instance> parse_instance(const json& entry, const Expected& expected) {
  const auto& node = member(entry, "Node");
  const auto& service = member(entry, "Service");
  if (!node.is_object() || !service.is_object()) return skip("it has no Node or no Service");
  auto host = host_of(node, service);
  if (!host) return skip(host.error());
  const auto port = port_of(service, expected.fallback_port);
  if (!port) return skip(port.error());
  auto tags = tags_of(service);
  if (!tags) return skip(tags.error());
  auto volume = volume_of(service);
  if (!volume) return skip(volume.error());
  auto node_name = text_of(node, "Node");
  auto datacenter = text_of(node, "Datacenter");
  auto service_id = text_of(service, "ID");
  for (const auto* text : {&node_name, &datacenter, &service_id}) {
    if (!*text) return skip(text->error());
  }

  Instance instance{*std::move(node_name),
                    *std::move(service_id),
                    *std::move(host),
                    *port,
                    *std::move(tags),
                    *std::move(datacenter),
                    1,
                    Health::kPassing,
                    {},
                    *std::move(volume)};
  if (const auto taken = take_checks(entry, instance); !taken) return skip(taken.error());
  instance.weight = weight_of(service, instance.health);
  return instance;
}

/// "entry 3 (service 'gl-3' on node 's1')", as far as these are known.
std::string entry_name(const json& entry, std::size_t position) {
  const auto service = text_of(member(entry, "Service"), "ID").value_or("");
  const auto node = text_of(member(entry, "Node"), "Node").value_or("");
  if (service.empty() && node.empty()) return fmt::format("entry {}", position);
  return fmt::format("entry {} (service '{}' on node '{}')", position, shortened(service, 80),
                     shortened(node, 80));
}

/// The error if no entry of the reply matches the query.
Error ignored(const Outside& outside, const std::string& entry) {
  return {ErrorCode::kRejected,
          fmt::format("{} was ignored: {} {}", outside.wanted, entry, outside.found), outside.hint};
}

std::optional<Outside> outside_of_query(const json& entry, const Expected& expected) {
  if (expected.query == nullptr) return std::nullopt;
  return outside(member(entry, "Node"), member(entry, "Service"), *expected.query);
}

/// Collects the instances of a reply, one entry at a time.
class Collector {
 public:
  explicit Collector(const Expected& expected) : expected_(expected) {
    answer_.knows_health = true;
  }

  /// kBadReply if the entry is not JSON.
  Result<void> add(std::string_view text) {
    ++position_;
    if (is_too_large(text)) {
      skip(fmt::format("entry {}: larger than the limit", position_));
      return {};
    }
    TRY_ASSIGN(const auto entry, parse_json(text));
    const auto name = [&] { return entry_name(entry, position_); };
    if (auto why = outside_of_query(entry, expected_)) {
      if (!narrowing_ignored_) narrowing_ignored_ = ignored(*why, name());
      skip(fmt::format("{} {}", name(), why->found));
      return {};
    }
    auto instance = parse_instance(entry, expected_);
    if (!instance) {
      skip(fmt::format("{}: {}", name(), instance.error()));
    } else if (!keep(*std::move(instance))) {
      skip(fmt::format("{}: the reply is larger than the limit", name()));
    }
    return {};
  }

  /// `all` is the number of entries in the reply, including those that were not added.
  Result<LookupResult> finish(std::size_t all) && {
    if (all > position_) {
      skip(fmt::format("only the first {} of {} entries are used", position_, all));
      answer_.skipped += all - position_ - 1;
    }
    if (answer_.instances.empty() && narrowing_ignored_)
      return fail(*std::move(narrowing_ignored_));
    return std::move(answer_);
  }

 private:
  void skip(const std::string& sentence) {
    note_skipped(answer_.skipped, answer_.first_skipped, sentence);
  }

  /// Drops the checks and tags of an instance that would exceed the memory limit. False if it is
  /// still too large. Its health already includes all its checks.
  bool keep(Instance instance) {
    if (kept_ + memory_of(instance) > kMaxKept) {
      instance.tags = std::vector<std::string>();  // clear() keeps the memory
      instance.checks = std::vector<Check>();
    }
    const auto size = memory_of(instance);
    if (kept_ + size > kMaxKept + kMaxKeptWithoutChecks) return false;
    kept_ += size;
    answer_.instances.push_back(std::move(instance));
    return true;
  }

  const Expected& expected_;
  LookupResult answer_;
  std::optional<Error> narrowing_ignored_;
  std::size_t position_ = 0;
  std::size_t kept_ = 0;
};

Result<LookupResult> parse_instances(const SplitList& list, const Expected& expected) {
  Collector collector(expected);
  for (const auto text : list.elements) TRY(collector.add(text));
  return std::move(collector).finish(list.count);
}

/// The peer that a prepared query failed over to, as named by the reply or by its first instance.
Result<std::string> peer_of(const json& reply, const SplitList& nodes) {
  if (auto name = text_of(reply, "PeerName"); name && !name->empty()) return *std::move(name);
  if (nodes.elements.empty() || is_too_large(nodes.elements.front())) return "";
  TRY_ASSIGN(const auto first, parse_json(nodes.elements.front()));
  const auto name = text_of(member(first, "Service"), "PeerName").value_or("");
  return name.empty() ? text_of(member(first, "Node"), "PeerName").value_or("") : name;
}

tl::unexpected<Error> bad(std::string_view what) {
  return fail(ErrorCode::kBadReply, std::string(what));
}

}  // namespace

Result<LookupResult> parse_health_reply(std::string_view body, Port fallback_port,
                                        const ServiceQuery& query) {
  const auto list = split_list(body, "", kMaxInstances);
  TRY(parse_json(list.rest));
  if (!list.is_found) return bad("the reply is not a list of instances");
  return parse_instances(list, {fallback_port, &query});
}

Result<LookupResult> parse_query_reply(std::string_view body, Port fallback_port) {
  const auto nodes = split_list(body, "Nodes", kMaxInstances);
  TRY_ASSIGN(const auto reply, parse_json(nodes.rest));
  // Go may encode an empty list as null; a reply without Nodes is something else.
  const bool is_null = member(reply, "Nodes").is_null() && reply.contains("Nodes");
  if (!nodes.is_found && !is_null) return bad("the reply has no list of Nodes");
  const auto datacenter = text_of(reply, "Datacenter");
  if (!datacenter) return bad("the reply's Datacenter is not a string");

  TRY_ASSIGN(auto answer, parse_instances(nodes, {fallback_port, nullptr}));
  answer.datacenter = *datacenter;
  TRY_ASSIGN(answer.peer, peer_of(reply, nodes));
  const auto failovers = whole_number(member(reply, "Failovers")).value_or(0);
  answer.failovers = static_cast<unsigned>(std::clamp<std::int64_t>(failovers, 0, 1000));
  return answer;
}

}  // namespace glusterconsul::consul
