#include "mount/caller.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

/// mount(8) and automount are two; the others are for wrappers.
constexpr int kMaxGenerations = 8;

std::string read_stat_of(pid_t pid) {
  return read_proc_file(proc_path(fmt::format("{}/stat", pid)));
}

}  // namespace

bool has_parent(std::string_view name, pid_t child, const ReadStat& read_stat) {
  const auto own = parse_process_stat(read_stat(child));
  if (!own || own->parent <= 0) return false;
  const auto parent = parse_process_stat(read_stat(own->parent));
  return parent && parent->name == name;
}

bool has_ancestor(std::string_view name, pid_t child, const ReadStat& read_stat) {
  auto stat = parse_process_stat(read_stat(child));
  for (int i = 0; stat && stat->parent > 0 && i < kMaxGenerations; ++i) {
    stat = parse_process_stat(read_stat(stat->parent));
    if (stat && stat->name == name) return true;
  }
  return false;
}

Caller find_caller() {
  return has_ancestor("automount", own_id_in_proc(), read_stat_of) ? Caller::kAutomount
                                                                   : Caller::kOther;
}

void end_with_mount() {
  const pid_t parent = ::getppid();
  if (!has_parent("mount", own_id_in_proc(), read_stat_of)) return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) static_cast<void>(std::raise(SIGTERM));  // it has just ended
}

Destination destination_of(config::LogTo log, Caller caller, bool has_flag_v) {
  switch (log) {
    case config::LogTo::kAuto:
      return caller == Caller::kAutomount && !has_flag_v ? Destination::kSyslog
                                                         : Destination::kStandardError;
    case config::LogTo::kSyslog:
      return Destination::kSyslog;
    case config::LogTo::kStandardError:
      return Destination::kStandardError;
    case config::LogTo::kBoth:
      return Destination::kBoth;
  }
  return Destination::kStandardError;
}

Report::Sink sink_for(Destination destination, Syslog log, Severity severity,
                      const std::string& target, Report::Sink standard_error) {
  if (destination == Destination::kStandardError) return standard_error;
  const auto about = target.empty() ? "" : printable(target, std::string_view::npos) + ": ";
  return [log = std::move(log), severity, about, destination,
          standard_error = std::move(standard_error)](std::string_view lines) {
    const auto program = log.ident + ": ";
    if (destination == Destination::kBoth) standard_error(lines);
    while (!lines.empty()) {
      auto message = trim(lines.substr(0, lines.find('\n')));
      if (message.starts_with(program)) message.remove_prefix(program.size());
      if (!send(log, severity, fmt::format("{}{}", about, message))) {
        if (destination != Destination::kBoth) standard_error(lines);
        return;
      }
      lines.remove_prefix(std::min(lines.find('\n'), lines.size() - 1) + 1);
    }
  };
}

}  // namespace glusterconsul::mount
