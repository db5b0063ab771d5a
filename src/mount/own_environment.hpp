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

/// What becomes of the environment that a program was started with.
struct OwnEnvironment {
  std::vector<std::string> kept;     ///< "NAME=value", the whole new environment
  std::vector<std::string> ignored;  ///< names of documented variables that are not kept
  std::string elevated_by;           ///< why they are not: the variable of sudo(8) and the like
};

/// Keeps the variables that are documented (config::environment_variables()), and sets PATH.
/// Of all others, libraries would read many: OPENSSL_CONF, SSLKEYLOGFILE, RES_OPTIONS.
/// If root was lent to somebody (SUDO_UID, DOAS_USER or PKEXEC_UID is set and the effective user
/// is root), the documented ones are his and not root's: none is kept.
[[nodiscard]] OwnEnvironment choose_environment(std::span<const std::string> variables,
                                                uid_t effective_user);

/// Makes choose_environment()'s the environment of this process; a warning if variables were
/// ignored. To be called before any library is used and any thread is started. What the dynamic
/// loader, malloc(3) and the initialisers of libraries read they have read before (LD_*,
/// GLIBC_TUNABLES, MALLOC_*, GNUTLS_*): whoever can set those runs code of his own anyway. kSystem
/// without memory.
[[nodiscard]] Result<std::optional<Warning>> clean_environment();

}  // namespace glusterconsul::mount
