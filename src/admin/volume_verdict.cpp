#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "admin/brick_sets.hpp"
#include "admin/check_output.hpp"
#include "admin/glusterd_verdict.hpp"
#include "admin/verdicts.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using Kind = gluster::BrickState::Kind;
using Scope = VolumePolicy::Scope;
using Serves = BrickSet::Serves;
using Status = gluster::VolumeInfo::Status;

/// What a brick does, for people.
std::string_view word_for(Kind kind) {
  switch (kind) {
    case Kind::kAnswers:
      return "answers";
    case Kind::kUnresolved:
      return "name does not resolve";
    case Kind::kLookupFailed:
      return "name lookup failed";
    case Kind::kNoGlusterd:
      return "glusterd unreachable";
    case Kind::kGlusterdNoResponse:
      return "glusterd does not respond";
    case Kind::kNotRunning:
      return "not started";
    case Kind::kRefused:
      return "refused";
    case Kind::kOnlyAccepts:
    case Kind::kNoResponse:
      return "no response";
    case Kind::kUnknown:
      break;
  }
  return "unknown";
}

BrickHealth health_of(Kind kind) {
  switch (kind) {
    case Kind::kAnswers:
      return BrickHealth::kUp;
    case Kind::kUnknown:
    case Kind::kLookupFailed:
    case Kind::kGlusterdNoResponse:
      return BrickHealth::kUnknown;
    default:
      return BrickHealth::kDown;
  }
}

/// The bricks in scope. Those out of scope are presumed to be up.
struct Bricks {
  std::vector<BrickHealth> health;  ///< of all bricks of the volume
  std::vector<CheckItem> items;     ///< parallel to `health`
  std::size_t total = 0;
  std::size_t down = 0;
  std::size_t unknown = 0;
  std::string_view where;                       ///< " on this server", or nothing
  BrickHealth thin_arbiter = BrickHealth::kUp;  ///< presumed to be up if it is out of scope
  std::vector<CheckItem> thin_arbiter_item;     ///< one, or none

  Bricks(const VolumeState& seen, Scope scope) {
    if (scope == Scope::kLocal) where = " on this server";
    for (std::size_t i = 0; i < seen.info.bricks.size(); ++i) {
      const auto& brick = seen.info.bricks[i];
      const bool in_scope = scope == Scope::kAll || brick.uuid == seen.uuid;
      const auto kind = i < seen.bricks.size() ? seen.bricks[i].kind : Kind::kUnknown;
      health.push_back(in_scope ? health_of(kind) : BrickHealth::kUp);
      items.push_back({fmt::format("{}:{}", brick.host, brick.path), std::string(word_for(kind))});
      if (in_scope) ++total;
      if (health.back() == BrickHealth::kDown) ++down;
      if (health.back() == BrickHealth::kUnknown) ++unknown;
    }
    const auto& arbiter = seen.info.thin_arbiter;
    if (!arbiter || scope == Scope::kLocal) return;
    const auto kind = seen.thin_arbiter ? seen.thin_arbiter->kind : Kind::kUnknown;
    thin_arbiter = health_of(kind);
    thin_arbiter_item.push_back({fmt::format("thin arbiter {}:{}", arbiter->host, arbiter->path),
                                 std::string(word_for(kind))});
  }

  [[nodiscard]] std::vector<CheckItem> missing(const BrickSet& set) const {
    std::vector<CheckItem> found;
    for (std::size_t i = set.first; i < set.first + set.size; ++i) {
      if (health[i] != BrickHealth::kUp) found.push_back(items[i]);
    }
    return found;
  }
};

/// "its thin arbiter does not answer"; empty if it does, or there is none.
std::string missing_arbiter(const Bricks& bricks) {
  switch (bricks.thin_arbiter) {
    case BrickHealth::kDown:
      return "its thin arbiter does not answer";
    case BrickHealth::kUnknown:
      return "its thin arbiter cannot be checked";
    case BrickHealth::kUp:
      break;
  }
  return "";
}

/// "2 of 3 bricks do not answer", "1 of 3 bricks does not answer, 1 cannot be checked".
std::string missing_count(const Bricks& bricks) {
  const auto total = count_of(bricks.total, "brick");
  if (bricks.down + bricks.unknown == 0) return missing_arbiter(bricks);
  const std::string_view arbiter = bricks.thin_arbiter == BrickHealth::kUp ? ""
                                   : bricks.thin_arbiter == BrickHealth::kDown
                                       ? ", nor does the thin arbiter"
                                       : ", the thin arbiter cannot be checked";
  if (bricks.down == 0) {
    return fmt::format("{} of {}{} cannot be checked{}", bricks.unknown, total, bricks.where,
                       arbiter);
  }
  return fmt::format(
      "{} of {}{} {} not answer{}{}", bricks.down, total, bricks.where,
      bricks.down == 1 ? "does" : "do",
      bricks.unknown == 0 ? "" : fmt::format(", {} cannot be checked", bricks.unknown), arbiter);
}

std::string all_answer(const Bricks& bricks) {
  if (bricks.total == 0) return fmt::format("it has no bricks{}", bricks.where);
  if (bricks.total == 1) return fmt::format("its brick{} answers", bricks.where);
  if (!bricks.thin_arbiter_item.empty()) {
    return fmt::format("all {} bricks and the thin arbiter answer", bricks.total);
  }
  return fmt::format("all {} bricks{} answer", bricks.total, bricks.where);
}

