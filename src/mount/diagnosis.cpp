#include "mount/diagnosis.hpp"

#include <fmt/format.h>

#include <vector>

#include "discovery/candidate.hpp"
#include "gluster/client_log.hpp"

namespace glusterconsul::mount {
namespace {

/// For each of the three steps of examine_bricks(): a brick that needs longer is in trouble.
constexpr milliseconds kStep{700};
/// The same if it is certain that a brick is missing, and the volume is mounted: the client has
/// waited for the brick, and the caller should not have to.
constexpr milliseconds kShortStep{250};

std::vector<gluster::BrickState> examine(const discovery::Candidate& server,
                                         const gluster::VolumePath& path, milliseconds step,
                                         System& system, const Context& context) {
  const Deadline end = Deadline::after(3 * step, system.now());
  const auto wait =
      context.report.waiting(fmt::format("the bricks of volume {}", path.volume.text()), end);
  auto states =
      system.examine_bricks(discovery::endpoint(server.instance), path, step, context.until(end));
  // An interruption says nothing about bricks.
  if (context.cancel.requested()) states.clear();
  return states;
}

}  // namespace

std::optional<gluster::Cause> find_cause(const discovery::Candidate& server,
                                         const gluster::VolumePath& path, const Error& error,
                                         System& system, const Context& context) {
  if (error.code == ErrorCode::kInterrupted || context.cancel.requested()) return std::nullopt;
  if (auto cause = gluster::cause_in_log(system.client_log(), path)) return cause;
  const bool is_cut_off =
      error.code == ErrorCode::kUnreachable || error.code == ErrorCode::kTimedOut;
  // The bricks are known only from a server that sends the volfile.
  if (!is_cut_off || server.probe.verdict != gluster::Verdict::kServes) return std::nullopt;
  return gluster::cause_in_bricks(examine(server, path, kStep, system, context), path,
                                  system.resolver_configuration());
}

std::optional<Warning> find_degraded(const discovery::Plan& plan, const gluster::VolumePath& path,
                                     System& system, const Context& context) {
  const auto& server = plan.candidates.at(plan.order.front());
  const auto bricks = server.probe.identity.brick_hashes.size();
  if (bricks == 0) return std::nullopt;
  const auto attached = gluster::attached_bricks(system.client_log());
  if (attached >= bricks) return std::nullopt;
  const auto step = attached > 0 ? kShortStep : kStep;
  return gluster::degraded(examine(server, path, step, system, context), {attached, bricks}, path,
                           system.resolver_configuration());
}

}  // namespace glusterconsul::mount
