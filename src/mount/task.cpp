#include "mount/task.hpp"

#include <fmt/format.h>

#include <utility>

#include "config/query.hpp"
#include "config/settings_files.hpp"
#include "mount/mount_options.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// mount(8)'s `-s`: ignores invalid options for the client, with a warning for each.
SortedOptions without_invalid(SortedOptions sorted) {
  std::erase_if(sorted.client, [&](const Option& option) {
    const auto alone = gluster::translate({option});
    if (!alone) {
      sorted.warnings.push_back(
          {alone.error().message + "; ignored because of -s", alone.error().hint});
    }
    return !alone;
  });
  return sorted;
}

}  // namespace

Result<Task> make_task(const std::string& source, const std::vector<Option>& options,
                       config::Sources sources, Strictness strictness) {
  TRY_ASSIGN(auto parsed, parse_source(source));
  TRY_ASSIGN(auto sorted, sort_options(options));

  sources.options = sorted.ours;
  TRY_ASSIGN(const auto domain, config::resolve_domain(sources));
  TRY_ASSIGN(const auto name, consul::parse_service_name(parsed.name, domain));
  TRY_ASSIGN(auto settings, config::resolve_settings(sources, name.name));
  TRY_ASSIGN(auto query, config::make_query(name, settings));
  if (strictness == Strictness::kSloppy) sorted = without_invalid(std::move(sorted));
  TRY_ASSIGN(auto client, gluster::translate(sorted.client));
  if (client.subdirectory) {
    if (!parsed.path.subdirectory.empty() && parsed.path.subdirectory != *client.subdirectory) {
      return fail(
          ErrorCode::kUsage,
          fmt::format("the source specifies subdirectory '{}' and subdir-mount specifies '{}'",
                      shortened(parsed.path.subdirectory), shortened(*client.subdirectory)),
          "specify only one");
    }
    parsed.path.subdirectory = *client.subdirectory;
  }
  // Snapshots are not writable: the script mounts them read-only, and so do we.
  if (!parsed.path.snapshot.empty()) client.read_only = true;

  Task task{.source = std::move(parsed),
            .settings = std::move(settings),
            .query = std::move(query),
            .client = std::move(client),
            .finish = sorted.finish,
            .flags = std::move(sorted.flags),
            .strictness = strictness,
            .warnings = {}};
  task.warnings = std::move(sources.warnings);
  const auto trust = config::trust_warnings(task.settings);
  task.warnings.insert(task.warnings.end(), trust.begin(), trust.end());
  task.warnings.insert(task.warnings.end(), sorted.warnings.begin(), sorted.warnings.end());
  task.warnings.insert(task.warnings.end(), task.client.warnings.begin(),
                       task.client.warnings.end());
  return task;
}

std::vector<NamedFile> task_files(const Task& task) {
  auto files = config::settings_files(task.settings);
  if (task.client.log_file) files.push_back({"log-file", *task.client.log_file});
  return files;
}

}  // namespace glusterconsul::mount
