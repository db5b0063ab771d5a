#include "admin/brick_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using gluster::VolumeInfo;
using Serves = BrickSet::Serves;

/// How many bricks of a set a client needs.
struct Rule {
  std::size_t size = 0;  ///< bricks of a set
  std::size_t needed = 0;
  bool first_breaks_tie = false;  ///< exactly half of the bricks are enough if the first is up
  std::size_t without_data = 0;   ///< so many at the end are arbiters
  /// That of the thin arbiter, if there is one: a set that lacks a brick needs it.
  std::optional<BrickHealth> thin_arbiter = std::nullopt;
};

const std::string* option_of(const VolumeInfo& volume, std::string_view name) {
  const auto found = volume.options.find(name);
  return found == volume.options.end() ? nullptr : &found->second;
}

/// 0 if it is not set.
std::size_t count_option(const VolumeInfo& volume, std::string_view name) {
  const auto* text = option_of(volume, name);
  return text == nullptr ? 0 : parse_number(*text, 0, std::numeric_limits<int>::max()).value_or(0);
}

/// fix_quorum_options() and afr_has_quorum() of GlusterFS. The thin arbiter is not a brick of the
/// set: afr_ta_has_quorum() requires it in addition.
Rule replicate_rule(const VolumeInfo& volume, std::size_t size) {
  Rule rule{.size = size, .needed = 1, .without_data = volume.arbiter_count};
  const auto* set = option_of(volume, "cluster.quorum-type");
  const std::string_view type = set != nullptr ? std::string_view(*set)
                                : size > 2     ? "auto"
                                               : "none";
  if (type == "auto") {
    rule.needed = size / 2 + 1;
    rule.first_breaks_tie = size % 2 == 0;
  } else if (type != "none") {
    rule.needed = std::max<std::size_t>(1, count_option(volume, "cluster.quorum-count"));
  }
  return rule;
}

/// Nothing if the type is not known, or the numbers contradict each other.
std::optional<Rule> rule_of(const VolumeInfo& volume) {
  const std::size_t sets = volume.set_count;
  if (sets == 0 || volume.bricks.size() % sets != 0) return std::nullopt;
  const auto size = volume.bricks.size() / sets;
  switch (volume.type) {
    case VolumeInfo::Type::kDistribute:
      if (size != 1) break;
      return Rule{.size = 1, .needed = 1};
    case VolumeInfo::Type::kReplicate:
      if (size != volume.replica_count || volume.arbiter_count >= size) break;
      return replicate_rule(volume, size);
    case VolumeInfo::Type::kDisperse:
      if (size != volume.disperse_count || volume.redundancy_count >= size) break;
      return Rule{.size = size,
                  .needed = std::max<std::size_t>(size - volume.redundancy_count,
                                                  count_option(volume, "disperse.quorum-count"))};
    case VolumeInfo::Type::kOther:
      break;
  }
  return std::nullopt;
}

/// If the bricks of the set that are unknown have the health `unknown`.
bool serves(const Rule& rule, std::span<const BrickHealth> set, BrickHealth unknown) {
  const auto is_up = [&](BrickHealth health) {
    return (health == BrickHealth::kUnknown ? unknown : health) == BrickHealth::kUp;
  };
  const auto with_data = set.first(set.size() - rule.without_data);
  if (std::none_of(with_data.begin(), with_data.end(), is_up)) return false;
  const auto up = static_cast<std::size_t>(std::count_if(set.begin(), set.end(), is_up));
  if (rule.thin_arbiter && up < set.size() && !is_up(*rule.thin_arbiter)) return false;
  if (rule.first_breaks_tie && 2 * up == set.size()) return is_up(set.front());
  return up >= rule.needed;
}

Serves judge(const Rule& rule, std::span<const BrickHealth> set) {
  if (serves(rule, set, BrickHealth::kDown)) return Serves::kYes;
  return serves(rule, set, BrickHealth::kUp) ? Serves::kUnknown : Serves::kNo;
}

/// Without a rule.
Serves judge(const BrickSet& set) {
  if (set.up == set.size) return Serves::kYes;
  return set.up == 0 && set.unknown == 0 ? Serves::kNo : Serves::kUnknown;
}

std::string needed_by(const Rule& rule, std::size_t up) {
  if (rule.thin_arbiter && up >= rule.needed) return "";  // the thin arbiter is needed
  if (rule.first_breaks_tie) {
    return rule.size == 2
               ? "both or the first needed"
               : fmt::format("{}, or {} with the first, needed", rule.needed, rule.size / 2);
  }
  if (rule.without_data > 0 && up >= rule.needed) return "one with data needed";
  return fmt::format("{} needed", rule.needed);
}

}  // namespace

std::vector<BrickSet> brick_sets(const VolumeInfo& volume, std::span<const BrickHealth> bricks,
                                 BrickHealth thin_arbiter) {
  std::vector<BrickHealth> health(bricks.begin(), bricks.end());
  health.resize(volume.bricks.size(), BrickHealth::kUnknown);
  auto rule = rule_of(volume);
  if (rule && volume.thin_arbiter) rule->thin_arbiter = thin_arbiter;
  const auto size = rule ? rule->size : health.size();
  std::vector<BrickSet> sets;
  for (std::size_t first = 0; first < health.size(); first += size) {
    const auto of_set = std::span(health).subspan(first, size);
    const auto count = [&](BrickHealth wanted) {
      return static_cast<std::size_t>(std::count(of_set.begin(), of_set.end(), wanted));
    };
    BrickSet set{.first = first,
                 .size = size,
                 .up = count(BrickHealth::kUp),
                 .unknown = count(BrickHealth::kUnknown),
                 .needed = {}};
    set.serves = rule ? judge(*rule, of_set) : judge(set);
    if (rule) set.needed = needed_by(*rule, set.up);
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace glusterconsul::admin