/// First the thin arbiter, which every set needs, and then the bricks of the sets that cannot
/// serve.
std::vector<CheckItem> missing_bricks(const std::vector<BrickSet>& sets, const Bricks& bricks) {
  std::vector<CheckItem> found;
  if (bricks.thin_arbiter != BrickHealth::kUp) found = bricks.thin_arbiter_item;
  for (const bool lost : {true, false}) {
    for (const auto& set : sets) {
      if ((set.serves == Serves::kNo) != lost) continue;
      const auto missing = bricks.missing(set);
      found.insert(found.end(), missing.begin(), missing.end());
    }
  }
  return found;
}

/// Each set in trouble, or each brick of the only set if the cause does not show all of them.
std::vector<CheckLine> details_of(const CheckLine& cause, const std::vector<BrickSet>& sets,
                                  const Bricks& bricks) {
  std::vector<CheckLine> lines;
  if (sets.size() > 1) {
    for (std::size_t i = 0; i < sets.size(); ++i) {
      auto missing = bricks.missing(sets[i]);
      if (missing.empty()) continue;
      const auto what = sets[i].serves == Serves::kYes  ? "is degraded"
                        : sets[i].serves == Serves::kNo ? "cannot serve"
                                                        : "is unknown";
      lines.push_back({fmt::format("set {} {}", i + 1, what), std::move(missing)});
    }
  } else if (!shows_all_items(cause)) {
    for (const auto& item : cause.items) lines.push_back({"", {item}});
  }
  return lines;
}

struct Verdict {
  CheckStatus status;
  std::string cause;
};

Verdict judge_sets(const std::string& name, const std::vector<BrickSet>& sets, const Bricks& bricks,
                   const VolumePolicy& policy) {
  const auto count = [&](Serves wanted) {
    return static_cast<std::size_t>(std::count_if(
        sets.begin(), sets.end(), [&](const BrickSet& set) { return set.serves == wanted; }));
  };
  const auto lost = count(Serves::kNo);
  const auto missing = missing_count(bricks);
  if (lost == sets.size() && lost > 1) {
    return {CheckStatus::kCritical,
            fmt::format("{} cannot serve: none of {} sets can, {}", name, lost, missing)};
  }
  if (lost == sets.size()) {
    const auto& needed = sets.front().needed;
    return {CheckStatus::kCritical, fmt::format("{} cannot serve: {}{}{}", name, missing,
                                                needed.empty() ? "" : ", ", needed)};
  }
  if (lost > 0) {
    return {policy.partial, fmt::format("{} is partial: {} of {} sets cannot serve, {}", name, lost,
                                        sets.size(), missing)};
  }
  const bool is_down = bricks.down > 0 || bricks.thin_arbiter == BrickHealth::kDown;
  if (count(Serves::kUnknown) > 0 || !is_down) {
    return {CheckStatus::kWarning, fmt::format("unknown: {}: {}", name, missing)};
  }
  return {CheckStatus::kWarning, fmt::format("{} is degraded: {}", name, missing)};
}

CheckResult judge_bricks(const std::string& name, const VolumeState& seen,
                         const VolumePolicy& policy) {
  const Bricks bricks(seen, policy.scope);
  if (bricks.down + bricks.unknown == 0 && bricks.thin_arbiter == BrickHealth::kUp) {
    return {CheckStatus::kPassing,
            check_output({fmt::format("{} is healthy: {}", name, all_answer(bricks))})};
  }
  const auto sets = brick_sets(seen.info, bricks.health, bricks.thin_arbiter);
  auto [status, text] = judge_sets(name, sets, bricks, policy);
  const CheckLine cause{std::move(text), missing_bricks(sets, bricks)};
  return {status, check_output(cause, details_of(cause, sets, bricks))};
}

CheckResult line(CheckStatus status, std::string text) {
  return {status, check_output({std::move(text)})};
}

}  // namespace

CheckResult judge_volume(const gluster::VolumeName& volume, const VolumeState& seen,
                         const VolumePolicy& policy) {
  if (auto verdict = judge_glusterd(seen.glusterd, seen.detail)) return *std::move(verdict);
  const auto name = short_name(volume.text());
  if (!seen.exists)
    return line(CheckStatus::kCritical, fmt::format("volume {} does not exist", name));
  switch (seen.info.status) {
    case Status::kCreated:
      return line(CheckStatus::kCritical, fmt::format("{} is not started", name));
    case Status::kStopped:
      return line(CheckStatus::kCritical, fmt::format("{} is stopped", name));
    case Status::kOther:
      return line(CheckStatus::kWarning,
                  fmt::format("unknown: glusterd reports an unknown status of {}", name));
    case Status::kStarted:
      break;
  }
  if (seen.info.bricks.empty()) {
    return line(CheckStatus::kWarning,
                fmt::format("unknown: glusterd lists no bricks of {}", name));
  }
  if (policy.scope == Scope::kLocal && seen.uuid.empty()) {
    return line(
        CheckStatus::kWarning,
        fmt::format("unknown: cannot determine which bricks of {} are on this server", name));
  }
  return judge_bricks(name, seen, policy);
}

}  // namespace glusterconsul::admin
