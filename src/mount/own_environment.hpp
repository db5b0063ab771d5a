#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// What to do with the environment that a program was started with.
struct OwnEnvironment {
  std::vector<std::string> kept;     ///< "NAME=value": the whole new environment
  std::vector<std::string> ignored;  ///< names of documented variables that are not kept
  std::string elevated_by;  ///< why they are not kept: the variable set by sudo(8) or the like
};

/// Keeps the documented variables (config::environment_variables()), and sets PATH. Libraries would
/// read many of the others: OPENSSL_CONF, SSLKEYLOGFILE, RES_OPTIONS. If another user runs us as
/// root (SUDO_UID, DOAS_USER or PKEXEC_UID is set and the effective user is root), the documented
/// variables are that user's and not root's, so none is kept.
[[nodiscard]] OwnEnvironment choose_environment(std::span<const std::string> variables,
                                                uid_t effective_user);

/// Replaces the environment of this process with that of choose_environment(); returns a warning if
/// variables were ignored. Call it before any library is used and any thread is started. The
/// dynamic loader, malloc(3) and the initialisers of libraries have already read their variables
/// (LD_*, GLIBC_TUNABLES, MALLOC_*, GNUTLS_*): whoever can set those can run their own code anyway.
/// kSystem if out of memory.
[[nodiscard]] Result<std::optional<Warning>> clean_environment();

}  // namespace glusterconsul::mount
