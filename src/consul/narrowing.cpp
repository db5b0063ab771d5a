#include "consul/narrowing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "consul/bounded_json.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxShown = 80;

/// A query parameter whose value appears in a field of each entry.
struct Place {
  std::string_view name;
  const char* field;
  std::string_view if_missing;  ///< the value of an entry without the field
  std::string_view hint;
};

constexpr Place kDatacenter = {"data centre", "Datacenter", "", ""};
constexpr Place kNamespace = {"namespace", "Namespace", "default",
                              "namespaces require Consul Enterprise"};
constexpr Place kPartition = {"partition", "Partition", "default",
                              "partitions require Consul Enterprise 1.11 or later"};
constexpr Place kPeer = {"peer", "PeerName", "", "cluster peers require Consul 1.13 or later"};

std::string_view text_of(const json& object, const char* key) {
  const auto& value = member(object, key);
  return value.is_string() ? std::string_view(value.get_ref<const std::string&>())
                           : std::string_view();
}

std::optional<Outside> outside_of(const Place& place, const json& object,
                                  const std::string& wanted) {
  if (wanted.empty()) return std::nullopt;
  auto is_in = text_of(object, place.field);
  if (is_in.empty()) is_in = place.if_missing;
  if (to_lower(is_in) == to_lower(wanted)) return std::nullopt;
  return Outside{fmt::format("the {} '{}'", place.name, shortened(wanted, kMaxShown)),
                 is_in.empty()
                     ? fmt::format("has no {}", place.name)
                     : fmt::format("is in the {} '{}'", place.name, shortened(is_in, kMaxShown)),
                 std::string(place.hint)};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Consul ignores the case of tags according to Unicode, so non-ASCII tags are not checked here.
std::optional<Outside> outside_of_tag(const json& service, const std::string& wanted) {
  const auto& tags = member(service, "Tags");
  const auto is_wanted = [&](const json& tag) {
    return tag.is_string() && to_lower(tag.get_ref<const std::string&>()) == to_lower(wanted);
  };
  if (!is_ascii(wanted) || std::any_of(tags.begin(), tags.end(), is_wanted)) return std::nullopt;
  return Outside{fmt::format("the tag '{}'", shortened(wanted, kMaxShown)),
                 "does not have that tag", ""};
}

}  // namespace

std::optional<Outside> outside(const json& node, const json& service, const ServiceQuery& query) {
  const auto& name = query.service;
  // If a peer is set, the data centre is the one that imported the services.
  if (name.peer.empty()) {
    if (auto found = outside_of(kDatacenter, node, name.datacenter)) return found;
  }
  const std::array<std::pair<const Place*, const std::string*>, 3> places = {
      {{&kNamespace, &name.consul_namespace},
       {&kPartition, &name.partition},
       {&kPeer, &name.peer}}};
  for (const auto& [place, wanted] : places) {
    if (auto found = outside_of(*place, service, *wanted)) return found;
  }
  for (const auto& tag : query.tags) {
    if (auto found = outside_of_tag(service, tag)) return found;
  }
  return std::nullopt;
}

ServiceQuery filter_test(ServiceQuery query) {
  query.filter = R"(Service.ID == "")";
  return query;
}

}  // namespace glusterconsul::consul
