#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "admin/mount_requests.hpp"
#include "admin/running_client.hpp"
#include "admin/status_report.hpp"
#include "config/sources.hpp"
#include "config/token_file.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/cached_list.hpp"
#include "mount/explanation.hpp"
#include "mount/mount_records.hpp"
#include "mount/mount_table.hpp"
#include "mount/real_system.hpp"
#include "mount/signals.hpp"
#include "mount/target.hpp"
#include "mount/task.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

struct StatusWords {
  std::string target;
  bool json = false;
};

/// How long a mount may take to respond before it is reported as not responding. A healthy one
/// responds within milliseconds; docs/facts.md, "What .meta shows".
constexpr milliseconds kMountResponds{3000};
/// How long all lookups together may take.
constexpr milliseconds kLookups{15'000};

/// What Consul and the cache say about one source.
struct LookedUp {
  std::optional<admin::ServersNow> now;
  std::optional<admin::CachedList> cached;
};

/// The path as it is in the mount table. Links are not resolved, since that could access a file
/// system that does not respond.
std::string mount_point(const std::string& written) {
  std::error_code problem;
  const auto absolute = written.starts_with('/')
                            ? written
                            : (std::filesystem::current_path(problem) / written).native();
  return mount::lexical_path(absolute).value_or(written);
}

Result<std::vector<admin::MountStatus>> mounts_of(const std::string& target) {
  TRY_ASSIGN(const auto table, mount::read_mount_table());
  TRY_ASSIGN(auto records, mount::mount_records(proc_path("self/mountinfo")));
  const auto clients = admin::running_clients();
  std::vector<admin::MountStatus> mounts;
  for (const auto& entry : table) {
    if (!mount::is_gluster_mount(entry) || (!target.empty() && entry.target != target)) continue;
    // A mount that another one covers cannot be reached by its path.
    if (mount::mounted_at(table, entry.target)->id != entry.id) continue;
    if (mount::may_be_covered(table, entry)) continue;
    admin::MountStatus status{entry.target, entry.source, records[entry.id].options};
    status.client = admin::client_of(clients, entry.target);
    // The client knows only its own target, not that of a bind mount.
    for (const auto& other : table) {
      if (status.client || records[other.id].device != records[entry.id].device) continue;
      status.client = admin::client_of(clients, other.target);
    }
    mounts.push_back(std::move(status));
  }
  if (mounts.empty() && !target.empty()) {
    return fail(ErrorCode::kUnknown,
                fmt::format("no GlusterFS volume is mounted at {}", shortened(target)),
                "list the mounts with 'glusterconsul status'");
  }
  return mounts;
}

/// Asks all mounts at the same time.
Result<void> observe(std::vector<admin::MountStatus>& mounts, const Context& context) {
  std::vector<admin::MountRequests> requests;
  for (const auto& mount : mounts) {
    TRY_ASSIGN(auto request, admin::MountRequests::start(mount.target));
    requests.push_back(std::move(request));
  }
  const auto in_time = context.sooner(kMountResponds);
  const auto wait = context.report.waiting("the mounts", in_time.deadline);
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    auto& mount = mounts[i];
    TRY_ASSIGN(mount.seen, requests[i].finish(in_time));
    mount.seen.has_client = mount.client.has_value();
    mount.seen.is_stopped = mount.client && mount.client->is_stopped;
    mount.seen.pid = mount.client ? mount.client->pid : 0;
  }
  return {};
}

/// Whether the source is a name in Consul's DNS, for a mount whose client has ended. A bare name
/// could also be a host.
bool is_name_in_consul(const std::string& source) {
  const auto name = to_lower(source.substr(0, source.find(':')));
  return name.find(".service.") != std::string::npos || name.find(".query.") != std::string::npos;
}

Result<LookedUp> look_up_source(const admin::MountStatus& mount, const std::string& options,
                                const Context& context) {
  TRY_ASSIGN(const auto split, all_options({options}));
  TRY_ASSIGN(auto sources, config::read_sources());
  TRY_ASSIGN(auto task,
             mount::make_task(mount.source, split, std::move(sources), mount::Strictness::kSloppy));
  TRY(files_respond(mount::task_files(task), mount::cancel_on_signals()));
  TRY(config::load_token(task.settings));
  mount::RealSystem system;
  LookedUp found;
  if (const auto cached = mount::CachedList(task, system).read(context.report)) {
    found.cached = admin::CachedList{
        std::chrono::duration_cast<std::chrono::seconds>(system.wall_now() - cached->written),
        cached->instances.size()};
  }
  auto explained = mount::explain(task, mount.target, system, context);
  found.now = admin::ServersNow{admin::parse_client_arguments(explained.command).servers,
                                std::move(explained.problem)};
  return found;
}

/// Looks up each source once, with the options of its line in fstab(5), if there is one.
Result<void> look_up_all(std::vector<admin::MountStatus>& mounts, const Context& context) {
  std::map<std::pair<std::string, std::string>, LookedUp> known;
  const auto in_time = context.sooner(kLookups);
  for (auto& mount : mounts) {
    mount.is_from_consul = mount.client
                               ? admin::is_from_consul(mount.client->arguments, mount.source)
                               : is_name_in_consul(mount.source);
    if (!mount.is_from_consul) continue;
    const auto options = mount::fstab_options(mount.source, mount.target).value_or("");
    auto& found = known[{mount.source, options}];
    if (!found.now && in_time.deadline.expired()) {
      found.now = admin::ServersNow{
          {}, Error{ErrorCode::kTimedOut, "not looked up: earlier lookups took too long"}};
    }
    if (!found.now) {
      auto looked_up = look_up_source(mount, options, in_time);
      if (context.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
      found = looked_up ? *std::move(looked_up)
                        : LookedUp{admin::ServersNow{{}, looked_up.error()}, std::nullopt};
    }
    mount.now = found.now;
    mount.cached = found.cached;
  }
  return {};
}

Result<Outcome> run_status(const StatusWords& words, const Report& report) {
  const Context context{Deadline::after(kMountResponds + kLookups), mount::cancel_on_signals(),
                        report};
  TRY_ASSIGN(auto mounts, mounts_of(words.target.empty() ? "" : mount_point(words.target)));
  TRY(observe(mounts, context));
  TRY(look_up_all(mounts, context));
  return Outcome{words.json ? admin::status_json(mounts) : admin::status_table(mounts),
                 admin::problem_of(mounts)};
}

}  // namespace

Subcommand add_status(CLI::App& app) {
  const auto words = std::make_shared<StatusWords>();
  auto* status = app.add_subcommand(
      "status", "Show the mounted volumes, their bricks, and whether their servers have changed");
  status->add_option("TARGET", words->target, "only the volume that is mounted here");
  status->add_flag("--json", words->json, "print one JSON object, for programs");
  add_verbose_flag(*status);
  return {status, [words](const Report& report) { return run_status(*words, report); }};
}

}  // namespace glusterconsul
