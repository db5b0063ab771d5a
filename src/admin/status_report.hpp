#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "admin/mount_state.hpp"
#include "admin/running_client.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

/// What a mount of the same source would use now.
struct ServersNow {
  std::vector<std::string> servers;   ///< of the client's command line, in order
  std::optional<Error> problem = {};  ///< why there would be no mount
};

/// The cached list of a source.
struct CachedList {
  std::chrono::seconds age{0};
  std::size_t servers = 0;
};

/// One mount of a GlusterFS volume. Texts are foreign.
struct MountStatus {
  std::string target;
  std::string source;
  std::string options;  ///< of the mount and its file system, as findmnt(8) shows them
  bool is_from_consul = false;
  Observation seen = {};
  std::optional<RunningClient> client = {};
  std::optional<ServersNow> now = {};  ///< nothing: not looked up, since it is not from Consul
  std::optional<CachedList> cached = {};
};

/// Whether the servers of the running client differ from those that a mount would use now; nothing
/// if either is unknown.
[[nodiscard]] std::optional<ServerDifference> difference(const MountStatus& mount);

/// kMountFailed, with what to do, if a mount does not work; the first of them is named.
[[nodiscard]] std::optional<Error> problem_of(std::span<const MountStatus> mounts);

/// For people: a paragraph for each mount. Every text goes through printable().
[[nodiscard]] std::string status_table(std::span<const MountStatus> mounts);

/// One JSON object and a newline: `mounts` and `error`.
[[nodiscard]] std::string status_json(std::span<const MountStatus> mounts);

}  // namespace glusterconsul::admin
