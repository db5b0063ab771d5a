#include "admin/volume_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "config/error_object.hpp"
#include "discovery/describe.hpp"
#include "util/report.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using Json = nlohmann::ordered_json;
using discovery::Candidate;
using discovery::Outcome;

bool has_listed(const Candidate& candidate) {
  return candidate.outcome == Outcome::kUsed &&
         candidate.probe.verdict == gluster::Verdict::kServes;
}

std::string address_of(const Candidate& candidate) {
  return to_string(discovery::endpoint(candidate.instance));
}

/// "listed", "failed" (asked, without a list) or "not-asked": not healthy, a duplicate, …
std::string_view state_of(const Candidate& candidate) {
  if (has_listed(candidate)) return "listed";
  return candidate.outcome == Outcome::kUsed ? "failed" : "not-asked";
}

Json warnings_json(const discovery::VolumeList& list) {
  Json warnings = Json::array();
  for (const auto& [message, hint] : list.warnings) {
    warnings.push_back(hint.empty() ? message : fmt::format("{} (hint: {})", message, hint));
  }
  return warnings;
}

}  // namespace

std::string volume_table(const discovery::VolumeList& list) {
  const auto volumes = discovery::offered_volumes(list.candidates);
  const auto listed = std::count_if(list.candidates.begin(), list.candidates.end(), has_listed);
  std::string text =
      fmt::format("{}: {} on {}\n", printable(list.service), count_of(volumes.size(), "volume"),
                  count_of(static_cast<std::size_t>(listed), "server"));
  std::size_t width = 0;
  for (const auto& volume : volumes) width = std::max(width, volume.name.size());
  for (const auto& volume : volumes) {
    std::vector<std::string> servers;
    for (const auto index : volume.servers) servers.push_back(address_of(list.candidates[index]));
    text += fmt::format("  {:<{}}  {}\n", printable(volume.name), width,
                        printable(join(servers, ", "), 2000));
  }
  for (const auto& candidate : list.candidates) {
    if (state_of(candidate) != "failed") continue;
    text += lines_of("warning",
                     Warning{fmt::format("{} did not list its volumes: {}", address_of(candidate),
                                         discovery::describe_probe(candidate.probe))});
  }
  for (const auto& warning : list.warnings) text += lines_of("warning", warning);
  return text;
}

std::string volume_json(const discovery::VolumeList& list) {
  Json volumes = Json::array();
  for (const auto& volume : discovery::offered_volumes(list.candidates)) {
    Json servers = Json::array();
    for (const auto index : volume.servers) servers.push_back(address_of(list.candidates[index]));
    volumes.push_back({{"name", volume.name}, {"servers", servers}});
  }
  Json servers = Json::array();
  for (const auto& candidate : list.candidates) {
    const auto state = state_of(candidate);
    servers.push_back({{"node", candidate.instance.node},
                       {"address", address_of(candidate)},
                       {"state", state},
                       {"detail", state == "failed" ? discovery::describe_probe(candidate.probe)
                                                    : std::string()}});
  }
  const Json json = {{"service", list.service},
                     {"via", list.via},
                     {"warnings", warnings_json(list)},
                     {"volumes", volumes},
                     {"servers", servers},
                     {"error", config::error_object(list.problem)}};
  return config::json_text(json);
}

}  // namespace glusterconsul::admin
