#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

namespace glusterconsul {

/// Whether this uid_map of user_namespaces(7) ("INSIDE OUTSIDE COUNT" in each line) maps a user
/// outside the namespace to the id `user` inside it. True if the text cannot be parsed.
[[nodiscard]] bool maps_user(std::string_view uid_map, uid_t user);

/// Whether `user`, which the kernel shows as the owner of a file or process, represents all users
/// who have no id in our user namespace. Always false outside of user namespaces.
[[nodiscard]] bool is_unmapped(uid_t user);

/// The effective user of this process; none if that is_unmapped(): then an owner with the same id
/// may be any other user without one.
[[nodiscard]] std::optional<uid_t> identified_caller();

}  // namespace glusterconsul
