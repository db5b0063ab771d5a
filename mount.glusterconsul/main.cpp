// mount.glusterconsul: the helper that mount(8) runs for `-t glusterconsul`. It only connects
// mount/run_mount to the real system.
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "config/documentation.hpp"
#include "config/sources.hpp"
#include "config/token_file.hpp"
#include "discovery/explain.hpp"
#include "mount/arguments.hpp"
#include "mount/caller.hpp"
#include "mount/explanation.hpp"
#include "mount/mount_namespace.hpp"
#include "mount/output_options.hpp"
#include "mount/own_environment.hpp"
#include "mount/privilege.hpp"
#include "mount/real_system.hpp"
#include "mount/run_mount.hpp"
#include "mount/signals.hpp"
#include "mount/task.hpp"
#include "mount/time_limits.hpp"
#include "util/output.hpp"
#include "util/report.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

constexpr const char* kProgram = "mount.glusterconsul";

constexpr const char* kHelp =
    R"(usage: mount.glusterconsul SOURCE TARGET [-fnsv] [-N NAMESPACE] [-o OPTION[,OPTION...]]

Mounts a GlusterFS volume from servers that Consul reports as healthy.
Usually called by mount(8): mount -t glusterconsul SOURCE TARGET [-o ...]

SOURCE is NAME:/VOLUME[/SUBDIR], where NAME is
  [TAG.]SERVICE.service[.DC].consul   a service, in Consul's own DNS form
  _SERVICE._TAG.service[.DC].consul   the same, in the form of RFC 2782
  QUERY.query[.DC].consul             a prepared query
  SERVICE                             the service of that name

  -f          do not mount; with -v, explain what would be done
  -v          show each step with its time
  -o OPTIONS  those of mount.glusterfs, those of mount(8), and consul-...
  -h, -V      this help; the version

Consul options for -o:
)";

constexpr const char* kHelpEnd = R"(
To see which servers would be used and why: glusterconsul lookup SOURCE
Manual: man 8 mount.glusterconsul
)";

std::string help() {
  return kHelp + config::option_help() + kHelpEnd;
}

Result<void> fake_mount(const MountRequest& request, const Task& task, const Cancel& cancel,
                        const Report& report) {
  RealSystem real_system;
  const auto explanation =
      explain(task, request.target, real_system, {Deadline::after(kMountSpan), cancel, report});
  if (request.verbose) {
    end_on_signals();
    TRY(print(discovery::explain_table(explanation.plan, explanation.command)));
  }
  if (explanation.problem) return fail(*explanation.problem);
  return {};
}

Result<Task> task_of(const MountRequest& request) {
  // Checked before any file is read: if mount(8) has dropped its privileges because of `user` in
  // fstab, the error must not be about a file that this user cannot read.
  if (!request.fake && ::geteuid() != 0) {
    return fail(ErrorCode::kPermission,
                "only root can mount a GlusterFS volume; the fstab options user and users do not "
                "change that",
                "use autofs or a systemd automount to mount it for users");
  }
  TRY_ASSIGN(auto sources, config::read_sources());
  return make_task(request.source, request.options, std::move(sources),
                   request.sloppy ? Strictness::kSloppy : Strictness::kStrict);
}

Result<void> mount_task(const MountRequest& request, Task task, const Cancel& cancel,
                        const Report& report) {
  TRY(files_respond(task_files(task), cancel));
  // Before the warnings, one of which is about how the token is sent.
  TRY(config::load_token(task.settings));
  for (const auto& warning : task.warnings) report.warning(warning);
  TRY(enter_mount_namespace(request.mount_namespace));
  // There, the paths may lead to other files.
  if (request.mount_namespace) TRY(files_respond(task_files(task), cancel));
  if (request.fake) return fake_mount(request, task, cancel, report);
  RealSystem real_system;
  // The caller's working directory does not exist in another namespace: the target is relative to
  // its root.
  const bool is_below_root = request.mount_namespace && !request.target.starts_with('/');
  return run_mount(is_below_root ? "/" + request.target : request.target, task, real_system, cancel,
                   report);
}

ExitStatus print_error(const Error& error, const Report::Sink& sink) {
  sink(lines_of(kProgram, error));
  return traits(error.code).exit_status;
}

ExitStatus answer(const MountRequest& request, Caller caller,
                  const std::optional<Warning>& warning) {
  const auto& cancel = cancel_on_signals();
  end_with_mount();
  auto task = task_of(request);
  // An error in the options or the conf file is reported where `-o` alone requests it.
  const auto wanted = task ? output_of(task->settings) : output_of(request.options);
  const auto destination = destination_of(wanted.log, caller, request.verbose);
  const auto sink = [&](Severity severity) {
    return sink_for(destination, {kProgram}, severity, request.target);
  };
  const bool is_verbose = request.verbose || wanted.verbose;
  // On a terminal, the wait line is not for the log.
  const bool is_on_screen = destination == Destination::kStandardError;
  Report report(kProgram, is_verbose ? Report::Verbosity::kSteps : Report::Verbosity::kQuiet,
                is_on_screen ? Report::standard_error_screen() : Report::Screen::kFile,
                sink(Severity::kWarning));
  report.send_steps_to(sink(Severity::kInfo));
  if (warning) report.warning(*warning);
  if (!task) return print_error(task.error(), sink(Severity::kError));
  const auto mounted = mount_task(request, *std::move(task), cancel, report);
  return mounted ? ExitStatus::kSuccess : print_error(mounted.error(), sink(Severity::kError));
}

ExitStatus run(std::span<const char* const> arguments) {
  settle_signals();
  if (const auto settled = settle_privileges(); !settled) {
    return print_error(settled.error(), Report::standard_error());
  }
  const auto environment = clean_environment();
  if (!environment) return print_error(environment.error(), Report::standard_error());
  // This must come first, because another mount namespace may have another /proc.
  const auto caller = find_caller();
  const auto invocation = parse_arguments(arguments);
  const auto sink = sink_for(destination_of(config::LogTo::kAuto, caller, false), {kProgram},
                             Severity::kError, "");
  if (!invocation) return print_error(invocation.error(), sink);
  if (const auto* request = std::get_if<MountRequest>(&*invocation)) {
    return answer(*request, caller, *environment);
  }
  const bool version = std::holds_alternative<ShowVersion>(*invocation);
  const auto printed = print(version ? "mount.glusterconsul " GLUSTERCONSUL_VERSION "\n" : help());
  return printed ? ExitStatus::kSuccess : print_error(printed.error(), sink);
}

}  // namespace
}  // namespace glusterconsul::mount

int main(int argc, char** argv) {
  using glusterconsul::ExitStatus;
  // Large blocks are returned to the system as soon as they are freed: docs/facts.md, "Memory of a
  // parsed reply".
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread has been started
  ::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  try {
    const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
    return static_cast<int>(glusterconsul::mount::run(arguments.subspan(argc > 0 ? 1 : 0)));
  } catch (const std::exception& problem) {
    static_cast<void>(std::fprintf(
        stderr, "mount.glusterconsul: internal error or out of memory: %s\n", problem.what()));
    return static_cast<int>(ExitStatus::kBug);
  }
}
