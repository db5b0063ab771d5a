#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace glusterconsul {

/// The lowest UID of an ordinary user: UID_MIN in login.defs(5), or 1000 if the text does not set
/// it or sets a higher value.
[[nodiscard]] uid_t first_ordinary_user(std::string_view login_defs);

/// Whether the user is root or a system account: a UID below first_ordinary_user() of
/// /etc/login.defs, or one that systemd has assigned to a running service (systemd.exec(5),
/// DynamicUser=).
[[nodiscard]] bool is_system_account(uid_t user);

/// "1000 (alice)", or the number alone if the user has no name.
[[nodiscard]] std::string describe_user(uid_t user);

}  // namespace glusterconsul
