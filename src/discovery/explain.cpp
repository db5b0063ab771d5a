#include "discovery/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>

#include "config/error_object.hpp"
#include "discovery/describe.hpp"
#include "discovery/healthy.hpp"
#include "discovery/probe_limits.hpp"
#include "util/report.hpp"
#include "util/text.hpp"

namespace glusterconsul::discovery {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;
constexpr std::ptrdiff_t kInstanceColumn = 3;

std::optional<std::size_t> place(const Plan& plan, std::size_t index) {
  const auto found = std::find(plan.order.begin(), plan.order.end(), index);
  if (found == plan.order.end()) return std::nullopt;
  return static_cast<std::size_t>(found - plan.order.begin());
}

std::string_view family_text(const Candidate& candidate) {
  return family(candidate) == IpAddress::Family::kV6 ? "IPv6" : "IPv4";
}

/// What distinguishes the candidate's volume from others of that name.
std::string identity_of(const Candidate& candidate) {
  const auto& brick = candidate.probe.identity.first_brick;
  return brick.empty() ? "with ID " + shortened(candidate.instance.volume.id, 64)
                       : "with brick " + shortened(brick, 200);
}

std::string use(const Plan& plan, std::size_t index) {
  const auto& candidate = plan.candidates[index];
  switch (candidate.outcome) {
    case Outcome::kUsed:
      return place(plan, index) == 0U ? "primary" : "backup";
    case Outcome::kImpossible:
      return "skipped: " + why_impossible(candidate);
    case Outcome::kNotAllowed:
      return "skipped: not in consul-allow";
    case Outcome::kUnhealthy:
      return "skipped: not healthy";
    case Outcome::kOtherRegistration:
      return fmt::format("skipped: registered for another volume ({})",
                         shortened(candidate.instance.volume.name, 64));
    case Outcome::kDuplicate:
      return "skipped: duplicate address and port";
    case Outcome::kTooManyOnHost:
      return fmt::format("skipped: over the limit of {} per host", kMaxProbedOfHost);
    case Outcome::kTooMany:
      return fmt::format("skipped: over the limit of {} in total", kMaxProbed);
    case Outcome::kUnresolved:
      return "skipped: its name was not resolved";
    case Outcome::kUntrusted:
      return "skipped: " + why_untrusted(candidate);
    case Outcome::kNoVolume:
      return "skipped: has no such volume";
    case Outcome::kNotStarted:
      return "skipped: the volume is not started";
    case Outcome::kOtherVolume:
      return "rejected: servers have different volumes of that name, this one " +
             identity_of(candidate);
    case Outcome::kUncompared:
      return "skipped: not compared with the servers that responded, and not recognised as a brick "
             "host";
    case Outcome::kOtherBricks:
      return "demoted: its bricks of the volume differ from those of most servers";
    case Outcome::kOtherPort:
      return fmt::format("skipped: most servers use port {}, and gluster uses one for all",
                         plan.port());
    case Outcome::kOtherFamily:
      return fmt::format("demoted: the primary is reached over {}, and gluster uses one for all",
                         family_text(plan.candidates[plan.order.front()]));
    case Outcome::kOverLimit:
      return "skipped: beyond consul-servers";
  }
  return "";
}

/// Whether the IDs of the instances say more than their nodes.
bool shows_instances(const Plan& plan) {
  return std::any_of(plan.candidates.begin(), plan.candidates.end(),
                     [](const Candidate& each) { return !each.instance.volume.name.empty(); });
}

Row heading(bool with_instance) {
  Row cells = {"#", "NODE", "ADDRESS", "HEALTH", "PROBE", "USE"};
  if (with_instance) cells.insert(cells.begin() + kInstanceColumn, "INSTANCE");
  return cells;
}

Row row(const Plan& plan, std::size_t index, bool with_instance) {
  const auto& candidate = plan.candidates[index];
  const auto& instance = candidate.instance;
  const auto rank = place(plan, index);
  const bool asked = candidate.outcome != Outcome::kUnhealthy &&
                     candidate.outcome != Outcome::kDuplicate &&
                     candidate.outcome != Outcome::kOtherRegistration;
  Row cells = {rank ? std::to_string(*rank + 1) : "-",
               instance.node.empty() ? "-" : shortened(instance.node, 64),
               to_string(endpoint(instance)),
               describe_health(instance),
               asked ? describe_probe(candidate.probe) : "not probed",
               use(plan, index)};
  if (with_instance) {
    cells.insert(cells.begin() + kInstanceColumn, shortened(instance.service_id, 64));
  }
  return cells;
}

/// The used candidates by place, then the others in Consul's order.
std::vector<std::size_t> display_order(const Plan& plan) {
  auto indices = plan.order;
  for (std::size_t i = 0; i < plan.candidates.size(); ++i) {
    if (!place(plan, i)) indices.push_back(i);
  }
  return indices;
}

std::string table_text(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths.at(i) = std::max(widths.at(i), cells.at(i).size());
  }
  std::string text;
  for (const auto& cells : rows) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line +=
          i + 1 < cells.size() ? fmt::format("{:<{}}  ", cells.at(i), widths.at(i)) : cells.at(i);
    }
    text += line + "\n";
  }
  return text;
}

