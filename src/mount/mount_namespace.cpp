#include "mount/mount_namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>

#include <cerrno>
#include <limits>

#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

Result<void> enter_mount_namespace(const std::optional<std::string>& which) {
  if (!which) return {};
  const bool is_pid = parse_number(*which, 1, std::numeric_limits<int>::max()).has_value();
  const std::string path = is_pid ? fmt::format("/proc/{}/ns/mnt", *which) : *which;
  const UniqueFd space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (space && ::setns(space.get(), CLONE_NEWNS) == 0) return {};
  const int problem = errno;
  return fail(problem == EPERM || problem == EACCES ? ErrorCode::kPermission : ErrorCode::kUsage,
              fmt::format("cannot enter the mount namespace {} (-N): {}", printable(path),
                          errno_text(problem)));
}

}  // namespace glusterconsul::mount
