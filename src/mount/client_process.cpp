#include "mount/client_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "util/child.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

/// Makes this process the one that orphans below it fall to, while it lives.
class Subreaper {
 public:
  Subreaper() {
    ::prctl(PR_GET_CHILD_SUBREAPER, &before_);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  }
  Subreaper(const Subreaper&) = delete;
  Subreaper& operator=(const Subreaper&) = delete;
  ~Subreaper() { ::prctl(PR_SET_CHILD_SUBREAPER, before_); }

 private:
  int before_ = 0;
};

std::optional<pid_t> parent_of(pid_t pid) {
  const auto stat = parse_process_stat(read_proc_file(fmt::format("/proc/{}/stat", pid)));
  if (!stat) return std::nullopt;
  return stat->parent;
}

bool have_children() {
  siginfo_t unused = {};
  return ::waitid(P_ALL, 0, &unused, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

/// Running or ended and not reaped. (/proc/PID/task/TID/children would be cheaper,
/// and is not in every kernel.)
std::set<pid_t> our_children() {
  std::set<pid_t> children;
  if (!have_children()) return children;
  std::error_code problem;
  for (auto entry = std::filesystem::directory_iterator("/proc", problem);
       !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    const auto pid = parse_number(entry->path().filename().native(), 1, INT32_MAX);
    if (!pid || parent_of(static_cast<pid_t>(*pid)) != ::getpid()) continue;
    children.insert(static_cast<pid_t>(*pid));
  }
  return children;
}

}  // namespace

struct ClientProcess::Running {
  std::set<pid_t> known;  ///< children that are not adopted: those that we had before, the starter
  std::unique_ptr<Subreaper> subreaper;  ///< as long as there is something to end
  Subprocess starter;

  Running(std::set<pid_t> known_children, std::unique_ptr<Subreaper> reaper, Subprocess process)
      : known(std::move(known_children)),
        subreaper(std::move(reaper)),
        starter(std::move(process)) {}

  [[nodiscard]] std::vector<pid_t> adopted() const {
    const auto children = our_children();
    std::vector<pid_t> others;
    std::set_difference(children.begin(), children.end(), known.begin(), known.end(),
                        std::back_inserter(others));
    return others;
  }

  /// Until no child is left that fell to us: what is killed leaves us its own
  /// children. A pid stays ours until we reap it, so that no other process is hit.
  /// The deadline is for the waiting: on a busy machine it may have passed before
  /// the first look, and a daemon that is not killed makes its mount behind our back.
  void end_adopted(const Deadline& deadline) const {
    constexpr int kPause = 2;        // milliseconds
    constexpr int kLeastRounds = 3;  // the daemon, and what it left us
    int rounds = 0;
    for (auto pids = adopted(); !pids.empty() && (rounds < kLeastRounds || !deadline.expired());
         pids = adopted()) {
      ++rounds;
      for (const pid_t pid : pids) ::kill(pid, SIGKILL);
      ::poll(nullptr, 0, kPause);
      for (const pid_t pid : pids) ::waitpid(pid, nullptr, WNOHANG);
    }
  }
};

ClientProcess::ClientProcess(std::unique_ptr<Running> running) : running_(std::move(running)) {}
ClientProcess::ClientProcess(ClientProcess&&) noexcept = default;
ClientProcess::~ClientProcess() {
  if (running_) end(Deadline::after(Child::kMostReaping));
}

Result<ClientProcess> ClientProcess::start(const std::vector<std::string>& argv) {
  // Nothing of our own environment: no CONSUL_ variable may reach the client.
  static const std::vector<std::string> kEnvironment = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  auto known = our_children();
  auto subreaper = std::make_unique<Subreaper>();
  auto starter = Subprocess::start({argv, kEnvironment, ProcessSpec::Group::kCallers});
  if (!starter) return tl::unexpected(std::move(starter.error()));
  known.insert(starter->pid());
  return ClientProcess(
      std::make_unique<Running>(std::move(known), std::move(subreaper), *std::move(starter)));
}

Result<ExitState> ClientProcess::wait(const Deadline& deadline, const Cancel& cancel) {
  return running_->starter.wait(deadline, cancel);
}

std::string ClientProcess::output() const {
  return running_->starter.output();
}

void ClientProcess::end(const Deadline& deadline) {
  if (!running_->subreaper) return;
  running_->starter.end(deadline);
  running_->end_adopted(deadline);
  running_->subreaper.reset();
}

void ClientProcess::release() {
  running_->subreaper.reset();
}

}  // namespace glusterconsul::mount
