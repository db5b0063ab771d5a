#include "config/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "config/option_table.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

using option_name::kTag;

constexpr const char* kFromSpec = "SPEC";

/// Merges a part of the name in the SPEC with the value of an option.
Result<void> merge(std::string& from_name, const std::string& from_option,
                   std::string_view option) {
  if (from_option.empty() || from_option == from_name) return {};
  if (!from_name.empty()) {
    return fail(ErrorCode::kUsage,
                fmt::format("the source specifies '{}' and {} specifies '{}'", shortened(from_name),
                            option, shortened(from_option)),
                "specify only one");
  }
  from_name = from_option;
  return {};
}

}  // namespace

void add_name(std::vector<InForce>& in_force, const consul::ServiceName& name) {
  const auto add = [&](std::string_view option, const std::string& value) {
    if (value.empty()) return;
    InForce from_spec{std::string(option), value, kFromSpec};
    const auto same_name = [&](const InForce& one) { return one.name == option; };
    const auto same = [&](const InForce& one) { return same_name(one) && one.value == value; };
    const auto at = std::find_if(in_force.begin(), in_force.end(), same_name);
    const bool is_said = std::any_of(in_force.begin(), in_force.end(), same);
    if (option == kTag && at != in_force.end() && !at->value->empty()) {
      if (!is_said) in_force.insert(at, std::move(from_spec));
    } else if (at != in_force.end()) {
      *at = std::move(from_spec);
    }
  };
  add(kTag, name.tag);
  add("consul-dc", name.datacenter);
  add("consul-ns", name.consul_namespace);
  add("consul-partition", name.partition);
  add("consul-peer", name.peer);
}

Result<consul::ServiceQuery> make_query(const consul::ServiceName& name, const Settings& settings) {
  consul::ServiceQuery query;
  query.service = name;
  TRY(merge(query.service.datacenter, settings.datacenter, "consul-dc"));
  TRY(merge(query.service.consul_namespace, settings.consul_namespace, "consul-ns"));
  TRY(merge(query.service.partition, settings.partition, "consul-partition"));
  TRY(merge(query.service.peer, settings.peer, "consul-peer"));
  if (!name.tag.empty()) query.tags.push_back(name.tag);
  for (const auto& tag : settings.tags) {
    if (std::find(query.tags.begin(), query.tags.end(), tag) == query.tags.end()) {
      query.tags.push_back(tag);
    }
  }
  query.filter = settings.filter;
  query.nearest_first = settings.order == Order::kConsul;
  query.domain = settings.domain;
  return query;
}

}  // namespace glusterconsul::config
