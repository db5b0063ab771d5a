#include "mount/attempt.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "gluster/client_log.hpp"
#include "mount/client_process.hpp"
#include "mount/dead_mount.hpp"
#include "mount/mount_table.hpp"
#include "mount/verify.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

/// Ending a client takes milliseconds; a machine under load gets more.
constexpr milliseconds kToEnd{5000};

using MountTable = std::vector<MountEntry>;

Result<std::optional<MountEntry>> find_new_mount(const std::string& target,
                                                 const MountTable& before) {
  const auto table = read_mount_table();
  if (!table) return tl::unexpected(table.error());
  return new_mount(before, *table, target);
}

/// The mount is there, and what is there answers. It is looked at again behind
/// the answer: a client that gives up unmounts, and then the directory below answers.
Result<void> verify(const std::string& target, const std::string& mounted_as,
                    const MountTable& before, const Deadline& deadline, const Cancel& cancel) {
  const auto gone = [] {
    return fail(ErrorCode::kMountFailed, "the client gave up and took its mount away again");
  };
  const auto first = find_new_mount(target, before);
  if (!first) return tl::unexpected(first.error());
  if (!*first) return gone();
  if (auto answered = answers(target, deadline, cancel); !answered) {
    if (answered.error().code != ErrorCode::kTimedOut) return answered;
    return fail(ErrorCode::kTimedOut, "the mount does not answer: the bricks cannot be reached");
  }
  const auto second = find_new_mount(target, before);
  if (!second) return tl::unexpected(second.error());
  if (!*second || (*second)->id != (*first)->id) return gone();
  if ((*second)->source != mounted_as && !mounted_as.empty()) {
    return fail(ErrorCode::kBug, fmt::format("the mount shows '{}' as its source, not '{}'",
                                             printable((*second)->source), printable(mounted_as)));
  }
  return {};
}

/// Until the client's starter is back: then the volume's description is loaded.
Result<void> fetch(ClientProcess& client, const gluster::ClientCommand& command,
                   const Deadline& deadline, const Cancel& cancel) {
  const auto ended = client.wait(deadline, cancel);
  if (!ended) {
    if (ended.error().code != ErrorCode::kTimedOut) return tl::unexpected(ended.error());
    return fail(ErrorCode::kTimedOut,
                fmt::format("{} did not give the volume's description in time",
                            command.servers.front().text()));
  }
  if (ended->success()) return {};
  return fail(ErrorCode::kMountFailed,
              fmt::format("{} ended with {}", command.program, to_string(*ended)));
}

std::string log_file(const gluster::ClientCommand& command) {
  return command.options.log_file.value_or(gluster::default_log_file(command.target));
}

/// What the client itself says of it: its log's new errors, else its output.
Error explained(Error error, const gluster::ClientCommand& command,
                const gluster::LogPosition& before, const std::string& output) {
  if (error.code == ErrorCode::kInterrupted) return error;
  const auto log = gluster::log_since(log_file(command), before);
  if (error.code == ErrorCode::kUnreachable && gluster::tells_of_refusal(log)) {
    error.code = ErrorCode::kMountFailed;
  }
  const auto lines = gluster::log_errors(log);
  if (!lines.empty()) {
    error.message += fmt::format(": {} (log: {})", join(lines, "; "), printable(log_file(command)));
  } else if (const auto said = trim(output); !said.empty()) {
    error.message += fmt::format(": {}", printable(said));
  }
  return error;
}

/// Takes down every mount that appeared at the target meanwhile.
Result<void> clean_up(const std::string& target, const MountTable& before) {
  constexpr int kMostStacked = 8;
  for (int i = 0; i < kMostStacked; ++i) {
    const auto left = find_new_mount(target, before);
    if (!left) return tl::unexpected(left.error());
    if (!*left) return {};
    if (auto down = take_down(target, (*left)->id); !down) return down;
  }
  return fail(ErrorCode::kSystem, fmt::format("cannot take down what is mounted on {}", target));
}

}  // namespace

Result<void> run_attempt(const Attempt& attempt, const Cancel& cancel, const Report& report) {
  const auto& command = attempt.command;
  const auto& primary = command.servers.front().text();
  const auto before = read_mount_table();
  if (!before) return tl::unexpected(before.error());
  const auto log_before = gluster::log_position(log_file(command));

  auto client = ClientProcess::start(gluster::arguments(command));
  if (!client) return tl::unexpected(client.error());
  auto outcome = [&] {
    const auto wait =
        report.waiting(fmt::format("{} to give the volume", primary), attempt.fetched);
    return fetch(*client, command, attempt.fetched, cancel);
  }();
  if (outcome) {
    report.step(fmt::format("the client has the volume from {}", primary));
    const auto wait = report.waiting("the mount to answer", attempt.answered);
    outcome = verify(command.target, attempt.mounted_as, *before, attempt.answered, cancel);
  }
  if (outcome) outcome = finish_mount(command.target, attempt.finish);
  if (outcome) {
    client->release();
    return {};
  }
  const std::string output = client->output();
  client->end(Deadline::after(kToEnd));
  auto error = explained(outcome.error(), command, log_before, output);
  if (const auto cleaned = clean_up(command.target, *before); !cleaned) {
    error.message += fmt::format("; and {}", cleaned.error().message);
  }
  return tl::unexpected(std::move(error));
}

}  // namespace glusterconsul::mount
