#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace glusterconsul {

/// The first id that is a person's: UID_MIN of login.defs(5), 1000 if the text does not set it;
/// never above 1000, whatever it sets.
[[nodiscard]] uid_t first_ordinary_user(std::string_view login_defs);

/// Root, or an account of the system: an id below first_ordinary_user() of /etc/login.defs, or
/// one that systemd has given to a running service (systemd.exec(5), DynamicUser=).
[[nodiscard]] bool is_system_account(uid_t user);

/// "1000 (alice)", or the number alone if the system knows no name for it.
[[nodiscard]] std::string describe_user(uid_t user);

}  // namespace glusterconsul
