#include "mount/attempt.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gluster/client_log.hpp"
#include "gluster/client_output.hpp"
#include "mount/client_process.hpp"
#include "mount/dead_mount.hpp"
#include "mount/mount_table.hpp"
#include "mount/verification.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// Ending a client takes milliseconds, but may take longer on a busy machine.
constexpr milliseconds kToEnd{5000};

/// For a mount whose client has ended: the kernel reports at once that it is not connected.
constexpr milliseconds kDeadAnswers{500};

using MountTable = std::vector<MountEntry>;

/// The mounts that have appeared since a reading of the table. The root of a mount on the target is
/// held open from when it is first seen, so that it can be detached even if something hides its
/// path later.
class NewMounts {
 public:
  NewMounts(const Target& target, MountTable before)
      : target_(target), before_(std::move(before)) {}

  /// Reads the present table and returns the new mounts.
  Result<MountTable> look() {
    TRY_ASSIGN(const auto table, read_mount_table());
    auto mounts = new_mounts(before_, table);
    for (const auto& entry : mounts) {
      auto& root = roots_[entry.id];
      if (!root && target_.carries(entry)) root = target_.open_mount(entry.id);
    }
    return mounts;
  }

  /// Empty if the mount was never seen on the target, and its path does not lead to it now.
  [[nodiscard]] const UniqueFd& root(const MountEntry& entry) {
    auto& root = roots_[entry.id];
    if (!root) root = open_mount(entry.target, entry.id);
    return root;
  }

 private:
  const Target& target_;
  MountTable before_;
  std::map<int, UniqueFd> roots_;
};

/// The new mount on the target, if there is one.
Result<std::optional<MountEntry>> find_new_mount(const Target& target, NewMounts& mounts) {
  TRY_ASSIGN(const auto all, mounts.look());
  auto ours = target.topmost(all);
  if (ours) return ours;
  TRY(target.check_unchanged());
  return std::nullopt;
}

/// Checks that the mount exists on the directory that was checked, and responds. Looks at it again
/// after the response: a client that gives up unmounts, and then the directory below responds.
/// Returns the mount.
Result<MountEntry> verify(const Target& target, const std::string& mounted_as, NewMounts& mounts,
                          const Context& context) {
  const auto gone = [] {
    return fail(ErrorCode::kMountFailed, "the client gave up and unmounted again");
  };
  TRY_ASSIGN(const auto first, find_new_mount(target, mounts));
  if (!first) return gone();
  if (!open_mount(target.path(), first->id) || !mounts.root(*first)) {
    // The mount is gone again, or the path now leads elsewhere.
    const auto second = find_new_mount(target, mounts);
    return second && *second ? fail(target.changed()) : gone();
  }
  if (auto answered = answers(mounts.root(*first), target.path(), context); !answered) {
    if (answered.error().code != ErrorCode::kTimedOut) return fail(answered.error());
    return fail(ErrorCode::kTimedOut, "the mount does not respond: the bricks cannot be reached");
  }
  TRY_ASSIGN(const auto second, find_new_mount(target, mounts));
  if (!second || second->id != first->id) return gone();
  if (second->source != mounted_as && !mounted_as.empty()) {
    return fail(ErrorCode::kBug, fmt::format("the mount shows '{}' as its source, not '{}'",
                                             shortened(second->source), shortened(mounted_as)));
  }
  return *second;
}

/// Waits until the client's starter ends: then the volfile is loaded.
Result<void> fetch(ClientProcess& client, const gluster::ClientCommand& command,
                   const Context& context) {
  const auto ended = client.wait(context);
  if (!ended) {
    if (ended.error().code != ErrorCode::kTimedOut) return fail(ended.error());
    return fail(ErrorCode::kTimedOut,
                fmt::format("{} did not send the volume's description in time",
                            command.servers.front().text()));
  }
  if (ended->success()) return {};
  if (ended->status == gluster::kRejectsArguments) {
    return fail(gluster::rejected_argument(client.output()));
  }
  return fail(ErrorCode::kMountFailed,
              fmt::format("{} ended with {}", command.program, to_string(*ended)));
}

/// Adds what the client itself reports: the new errors in its log, otherwise its output.
Error explained(Error error, const gluster::ClientCommand& command,
                const gluster::LogPosition& before, const std::string& output) {
  if (error.code == ErrorCode::kInterrupted || error.code == ErrorCode::kUsage) return error;
  const auto log = gluster::log_since(client_log_file(command), before);
  if (error.code == ErrorCode::kUnreachable && gluster::shows_refusal(log)) {
    error.transient = false;
  }
  const auto lines = gluster::log_errors(log);
  if (!lines.empty()) {
    error.message +=
        fmt::format(": {} (log: {})", join(lines, "; "), shortened(client_log_file(command)));
  } else if (const auto text = gluster::without_loader_messages(output); !text.empty()) {
    error.message += fmt::format(": {}", shortened(text));
  }
  return error;
}

