#include "mount/client_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "util/child.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {
namespace {

/// The id of our child in proc(5), which may show a PID namespace other than ours (`unshare --pid`
/// without `--mount-proc`). None if it cannot be determined, since our id may refer to another
/// process there.
std::optional<pid_t> id_in_proc(pid_t child) {
  if (own_id_in_proc() == ::getpid()) return child;
  constexpr std::string_view kField = "Pid:";
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (!pidfd) return std::nullopt;
  std::ifstream info(proc_path(fmt::format("self/fdinfo/{}", pidfd.get())));
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with(kField)) continue;
    const auto id = parse_number(trim(std::string_view(line).substr(kField.size())), 1, INT_MAX);
    if (id) return static_cast<pid_t>(*id);
  }
  return std::nullopt;
}

bool is_child_of(pid_t parent, const std::string& process) {
  const auto stat = parse_process_stat(read_proc_file(process + "/stat"));
  return stat && stat->parent == parent;
}

/// Kills the process whose directory in proc(5) is `process`, if it is a child of `parent`. The
/// open directory refers to that one process, even if its id is reused.
void kill_child(pid_t parent, const std::string& process) {
  const UniqueFd directory(::open(process.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return;
  if (!is_child_of(parent, proc_path(fmt::format("self/fd/{}", directory.get())))) return;
  ::syscall(SYS_pidfd_send_signal, directory.get(), SIGKILL, nullptr, 0);
}

/// (/proc/PID/task/TID/children would be cheaper, but not every kernel has it.)
void kill_children(pid_t parent) {
  std::error_code problem;
  for (auto entry = std::filesystem::directory_iterator(proc_path("."), problem);
       !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    if (!parse_number(entry->path().filename().native(), 1, INT_MAX)) continue;
    if (is_child_of(parent, entry->path().native())) kill_child(parent, entry->path().native());
  }
}

}  // namespace

struct ClientProcess::Running {
  Subprocess keeper;
  UniqueFd report;  ///< where the starter's wait status arrives
  std::optional<ExitState> ended;
  bool is_released = false;
};

ClientProcess::ClientProcess(std::unique_ptr<Running> running) : running_(std::move(running)) {}
ClientProcess::ClientProcess(ClientProcess&&) noexcept = default;
ClientProcess::~ClientProcess() {
  if (running_) end(Deadline::after(Child::kMaxReaping));
}

Result<ClientProcess> ClientProcess::start(const std::vector<std::string>& argv) {
  // Our own environment is not passed on: no CONSUL_ variable may reach the client.
  static const std::vector<std::string> kEnvironment = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::kSystem,
                fmt::format("cannot run {}: {}", argv.front(), errno_text(errno)));
  }
  UniqueFd report(ends[0]);
  const UniqueFd report_end(ends[1]);
  TRY_ASSIGN(auto keeper, Subprocess::start({argv, kEnvironment, ProcessSpec::Group::kCallers,
                                             report_end.get()}));
  return ClientProcess(std::make_unique<Running>(
      Running{std::move(keeper), std::move(report), std::nullopt, false}));
}

Result<ExitState> ClientProcess::wait(const Context& context) {
  auto& ended = running_->ended;
  while (!ended) {
    if (context.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
    std::array<pollfd, 2> watched = {
        {{running_->report.get(), POLLIN, 0}, {context.cancel.fd(), POLLIN, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), context.deadline.poll_timeout());
    if (ready < 0 && errno != EINTR) return fail(ErrorCode::kSystem, errno_text(errno));
    if (watched[0].revents != 0) {
      int status = SIGKILL;  // if the keeper was killed, nothing arrives
      [[maybe_unused]] const auto got =
          ::read(running_->report.get(), &status, sizeof status);  // atomic: less than PIPE_BUF
      ended = exit_state(status);
    } else if (context.deadline.expired()) {
      return fail(ErrorCode::kTimedOut, "still running");
    }
  }
  return *ended;
}

std::string ClientProcess::output() const {
  return running_->keeper.output();
}

/// A process that is killed leaves its children to the keeper, which ends when none is left. The
/// deadline limits only the wait: on a busy machine it may have passed before the first look, and a
/// daemon that is not killed would still mount.
void ClientProcess::end(const Deadline& deadline) {
  if (std::exchange(running_->is_released, true)) return;
  constexpr milliseconds kPause{2};
  constexpr int kMinTries = 3;  // the daemon, and what it left behind
  const auto parent = id_in_proc(running_->keeper.pid());
  for (int tries = 0; tries < kMinTries || !deadline.expired(); ++tries) {
    if (parent) kill_children(*parent);
    if (running_->keeper.wait(Deadline::after(kPause), Cancel())) return;
  }
  running_->keeper.end(Deadline::after(kPause));
}

void ClientProcess::release() {
  if (!std::exchange(running_->is_released, true)) running_->keeper.kill();
}

}  // namespace glusterconsul::mount
