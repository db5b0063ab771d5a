#include "admin/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "admin/check_output.hpp"
#include "config/error_object.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using Json = nlohmann::ordered_json;
using gluster::BrickState;
using gluster::VolumeInfo;

constexpr std::string_view kUnknown = "unknown: ";

std::string_view word_for(GlusterdState state) {
  switch (state) {
    case GlusterdState::kAnswers:
      return "answers";
    case GlusterdState::kOnlyPings:
      return "only-pings";
    case GlusterdState::kRefused:
      return "refused";
    case GlusterdState::kNoResponse:
      return "no-response";
    case GlusterdState::kClosed:
      return "closed";
    case GlusterdState::kUnresolved:
      return "unresolved";
    case GlusterdState::kBadReply:
      return "bad-reply";
    case GlusterdState::kEncrypted:
      return "encrypted";
  }
  return "";
}

std::string_view word_for(BrickState::Kind kind) {
  switch (kind) {
    case BrickState::Kind::kAnswers:
      return "answers";
    case BrickState::Kind::kOnlyAccepts:
      return "only-accepts";
    case BrickState::Kind::kUnresolved:
      return "unresolved";
    case BrickState::Kind::kLookupFailed:
      return "lookup-failed";
    case BrickState::Kind::kNoGlusterd:
      return "no-glusterd";
    case BrickState::Kind::kGlusterdNoResponse:
      return "glusterd-no-response";
    case BrickState::Kind::kNotRunning:
      return "not-running";
    case BrickState::Kind::kRefused:
      return "refused";
    case BrickState::Kind::kNoResponse:
      return "no-response";
    case BrickState::Kind::kUnknown:
      return "unknown";
  }
  return "";
}

std::string_view word_for(VolumeInfo::Type type) {
  switch (type) {
    case VolumeInfo::Type::kDistribute:
      return "distribute";
    case VolumeInfo::Type::kReplicate:
      return "replicate";
    case VolumeInfo::Type::kDisperse:
      return "disperse";
    case VolumeInfo::Type::kOther:
      return "other";
  }
  return "";
}

std::string first_line(const std::string& output) {
  return output.substr(0, output.find('\n'));
}

/// "2 of 3 volumes are healthy: g1 (critical)", or "unknown: …" if nothing worse is known.
CheckLine sum(std::span<const CheckedVolume> volumes) {
  bool is_only_unknown = true;
  CheckLine line;
  for (const auto status : {CheckStatus::kCritical, CheckStatus::kWarning}) {
    for (const auto& [name, seen, result] : volumes) {
      if (result.status != status) continue;
      const bool is_unknown = result.output.starts_with(kUnknown);
      is_only_unknown = is_only_unknown && is_unknown;
      line.items.push_back(
          {name.text(), std::string(is_unknown ? "unknown" : status_name(status))});
    }
  }
  const auto healthy = volumes.size() - line.items.size();
  line.text =
      fmt::format("{}{} of {} {} healthy", is_only_unknown && !line.items.empty() ? kUnknown : "",
                  healthy, count_of(volumes.size(), "volume"), healthy == 1 ? "is" : "are");
  return line;
}

/// The first lines of the volumes, the worst first.
std::vector<CheckLine> first_lines(std::span<const CheckedVolume> volumes) {
  std::vector<CheckLine> lines;
  for (const auto status : {CheckStatus::kCritical, CheckStatus::kWarning, CheckStatus::kPassing}) {
    for (const auto& volume : volumes) {
      if (volume.result.status == status) lines.push_back({first_line(volume.result.output)});
    }
  }
  return lines;
}

Json peer_json(const gluster::Peer& peer) {
  return {{"uuid", peer.uuid},
          {"host", peer.host},
          {"connected", peer.is_connected},
          {"state_id", peer.state_id},
          {"state", peer.state}};
}

Json bricks_json(const VolumeState& seen) {
  Json bricks = Json::array();
  for (std::size_t i = 0; i < std::min(seen.info.bricks.size(), seen.bricks.size()); ++i) {
    const auto& brick = seen.info.bricks[i];
    const auto& state = seen.bricks[i];
    bricks.push_back({{"host", brick.host},
                      {"path", brick.path},
                      {"state", word_for(state.kind)},
                      {"port", state.port == 0 ? Json() : Json(state.port)},
                      {"detail", state.detail}});
  }
  return bricks;
}

Json volume_json(const CheckedVolume& volume) {
  const auto& [name, seen, result] = volume;
  return {{"name", name.text()},
          {"status", status_name(result.status)},
          {"output", result.output},
          {"glusterd", word_for(seen.glusterd)},
          {"detail", seen.detail},
          {"exists", seen.exists},
          {"id", seen.info.id},
          {"type", seen.exists ? Json(word_for(seen.info.type)) : Json()},
          {"started", seen.info.status == VolumeInfo::Status::kStarted},
          {"bricks", bricks_json(seen)}};
}

}  // namespace

CheckResult combined(std::span<const CheckedVolume> volumes) {
  if (volumes.size() == 1) return volumes.front().result;
  const auto worst = std::max_element(
      volumes.begin(), volumes.end(),
      [](const auto& a, const auto& b) { return a.result.status < b.result.status; });
  const auto cause = sum(volumes);
  std::string text = printed(cause);
  for (const auto& volume : volumes) text += "\n" + volume.result.output;
  if (text.size() > kMaxCheckOutput) text = check_output(cause, first_lines(volumes));
  return {worst->result.status, std::move(text)};
}

CheckResult unknown(const Error& error) {
  return {CheckStatus::kWarning, printed({fmt::format("{}{}", kUnknown, error.message)})};
}

std::string server_check_json(const Endpoint& glusterd, const ServerState& seen,
                              const CheckResult& result) {
  Json peers = Json::array();
  for (const auto& peer : seen.peers) peers.push_back(peer_json(peer));
  Json volumes = Json::array();
  for (const auto& volume : seen.volumes) volumes.push_back(volume.name);
  const Json json = {{"address", to_string(glusterd)},
                     {"status", status_name(result.status)},
                     {"output", result.output},
                     {"glusterd", word_for(seen.glusterd)},
                     {"detail", seen.detail},
                     {"uuid", seen.uuid},
                     {"peers", peers},
                     {"volumes", volumes},
                     {"error", nullptr}};
  return config::json_text(json);
}

std::string volume_check_json(const Endpoint& glusterd, std::span<const CheckedVolume> volumes) {
  const auto all = combined(volumes);
  Json checked = Json::array();
  for (const auto& volume : volumes) checked.push_back(volume_json(volume));
  const Json json = {{"address", to_string(glusterd)},
                     {"status", status_name(all.status)},
                     {"output", all.output},
                     {"volumes", checked},
                     {"error", nullptr}};
  return config::json_text(json);
}

std::string failed_check_json(const Error& error, const CheckResult& result) {
  const Json json = {{"status", status_name(result.status)},
                     {"output", result.output},
                     {"error", config::error_object(error)}};
  return config::json_text(json);
}

}  // namespace glusterconsul::admin