std::string_view word(gluster::Verdict verdict) {
  using gluster::Verdict;
  switch (verdict) {
    case Verdict::kServes:
      return "serves";
    case Verdict::kAccepts:
      return "accepts";
    case Verdict::kNotAsked:
      return "not-asked";
    case Verdict::kNoVolume:
      return "no-volume";
    case Verdict::kNotStarted:
      return "not-started";
    case Verdict::kRefused:
      return "refused";
    case Verdict::kNoResponse:
      return "silent";
    case Verdict::kClosed:
      return "closed";
    case Verdict::kBadReply:
      return "bad-reply";
    case Verdict::kImpossible:
      return "impossible-address";
    case Verdict::kUntrusted:
      return "untrusted";
  }
  return "";
}

Json probe_json(const gluster::ProbeResult& probe) {
  Json json = {{"verdict", word(probe.verdict)}, {"detail", probe.detail}};
  json["round_trip_ms"] = probe.round_trip
                              ? Json(static_cast<double>(probe.round_trip->count()) / 1000)
                              : Json(nullptr);
  return json;
}

Json instance_json(const Plan& plan, std::size_t index) {
  const auto& candidate = plan.candidates[index];
  const auto& instance = candidate.instance;
  Json checks = Json::array();
  for (const auto& check : instance.checks) {
    checks.push_back({{"id", check.id},
                      {"name", check.name},
                      {"status", name_of(check.status)},
                      {"output", check.output}});
  }
  const auto rank = place(plan, index);
  return Json{{"node", instance.node},
              {"service_id", instance.service_id},
              {"volume", instance.volume.name},
              {"address", instance.host.text()},
              {"port", instance.port},
              {"datacenter", instance.datacenter},
              {"tags", instance.tags},
              {"weight", instance.weight},
              {"health", name_of(instance.health)},
              {"checks", checks},
              {"probe", probe_json(candidate.probe)},
              {"used", rank && candidate.outcome == Outcome::kUsed},
              {"place", rank ? Json(*rank + 1) : Json(nullptr)},
              {"reason", use(plan, index)}};
}

}  // namespace

std::string explain_table(const Plan& plan, const std::vector<std::string>& command) {
  const bool with_instance = shows_instances(plan);
  std::vector<Row> rows = {heading(with_instance)};
  for (const auto index : display_order(plan)) {
    rows.push_back(row(plan, index, with_instance));
    for (auto& cell : rows.back()) cell = printable(cell, std::string_view::npos);
  }
  std::string text = fmt::format(
      "{}: {}{}\n\n{}\n", printable(plan.service), count_of(plan.candidates.size(), "instance"),
      plan.via.empty() ? "" : fmt::format(" (from {})", printable(plan.via)), table_text(rows));
  for (const auto& warning : plan.warnings) text += lines_of("warning", warning);
  if (!command.empty()) {
    text += fmt::format("command: {}\n", printable(shell_line(command), std::string_view::npos));
  }
  return text;
}

std::string explain_json(const Plan& plan, const std::vector<std::string>& command,
                         const std::optional<Error>& problem) {
  Json instances = Json::array();
  for (std::size_t i = 0; i < plan.candidates.size(); ++i)
    instances.push_back(instance_json(plan, i));
  Json servers = Json::array();
  for (const auto& host : plan.hosts()) servers.push_back(host.text());
  Json warnings = Json::array();
  for (const auto& [message, hint] : plan.warnings) {
    warnings.push_back(hint.empty() ? message : fmt::format("{} (hint: {})", message, hint));
  }
  const Json json = {
      {"service", plan.service}, {"via", plan.via},
      {"warnings", warnings},    {"instances", instances},
      {"servers", servers},      {"port", plan.order.empty() ? Json(nullptr) : Json(plan.port())},
      {"command", command},      {"error", config::error_object(problem)}};
  return config::json_text(json);
}

}  // namespace glusterconsul::discovery
