#pragma once

#include <sys/types.h>

#include <string_view>

namespace glusterconsul {

/// Whether this uid_map of user_namespaces(7) ("INSIDE OUTSIDE COUNT" in each line) gives a user of
/// the world outside the id `user` inside. True if the text is not understood.
[[nodiscard]] bool maps_user(std::string_view uid_map, uid_t user);

/// Whether `user`, as the kernel shows the owner of a file or of a process, stands for all users
/// who have no id in the user namespace that we are in. Never so outside of user namespaces.
[[nodiscard]] bool is_unmapped(uid_t user);

}  // namespace glusterconsul