enum class Leftover {
  kNo,
  kYes,
  kHidden,  ///< gone, below another mount, or its path currently leads elsewhere
};

/// Whether our client, which has ended, left this new mount behind: then the mount is dead. A mount
/// elsewhere that is not dead belongs to another helper or to a user. On the target itself, a mount
/// that does not respond is ours as well: the kernel still holds its client.
Leftover leftover(const MountEntry& entry, const UniqueFd& root, const Target& target,
                  const Report& report) {
  if (!root) return Leftover::kHidden;
  // Leftovers are cleaned up even after an interruption.
  const Cancel never;
  const auto answered = answers(root, entry.target, {Deadline::after(kDeadAnswers), never, report});
  if (answered) return Leftover::kNo;
  const bool is_dead = answered.error().code == ErrorCode::kUnreachable;
  return is_dead || target.carries(entry) ? Leftover::kYes : Leftover::kNo;
}

/// Detaches the mounts that our client left behind, wherever the path led when it made them.
Result<void> clean_up(const Attempt& attempt, const Target& target, NewMounts& mounts,
                      const Report& report) {
  // A user may keep exchanging directories: even so, every other look finds the right one.
  constexpr int kMaxLooks = 64;
  std::set<int> of_others;
  std::string hidden;
  for (int look = 0; look < kMaxLooks; ++look) {
    TRY_ASSIGN(const auto all, mounts.look());
    bool is_clean = true;
    hidden.clear();
    for (const auto& entry : all) {
      const bool may_be_ours =
          attempt.mounted_as.empty() || entry.source == attempt.mounted_as || target.carries(entry);
      if (!may_be_ours || of_others.contains(entry.id)) continue;
      const auto left = leftover(entry, mounts.root(entry), target, report);
      if (left == Leftover::kNo) {
        of_others.insert(entry.id);
        continue;
      }
      is_clean = false;
      if (left == Leftover::kHidden) {
        hidden = entry.target;
        continue;
      }
      TRY(detach(mounts.root(entry), entry));
    }
    if (is_clean) return {};
  }
  if (hidden.empty()) {
    return fail(ErrorCode::kSystem,
                fmt::format("cannot unmount what is mounted on {}", shortened(target.path())));
  }
  return fail(ErrorCode::kSystem,
              fmt::format("a dead mount is left at {}, hidden by another mount", shortened(hidden)),
              fmt::format("unmount what hides it, then run 'umount -l {}'",
                          shortened(shell_quote(hidden))));
}

}  // namespace

std::string client_log_file(const gluster::ClientCommand& command) {
  return command.options.log_file.value_or(gluster::default_log_file(command.target));
}

Result<ClientProcess> run_attempt(const Attempt& attempt, const Target& target,
                                  const Context& context) {
  const auto& report = context.report;
  const auto& command = attempt.command;
  const auto& primary = command.servers.front().text();
  TRY_ASSIGN(auto before, read_mount_table());
  NewMounts mounts(target, std::move(before));
  const auto log_before = gluster::log_position(client_log_file(command));

  // As late as possible, because the client resolves the path again.
  TRY(path_responds(target.path(), context));
  TRY(target.check_unchanged());
  const auto argv = gluster::arguments(command);
  report.step(fmt::format("running {}", shell_line(argv)));
  TRY_ASSIGN(auto client, ClientProcess::start(argv));
  auto outcome = [&] {
    const auto wait =
        report.waiting(fmt::format("{} to send the volume", primary), attempt.fetched);
    return fetch(client, command, context.until(attempt.fetched));
  }();
  if (outcome) {
    report.step(fmt::format("the client has the volume from {}", primary));
    const auto wait = report.waiting("the mount to respond", attempt.answered);
    const auto found = verify(target, attempt.mounted_as, mounts, context.until(attempt.answered));
    outcome = found ? finish_mount(mounts.root(*found), target.path(), attempt.finish)
                    : Result<void>(fail(found.error()));
  }
  if (outcome) {
    client.release();
    return client;
  }
  const std::string output = client.output();
  client.end(Deadline::after(kToEnd));
  auto error = explained(outcome.error(), command, log_before, output);
  if (const auto cleaned = clean_up(attempt, target, mounts, report); !cleaned) {
    error.message += fmt::format("; and {}", cleaned.error().message);
    add_hint(error, cleaned.error().hint);
  }
  return fail(std::move(error));
}

}  // namespace glusterconsul::mount
