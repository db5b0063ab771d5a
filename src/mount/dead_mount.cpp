#include "mount/dead_mount.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "mount/mount_table.hpp"
#include "mount/target.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// The topmost of the mounts that cover the root of mount `id`; none if it is not covered.
std::optional<MountEntry> topmost_on(const std::vector<MountEntry>& table, int id) {
  const auto own = std::find_if(table.begin(), table.end(),
                                [&](const MountEntry& each) { return each.id == id; });
  if (own == table.end()) return std::nullopt;
  std::optional<MountEntry> top;
  for (const auto& entry : table) {
    const int below = top ? top->id : id;
    if (entry.parent == below && entry.id != below && entry.target == own->target) top = entry;
  }
  return top;
}

}  // namespace

UniqueFd open_mount(const std::string& target, int mount_id) {
  UniqueFd there(::open(target.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (there && mount_id_of(there) != mount_id) there.reset();
  return there;
}

Result<void> detach(const UniqueFd& root, const MountEntry& mount) {
  // By descriptor, not by name: mounts that appear or disappear at the target in the meantime are
  // not affected.
  const auto name = proc_path(fmt::format("self/fd/{}", root.get()));
  constexpr int kMaxOnTop = 8;
  std::string why;
  auto code = ErrorCode::kSystem;
  for (int tries = 0; tries <= kMaxOnTop; ++tries) {
    TRY_ASSIGN(const auto table, read_mount_table());
    if (!has_mount(table, mount.target, mount.id)) return {};
    // umount2(2) detaches the topmost mount.
    const auto on_top = topmost_on(table, mount.id);
    if (on_top && on_top->user == 0) {
      why = fmt::format("{} is mounted over it", shortened(on_top->source));
      break;
    }
    const int problem = ::umount2(name.c_str(), MNT_DETACH) == 0 ? 0 : errno;
    if (problem == EPERM) code = ErrorCode::kPermission;
    why = problem != 0 ? errno_text(problem) : "it is still mounted";
  }
  return fail(code,
              fmt::format("cannot unmount the dead mount at {}: {}", shortened(mount.target), why));
}

}  // namespace glusterconsul::mount
