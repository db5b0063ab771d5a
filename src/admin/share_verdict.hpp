#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "admin/check_result.hpp"
#include "admin/mount_state.hpp"
#include "admin/share_config.hpp"
#include "admin/share_path.hpp"
#include "admin/smb_probe.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

// The steps of `check share`. Each judges what was seen, and returns nothing if the next step
// follows.

namespace glusterconsul::admin {

[[nodiscard]] std::optional<CheckResult> judge_smb(const Endpoint& server, const SmbAnswer& seen);

/// The configuration, or why it could not be read.
[[nodiscard]] std::optional<CheckResult> judge_share_config(const Result<ShareConfig>& config);

/// The mount that the path of a share is on.
struct ShareMount {
  PathMount found;
  bool is_gluster = false;
  std::string type;  ///< "ext4"
};
[[nodiscard]] std::optional<CheckResult> judge_share_path(std::string_view path,
                                                          const ShareMount& seen);

[[nodiscard]] std::optional<CheckResult> judge_share_mount(std::string_view target,
                                                           const Observation& seen);

/// What smbclient(1) did.
struct LoginOutcome {
  bool has_ended = false;  ///< before the deadline
  bool succeeded = false;
  std::string output;  ///< foreign text
};
[[nodiscard]] std::optional<CheckResult> judge_login(const LoginOutcome& seen);

/// The verdict on the share, if only its volume decides: that of the volume, which `volume` is.
[[nodiscard]] CheckResult judge_share(std::string_view share, const CheckResult& volume);

}  // namespace glusterconsul::admin
