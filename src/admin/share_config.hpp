#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::admin {

/// Where a share of Samba has its files (smb.conf(5), vfs_glusterfs(8)).
struct ShareConfig {
  bool is_available = true;
  std::string path;    ///< in the volume if there is one, otherwise on this machine
  std::string volume;  ///< that vfs_glusterfs serves; empty: it serves a directory of this machine
  /// `glusterfs:volfile_server`; at least one if there is a volume.
  std::vector<Endpoint> volfile_servers;
};

/// Reads the output of `testparm -s`. As in Samba, the names of shares and parameters ignore case,
/// and a share without a parameter has that of [global]. kUnknown if there is no such share,
/// kBadReply if this is not the output of a testparm that could read the configuration.
[[nodiscard]] Result<ShareConfig> parse_share_config(std::string_view output,
                                                     std::string_view share);

}  // namespace glusterconsul::admin
