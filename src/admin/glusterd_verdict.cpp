#include "admin/glusterd_verdict.hpp"

#include <fmt/format.h>

#include <string>

#include "admin/check_output.hpp"

namespace glusterconsul::admin {
namespace {

CheckResult critical(std::string cause) {
  return {CheckStatus::kCritical, check_output({std::move(cause)})};
}

CheckResult unknown(std::string cause) {
  return {CheckStatus::kWarning, check_output({"unknown: " + std::move(cause)})};
}

std::string with_detail(std::string_view cause, std::string_view detail) {
  return detail.empty() ? std::string(cause) : fmt::format("{}: {}", cause, detail);
}

}  // namespace

// The detail is only used where it does not depend on how fast something failed.
std::optional<CheckResult> judge_glusterd(GlusterdState glusterd, std::string_view detail) {
  switch (glusterd) {
    case GlusterdState::kAnswers:
      break;
    case GlusterdState::kOnlyPings:
      return critical("glusterd answers pings but not requests: it is stuck in a transaction");
    case GlusterdState::kRefused:
      return critical(with_detail("glusterd cannot be reached", detail));
    case GlusterdState::kNoResponse:
      return critical("glusterd does not respond");
    case GlusterdState::kClosed:
      return critical("glusterd closes the connection without an answer");
    case GlusterdState::kUnresolved:
      return unknown("the name of the server cannot be resolved");
    case GlusterdState::kBadReply:
      return unknown(with_detail("glusterd gave no usable answer", detail));
    case GlusterdState::kEncrypted:
      return unknown("management traffic is encrypted (secure-access)");
  }
  return std::nullopt;
}

}  // namespace glusterconsul::admin
