#include "admin/mount_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

std::size_t bricks_down(const ClientGraph& graph) {
  return static_cast<std::size_t>(
      std::count_if(graph.bricks.begin(), graph.bricks.end(),
                    [](const auto& brick) { return !brick.is_connected; }));
}

/// Whether a directory on the way to the mount keeps the caller from seeing it.
bool is_hidden(const Observation& seen) {
  return seen.statfs.error_number == EACCES || seen.statfs.error_number == EPERM;
}

}  // namespace

std::string_view name_of(MountState state) {
  switch (state) {
    case MountState::kHealthy:
      return "healthy";
    case MountState::kDegraded:
      return "degraded";
    case MountState::kResponds:
      return "responds";
    case MountState::kNotServed:
      return "not-served";
    case MountState::kNoResponse:
      return "no-response";
    case MountState::kDead:
      return "dead";
    case MountState::kFailed:
      return "failed";
  }
  return "";
}

bool works(MountState state) {
  return state == MountState::kHealthy || state == MountState::kDegraded ||
         state == MountState::kResponds;
}

MountState state_of(const Observation& seen) {
  if (!seen.statfs.has_ended) return MountState::kNoResponse;
  if (seen.statfs.error_number == ENOTCONN) {
    return seen.has_client ? MountState::kNotServed : MountState::kDead;
  }
  if (seen.statfs.error_number != 0) return MountState::kFailed;
  if (!seen.graph || seen.graph->bricks.empty()) return MountState::kResponds;
  return bricks_down(*seen.graph) == 0 ? MountState::kHealthy : MountState::kDegraded;
}

std::string describe(const Observation& seen) {
  switch (state_of(seen)) {
    case MountState::kHealthy:
      return "healthy";
    case MountState::kDegraded: {
      const auto down = bricks_down(*seen.graph);
      return fmt::format("degraded: {} of {} {} not connected", down,
                         count_of(seen.graph->bricks.size(), "brick"), down == 1 ? "is" : "are");
    }
    case MountState::kResponds:
      return "responds (state of its bricks unknown)";
    case MountState::kNotServed:
      return "does not work: the client reaches too few bricks";
    case MountState::kNoResponse:
      if (seen.is_stopped) return "does not respond: the client is stopped";
      return seen.graph && bricks_down(*seen.graph) == 0
                 ? "does not respond: the client is waiting for a brick"
                 : "does not respond";
    case MountState::kDead:
      return "dead: the client has ended";
    case MountState::kFailed:
      return fmt::format("{}: {}", is_hidden(seen) ? "cannot be seen" : "does not work",
                         errno_text(seen.statfs.error_number));
  }
  return "";
}

std::string remedy(const Observation& seen, std::string_view target) {
  switch (state_of(seen)) {
    case MountState::kHealthy:
    case MountState::kDegraded:
    case MountState::kResponds:
      return "";
    case MountState::kNotServed:
      return "check with 'gluster volume status' on a server which bricks are running; the mount "
             "works again as soon as enough of them are reachable";
    case MountState::kNoResponse:
      if (seen.is_stopped) return fmt::format("continue it with 'kill -CONT {}'", seen.pid);
      return fmt::format(
          "the client gives up on a lost server after at most 85 s (twice the default "
          "network.ping-timeout); to detach the mount, use 'umount -l {}'",
          target);
    case MountState::kDead:
    case MountState::kFailed:
      if (is_hidden(seen)) return "run this as root: the mount may work";
      return fmt::format("detach it with 'umount -l {}', and mount it again", target);
  }
  return "";
}

}  // namespace glusterconsul::admin
