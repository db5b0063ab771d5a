#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::admin {

/// What is done in the share with the credentials.
struct ShareLogin {
  std::string credentials;  ///< the authentication file of smbclient(1); an absolute path
  bool list = false;        ///< list its top directory
  std::string marker;       ///< read this file; empty: none
};

/// The arguments of smbclient(1), after the program, for one run each: the exit status is that of
/// the last command of a run, and the output contains names that users choose (docs/facts.md, "What
/// smbclient reports"). Only a login if nothing else is asked for. kUsage if the names of the share
/// or of the marker cannot be passed to it.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> smbclient_runs(const Endpoint& server,
                                                                           const std::string& share,
                                                                           const ShareLogin& login);

/// The first NTSTATUS in smbclient's output: "NT_STATUS_LOGON_FAILURE"; empty if there is none.
[[nodiscard]] std::string nt_status_in(std::string_view output);

}  // namespace glusterconsul::admin
