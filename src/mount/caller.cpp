#include "mount/caller.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

/// mount(8) and automount are two; the others are for wrappers.
constexpr int kMaxGenerations = 8;

}  // namespace

bool has_ancestor(std::string_view name, pid_t child, const ReadStat& read_stat) {
  auto stat = parse_process_stat(read_stat(child));
  for (int i = 0; stat && stat->parent > 0 && i < kMaxGenerations; ++i) {
    stat = parse_process_stat(read_stat(stat->parent));
    if (stat && stat->name == name) return true;
  }
  return false;
}

Caller find_caller() {
  const auto read_stat = [](pid_t pid) {
    return read_proc_file(proc_path(fmt::format("{}/stat", pid)));
  };
  return has_ancestor("automount", ::getpid(), read_stat) ? Caller::kAutomount : Caller::kOther;
}

Report::Sink sink_for(Caller caller, Syslog log, Severity severity, const std::string& target,
                      Report::Sink standard_error) {
  if (caller == Caller::kOther) return standard_error;
  const auto about = target.empty() ? "" : printable(target, std::string_view::npos) + ": ";
  return [log = std::move(log), severity, about,
          standard_error = std::move(standard_error)](std::string_view lines) {
    const auto program = log.ident + ": ";
    while (!lines.empty()) {
      auto message = trim(lines.substr(0, lines.find('\n')));
      if (message.starts_with(program)) message.remove_prefix(program.size());
      if (!send(log, severity, fmt::format("{}{}", about, message))) return standard_error(lines);
      lines.remove_prefix(std::min(lines.find('\n'), lines.size() - 1) + 1);
    }
  };
}

}  // namespace glusterconsul::mount
