#include "mount/existing_mount.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "mount/mount_table.hpp"
#include "mount/target.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// docs/facts.md, "Client waits for a server lost under a mount"
constexpr milliseconds kExistingMountAnswers{45'000};

constexpr const char* kMountAgain = "unmount it, then mount again with the new options";

using MountTable = std::vector<MountEntry>;

/// Compares the options of a mount that exists with those that are requested: no request changes
/// them.
Result<void> compare_options(const Task& task, const MountEntry& mounted, const Report& report) {
  const bool is_read_only = (mounted.flags & MS_RDONLY) != 0;
  const auto on = fmt::format("{} is already mounted on {}", shortened(mounted.source),
                              shortened(mounted.target));
  if (is_read_only != task.client.read_only) {
    return fail(ErrorCode::kConflict,
                is_read_only ? fmt::format("{} read-only, not read-write", on)
                             : fmt::format("{} read-write, not read-only", on),
                kMountAgain);
  }
  const auto missing = missing_options(task.flags, mounted.flags);
  if (!missing.empty()) {
    report.warning(
        {fmt::format("{}; these options do not apply: {}", on, join(missing, ", ")), kMountAgain});
  }
  return {};
}

Result<Existing> check_in_table(const Task& task, const std::string& target,
                                const MountTable& table, System& system, const Context& context) {
  const std::string wanted = task.source.mounted_as();
  switch (occupied(table, target, wanted)) {
    case Occupied::kNo:
      return Existing::kNo;
    case Occupied::kOther:
      return fail(ErrorCode::kConflict,
                  fmt::format("{} is already mounted on {}, so {} cannot be mounted there",
                              shortened(mounted_at(table, target)->source), shortened(target),
                              shortened(wanted)),
                  "unmount it first");
    case Occupied::kSame:
      break;
  }
  const auto asking = context.sooner(kExistingMountAnswers, system.now());
  const auto answered = [&] {
    const auto wait = context.report.waiting("the existing mount", asking.deadline);
    return system.answers(target, asking);
  }();
  if (answered) {
    TRY(compare_options(task, *mounted_at(table, target), context.report));
    return Existing::kOurs;
  }
  if (answered.error().code == ErrorCode::kInterrupted) return fail(answered.error());
  const auto how = answered.error().code == ErrorCode::kTimedOut
                       ? std::string("does not respond")
                       : fmt::format("does not work ({})", answered.error().message);
  return fail(
      ErrorCode::kMountFailed,
      fmt::format("{} is already mounted on {}, but {}", shortened(wanted), shortened(target), how),
      fmt::format("repair it, or detach it with 'umount -l {}'", shortened(shell_quote(target))));
}

}  // namespace

Result<Existing> check_existing_as_written(const Task& task, const std::string& written,
                                           System& system, const Context& context) {
  const auto target = lexical_path(written);
  if (!target) return Existing::kNo;
  TRY_ASSIGN(const auto table, system.mount_table());
  const auto mounted = mounted_at(table, *target);
  if (!mounted || may_be_covered(table, *mounted)) return Existing::kNo;
  return check_in_table(task, *target, table, system, context);
}

Result<Existing> check_existing(const Task& task, const std::string& target, System& system,
                                const Context& context) {
  TRY_ASSIGN(const auto table, system.mount_table());
  const auto mounted = mounted_at(table, target);
  if (mounted && !system.target_shows(*mounted, table)) return Existing::kNo;
  return check_in_table(task, target, table, system, context);
}

}  // namespace glusterconsul::mount
