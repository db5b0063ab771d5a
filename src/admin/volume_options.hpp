#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glusterconsul::admin {

/// Why Consul must not set this mount option, "name" or "name=value", on the machines that mount:
/// "'dump-fuse' is not an option that can be set in Consul". None if it can. An option is
/// allowed only if it does not name a file, a server or a translator, does not relax a restriction
/// of the machine (`suid`, `dev`, `exec`, `rw`, security contexts), and is not one of ours
/// (`consul-…`); its value, only if the client accepts it and it consists of letters, digits, '.'
/// and '-'. So an allowed option means the same to mount(8), to autofs and in a shell.
[[nodiscard]] std::optional<std::string> why_not_allowed(std::string_view option);

}  // namespace glusterconsul::admin
