#include "util/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "util/read_file.hpp"

namespace glusterconsul {
namespace {

std::vector<char*> c_strings(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  // execve(2) takes pointers to non-const, but does not write to the strings.
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork or vfork and execve, only async-signal-safe calls are allowed (signal-safety(7)),
// because another thread may hold any lock. After vfork(2), the child shares the parent's memory
// and must not change any data in it that the parent uses.

constexpr int kFailureFd = STDERR_FILENO + 1;  ///< for the errno if execve(2) fails
constexpr int kReportFd = kFailureFd + 1;      ///< ProcessSpec::keeper_report

/// What the child needs. The descriptors are above kReportFd so that dup2(2) does not overwrite
/// them.
struct ChildSetup {
  char* const* arguments;
  char* const* environment;
  int null_fd;
  int output_fd;
  int failure_fd;
  int report_fd;  ///< -1: no keeper
  pid_t parent;
  ProcessSpec::Group group;
};

/// Blocks all signals during its lifetime.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

[[noreturn]] void report_failure(int failure_fd) {
  const int problem = errno;
  [[maybe_unused]] const auto written = ::write(failure_fd, &problem, sizeof problem);
  ::_exit(127);
}

[[noreturn]] void run_program(const ChildSetup& setup) {
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::execve(setup.arguments[0], setup.arguments, setup.environment);
  report_failure(kFailureFd);
}

/// Becomes the keeper of the program. All signals stay blocked: a signal that kills the other
/// processes of our process group must not kill the keeper before them.
[[noreturn]] void keep_program(const ChildSetup& setup) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != setup.parent) ::_exit(1);
  // NOLINTBEGIN(*-vfork,*.vfork,*.Vfork,bugprone-unsafe-functions,cert-msc*): see start_child()
  const pid_t program = ::vfork();
  if (program == 0) run_program(setup);
  // NOLINTEND(*-vfork,*.vfork,*.Vfork,bugprone-unsafe-functions,cert-msc*)
  if (program < 0) report_failure(kFailureFd);
  ::close(kFailureFd);
  int status = 0;
  for (pid_t ended = 0; (ended = ::waitpid(-1, &status, 0)) > 0;) {
    if (ended != program) continue;
    [[maybe_unused]] const auto written = ::write(kReportFd, &status, sizeof status);
  }
  ::_exit(0);
}

/// SIGHUP and SIGINT remain ignored if they are, as nohup(1) and shells with background jobs
/// expect.
void set_standard_action(int number) {
  struct sigaction present = {};
  const bool is_for_groups = number == SIGHUP || number == SIGINT;
  if (is_for_groups && ::sigaction(number, nullptr, &present) == 0 &&
      present.sa_handler == SIG_IGN) {
    return;
  }
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  ::sigaction(number, &standard, nullptr);
}

[[noreturn]] void run_child(const ChildSetup& setup) {
  for (int number = 1; number < NSIG; ++number) set_standard_action(number);
  if (setup.group == ProcessSpec::Group::kOwnSession) ::setsid();
  ::umask(022);
  const bool is_kept = setup.report_fd >= 0;
  const bool ready = ::chdir("/") == 0 && ::dup2(setup.null_fd, STDIN_FILENO) >= 0 &&
                     ::dup2(setup.output_fd, STDOUT_FILENO) >= 0 &&
                     ::dup2(setup.output_fd, STDERR_FILENO) >= 0 &&
                     ::dup3(setup.failure_fd, kFailureFd, O_CLOEXEC) >= 0 &&
                     (!is_kept || ::dup3(setup.report_fd, kReportFd, O_CLOEXEC) >= 0);
  if (!ready) report_failure(setup.failure_fd);
  // The caller's limit (ulimit -f) is for the caller's files, and would end a client that serves
  // the whole machine when its log grows. Only root can raise it.
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &unlimited);
  ::syscall(SYS_close_range, is_kept ? kReportFd + 1 : kReportFd, ~0U, 0);
  if (is_kept) keep_program(setup);
  run_program(setup);
}

/// Starts the child, which becomes the program or its keeper. Only the keeper needs its own copy of
/// our memory, and thus fork(2), which takes time to copy the page tables.
pid_t start_child(const ChildSetup& setup) {
  const BlockedSignals blocked;  // our signal handlers must not run in the child
  // NOLINTBEGIN(*-vfork,*.vfork,*.Vfork,bugprone-unsafe-functions,cert-msc*): posix_spawn(3) can
  // neither close all other descriptors nor start a session everywhere. The child writes only to
  // memory that the parent overwrites before it reads it again.
  const pid_t pid = setup.report_fd >= 0 ? ::fork() : ::vfork();
  if (pid == 0) run_child(setup);
  // NOLINTEND(*-vfork,*.vfork,*.Vfork,bugprone-unsafe-functions,cert-msc*)
  return pid;
}

/// Moves a descriptor to a number that the child's dup2(2) calls do not overwrite.
Result<UniqueFd> out_of_the_way(UniqueFd fd) {
  if (fd && fd.get() > kReportFd) return fd;
  UniqueFd moved(fd ? ::fcntl(fd.get(), F_DUPFD_CLOEXEC, kReportFd + 1) : -1);
  if (!moved) return fail(ErrorCode::kSystem, errno_text(errno));
  return moved;
}

}  // namespace

Subprocess::Subprocess(Child child, UniqueFd output)
    : child_(std::move(child)), output_(std::move(output)) {}

Result<Subprocess> Subprocess::start(const ProcessSpec& spec) {
  const std::string& program = spec.arguments.front();
  const auto refused = [&](const std::string& why) {
    return fail(ErrorCode::kSystem, fmt::format("cannot run {}: {}", program, why));
  };
  auto null = out_of_the_way(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  if (!null) return refused(null.error().message);
  auto output = out_of_the_way(UniqueFd(::memfd_create("output", MFD_CLOEXEC)));
  if (!output) return refused(output.error().message);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return refused(errno_text(errno));
  UniqueFd failure_read(ends[0]);
  auto failure_write = out_of_the_way(UniqueFd(ends[1]));
  if (!failure_write) return refused(failure_write.error().message);

  Result<UniqueFd> report;
  if (spec.keeper_report >= 0) {
    report = out_of_the_way(UniqueFd(::fcntl(spec.keeper_report, F_DUPFD_CLOEXEC, 0)));
    if (!report) return refused(report.error().message);
  }

  const auto arguments = c_strings(spec.arguments);
  const auto environment = c_strings(spec.environment);
  const ChildSetup setup{arguments.data(),     environment.data(), null->get(), output->get(),
                         failure_write->get(), report->get(),      ::getpid(),  spec.group};
  const pid_t pid = start_child(setup);
  if (pid < 0) return refused(errno_text(errno));
  Subprocess process(Child(pid), *std::move(output));
  failure_write->reset();
  int problem = 0;
  ssize_t got = 0;
  do {
    got = ::read(failure_read.get(), &problem, sizeof problem);
  } while (got < 0 && errno == EINTR);
  if (got == static_cast<ssize_t>(sizeof problem)) return refused(errno_text(problem));
  return process;
}

std::string Subprocess::output(std::size_t max_size) const {
  return read_file(output_.get(), max_size).value_or(std::string());
}

}  // namespace glusterconsul
