#include "mount/privilege.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

tl::unexpected<Error> failed(std::string_view what) {
  return fail(ErrorCode::kSystem, fmt::format("{}: {}", what, errno_text(errno)));
}

Result<void> open_standard_descriptors() {
  int fd = 0;
  // open(2) returns the lowest free number: when that is above 2, all three are open.
  while (fd <= STDERR_FILENO) {
    fd = ::open("/dev/null", O_RDWR);
    if (fd < 0) return failed("cannot open /dev/null");
  }
  ::close(fd);
  return {};
}

Result<void> be_the_caller() {
  std::array<uid_t, 3> users{};  // real, effective, saved
  std::array<gid_t, 3> groups{};
  if (::getresuid(&users[0], &users[1], &users[2]) != 0 ||
      ::getresgid(&groups[0], &groups[1], &groups[2]) != 0) {
    return failed("cannot determine the calling user");
  }
  const auto [user, group] = std::pair(users[0], groups[0]);
  // Only if there is something to drop: in a user namespace, an id that is not mapped there cannot
  // be set, not even to itself.
  if (groups != std::array{group, group, group} && ::setresgid(group, group, group) != 0) {
    return failed("cannot drop group privileges");
  }
  if (users != std::array{user, user, user} && ::setresuid(user, user, user) != 0) {
    return failed("cannot drop user privileges");
  }
  return {};
}

}  // namespace

Result<void> settle_privileges() {
  TRY(open_standard_descriptors());
  TRY(be_the_caller());
  // After the change of user, which resets it to fs.suid_dumpable.
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) return failed("cannot disable core dumps");
  ::umask(S_IRWXG | S_IRWXO);
  return {};
}

}  // namespace glusterconsul::mount
