#include "mount/dead_mount.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string_view>

#include "mount/mount_table.hpp"
#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {
namespace {

/// The mount that a descriptor is in, from proc_pid_fdinfo(5); unlike statx(2)
/// this never asks the file system.
std::optional<std::uint64_t> mount_id_of(const UniqueFd& fd) {
  constexpr std::string_view kField = "mnt_id:";
  std::ifstream info(fmt::format("/proc/self/fdinfo/{}", fd.get()));
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with(kField)) continue;
    return parse_number(trim(std::string_view(line).substr(kField.size())), 0, INT32_MAX);
  }
  return std::nullopt;
}

}  // namespace

Result<void> take_down(const std::string& target, int mount_id) {
  const UniqueFd there(::open(target.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!there || mount_id_of(there) != static_cast<std::uint64_t>(mount_id)) return {};
  // By the descriptor, not by name: what comes or goes at the target meanwhile is not hit.
  const auto name = fmt::format("/proc/self/fd/{}", there.get());
  const int problem = ::umount2(name.c_str(), MNT_DETACH) == 0 ? 0 : errno;
  const auto table = read_mount_table();
  if (!table) return tl::unexpected(table.error());
  if (!has_mount(*table, target, mount_id)) return {};
  return fail(problem == EPERM ? ErrorCode::kPermission : ErrorCode::kSystem,
              fmt::format("cannot unmount the dead mount at {}: {}", printable(target),
                          problem != 0 ? errno_text(problem) : "it is still mounted"));
}

}  // namespace glusterconsul::mount
