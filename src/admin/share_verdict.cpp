#include "admin/share_verdict.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "admin/check_output.hpp"
#include "admin/share_login.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

CheckResult critical(std::string cause) {
  return {CheckStatus::kCritical, check_output({std::move(cause)})};
}

CheckResult unknown(std::string_view cause) {
  return {CheckStatus::kWarning, check_output({fmt::format("unknown: {}", cause)})};
}

}  // namespace

std::optional<CheckResult> judge_smb(const Endpoint& server, const SmbAnswer& seen) {
  const auto at = shortened(to_string(server), 60);
  switch (seen.state) {
    case SmbAnswer::State::kAnswers:
      break;
    case SmbAnswer::State::kRejects:
      return critical(fmt::format("the SMB server {} rejects SMB2: {}", at, seen.detail));
    case SmbAnswer::State::kUnresolved:
      return unknown(fmt::format("the name of {} cannot be resolved", at));
    case SmbAnswer::State::kRefused:
      return critical(fmt::format("no SMB server at {}: {}", at, seen.detail));
    case SmbAnswer::State::kNoResponse:
      return critical(fmt::format("the SMB server {} does not respond", at));
    case SmbAnswer::State::kClosed:
      return critical(fmt::format("the SMB server {} closes the connection without an answer", at));
    case SmbAnswer::State::kBadReply:
      return critical(fmt::format("{} is not an SMB2 server: {}", at, seen.detail));
  }
  return std::nullopt;
}

std::optional<CheckResult> judge_share_config(const Result<ShareConfig>& config) {
  if (!config) {
    if (config.error().code == ErrorCode::kUnknown) return critical(config.error().message);
    return unknown(config.error().message);
  }
  if (!config->is_available) return critical("the share is not available (available = no)");
  if (!config->volume.empty()) return std::nullopt;
  if (config->path.empty()) return critical("the share has no path");
  if (config->path.find('%') != std::string::npos) {
    return unknown(
        fmt::format("the path of the share depends on the user: {}", shortened(config->path, 60)));
  }
  return std::nullopt;
}

std::optional<CheckResult> judge_share_path(std::string_view path, const ShareMount& seen) {
  const auto shown = shortened(path, 60);
  const auto& found = seen.found;
  if (!found.has_responded) return critical(fmt::format("{} does not respond", shown));
  if (found.error_number == EACCES) {
    return unknown(fmt::format("{} cannot be opened: {}", shown, errno_text(EACCES)));
  }
  if (found.error_number != 0) {
    return critical(fmt::format("{} cannot be opened: {}", shown, errno_text(found.error_number)));
  }
  if (found.mount_id == 0 || seen.type.empty()) {
    return unknown(fmt::format("the file system of {} cannot be determined", shown));
  }
  if (seen.is_gluster) return std::nullopt;
  return critical(
      fmt::format("no volume is mounted at {}, which is on {}", shown, shortened(seen.type, 20)));
}

std::optional<CheckResult> judge_share_mount(std::string_view target, const Observation& seen) {
  const auto state = state_of(seen);
  if (works(state)) return std::nullopt;
  return critical(
      fmt::format("the mount at {} does not work: {}", shortened(target, 50), name_of(state)));
}

std::optional<CheckResult> judge_login(const LoginOutcome& seen) {
  if (!seen.has_ended) return critical("the share cannot be used: smbclient timed out");
  if (seen.succeeded) return std::nullopt;
  const auto status = nt_status_in(seen.output);
  return critical(fmt::format("the share cannot be used: {}",
                              status.empty() ? "smbclient failed" : shortened(status, 60)));
}

CheckResult judge_share(std::string_view share, const CheckResult& volume) {
  // "unknown: " stays in front, so that everybody who looks for it finds it.
  constexpr std::string_view kUnknown = "unknown: ";
  const auto lines = split(volume.output, '\n');
  auto first = lines.front();
  const bool is_unknown = first.starts_with(kUnknown);
  if (is_unknown) first.remove_prefix(kUnknown.size());
  std::vector<CheckLine> details;
  for (std::size_t i = 1; i < lines.size(); ++i) details.push_back({std::string(lines[i])});
  return {volume.status, check_output({fmt::format("{}share {}: {}", is_unknown ? kUnknown : "",
                                                   shortened(share, 30), first)},
                                      details)};
}

}  // namespace glusterconsul::admin
