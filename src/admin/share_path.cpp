#include "admin/share_path.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

#include "util/isolated_call.hpp"
#include "util/output.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::admin {
namespace {

constexpr std::size_t kMaxFacts = 4096;

/// Writes proc_pid_fdinfo(5) of the directory. The errno if that fails, 0 otherwise.
int write_facts(const std::string& path) {
  // A mount on demand is only triggered by a name below it.
  const UniqueFd directory(::open((path + "/.").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return errno;
  const auto facts = read_proc_file(proc_path(fmt::format("self/fdinfo/{}", directory.get())));
  return write_all(IsolatedCall::kOutput, facts) ? 0 : EIO;
}

int mount_id_of(std::string_view facts) {
  constexpr std::string_view kKey = "mnt_id:";
  for (const auto line : split(facts, '\n')) {
    if (!line.starts_with(kKey)) continue;
    constexpr std::uint64_t kMaxId = 0x7FFFFFFF;
    return static_cast<int>(parse_number(trim(line.substr(kKey.size())), 0, kMaxId).value_or(0));
  }
  return 0;
}

}  // namespace

Result<PathMount> mount_of(const std::string& path, const Deadline& deadline,
                           const Cancel& cancel) {
  TRY_ASSIGN(auto call, IsolatedCall::start([&] { return write_facts(path); },
                                            IsolatedCall::Output::kCaptured));
  const auto ended = call.wait(deadline, cancel);
  if (!ended || !ended->status) {
    call.abandon();
    if (cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
    return PathMount{};
  }
  TRY_ASSIGN(const auto facts, call.output(kMaxFacts));
  return PathMount{true, *ended->status, mount_id_of(facts)};
}

}  // namespace glusterconsul::admin
