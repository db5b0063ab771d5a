#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "../check.hpp"
#include "consul/health_reply.hpp"
#include "discovery/choose.hpp"
#include "discovery/explain.hpp"
#include "discovery/healthy.hpp"
#include "discovery/probe_limits.hpp"
#include "discovery/registered_volumes.hpp"
#include "discovery/spread.hpp"
#include "gluster/command_line.hpp"
#include "util/text.hpp"

using namespace glusterconsul;
using namespace glusterconsul::discovery;
using namespace glusterconsul::fuzz;

namespace {

constexpr std::size_t kServers = 8;

/// Gives the candidates different verdicts, depending on their ports.
std::vector<Candidate> pretend_to_probe(std::vector<Candidate> candidates) {
  using gluster::Verdict;
  constexpr std::array kVerdicts = {Verdict::kServes, Verdict::kNoResponse, Verdict::kNoVolume,
                                    Verdict::kServes, Verdict::kNotAsked,   Verdict::kBadReply};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].probe.verdict = kVerdicts.at(candidates[i].instance.port % kVerdicts.size());
    candidates[i].probe.round_trip = std::chrono::microseconds(100 + i);
  }
  return candidates;
}

void check_order(const Plan& plan) {
  require(!plan.order.empty() && plan.order.size() <= kServers);
  for (const auto index : plan.order) {
    // A server of the other address family is demoted, but stays in the order.
    const auto outcome = plan.candidates.at(index).outcome;
    require(outcome == Outcome::kUsed || outcome == Outcome::kOtherFamily);
    require(plan.candidates.at(index).instance.port == plan.port());
    require(!AllowedHosts().impossible(plan.candidates.at(index).instance.host));
  }
}

std::vector<std::string> command_of(const Plan& plan) {
  auto options = gluster::translate({});
  require(options.has_value());
  return gluster::arguments({"/usr/sbin/glusterfs",
                             {10, 3},
                             plan.hosts(),
                             plan.port(),
                             *gluster::parse_volume_path("/g0"),
                             "gluster:/g0",
                             *std::move(options),
                             "/mnt"});
}

/// Of the registered data, the command line contains only hosts and a port: every argument is
/// one that honest servers could also cause.
void check_command(const std::vector<std::string>& words) {
  constexpr std::string_view kServer = "--volfile-server=";
  for (const auto& word : words) {
    require(is_harmless(word) && word.find(' ') == std::string::npos);
    if (!word.starts_with(kServer)) continue;
    require(Host::parse(word.substr(kServer.size())).has_value());
  }
}

void check_lines(std::string_view text) {
  for (const auto line : split(text, '\n')) require(is_harmless(line));
}

void check_shown(const Plan& plan, const std::vector<std::string>& command) {
  check_lines(explain_table(plan, command));
  const auto json = explain_json(plan, command);
  check_lines(json);
  const auto read = nlohmann::json::parse(json, nullptr, false);
  require(read.is_object() && read["instances"].size() == plan.candidates.size());
  require(read["servers"].size() == plan.order.size());
}

}  // namespace

/// Data that anyone can register in Consul, up to the command line and the terminal: servers
/// that have the volume come first, and no option or control character reaches either.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto answer = consul::parse_health_reply(body, 24007);
  if (!answer) return 0;
  for (const auto policy : {config::HealthPolicy::kPassing, config::HealthPolicy::kAny}) {
    auto registered = instances_for_volume(answer->instances, "g0", "gluster", {});
    const auto count = registered.instances.size();
    require(count <= answer->instances.size());
    require(answer->instances.empty() || count > 0);
    if (registered.problem) require_sentence(*registered.problem);
    auto healthy = keep_healthy(registered.instances, policy, "gluster", {}, "g0");
    require(healthy.candidates.size() == count);
    if (healthy.warning) require_sentence(*healthy.warning);
    Plan plan;
    plan.service = "gluster";
    plan.candidates = std::move(healthy.candidates);
    plan.warnings = {healthy.warning.value_or(Warning{}), {answer->first_skipped}};
    if (healthy.problem) {
      require_sentence(*healthy.problem);
      check_shown(plan, {});
      continue;
    }
    const Choice choice{config::Order::kSpread, kServers, "machine", "g0",
                        max_weight(plan.candidates)};
    auto ranking =
        choose(pretend_to_probe(limit_probes(std::move(plan.candidates), choice)), choice);
    require(ranking.candidates.size() == count);
    plan.candidates = std::move(ranking.candidates);
    if (ranking.problem) {
      require_sentence(*ranking.problem);
      continue;
    }
    plan.order = std::move(ranking.order);
    check_order(plan);
    const auto command = command_of(plan);
    check_command(command);
    check_shown(plan, command);
  }
  return 0;
}
