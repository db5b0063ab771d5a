#include "mount/dead_mount.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>

#include <cerrno>

#include "mount/mount_table.hpp"
#include "mount/target.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
UniqueFd open_mount(const std::string& target, int mount_id) {
  UniqueFd there(::open(target.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (there && mount_id_of(there) != mount_id) there.reset();
  return there;
}

Result<void> take_down(const std::string& target, int mount_id) {
  const auto there = open_mount(target, mount_id);
  if (!there) return {};
  // By the descriptor, not by name: what comes or goes at the target meanwhile is not hit.
  const auto name = proc_path(fmt::format("self/fd/{}", there.get()));
  const int problem = ::umount2(name.c_str(), MNT_DETACH) == 0 ? 0 : errno;
  TRY_ASSIGN(const auto table, read_mount_table());
  if (!has_mount(table, target, mount_id)) return {};
  return fail(problem == EPERM ? ErrorCode::kPermission : ErrorCode::kSystem,
              fmt::format("cannot unmount the dead mount at {}: {}", printable(target),
                          problem != 0 ? errno_text(problem) : "it is still mounted"));
}

}  // namespace glusterconsul::mount
