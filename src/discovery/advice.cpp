#include "discovery/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace glusterconsul::discovery {
namespace {

using gluster::Verdict;

bool is_passing(const Candidate& candidate) {
  return candidate.instance.health == consul::Health::kPassing;
}

}  // namespace

Advice advice_on_servers(const Plan& plan) {
  const auto all = [&](auto&& is) {
    return !plan.order.empty() &&
           std::all_of(plan.order.begin(), plan.order.end(),
                       [&](std::size_t index) { return is(plan.candidates[index]); });
  };
  const auto refuses = [](const Candidate& candidate) {
    return candidate.probe.verdict == Verdict::kRefused;
  };
  const auto without_connection = [&](const Candidate& candidate) {
    const auto& probe = candidate.probe;
    return refuses(candidate) ||
           (probe.verdict == Verdict::kNoResponse && probe.detail.starts_with("no connection"));
  };
  if (all(without_connection)) {
    const auto port = plan.port();
    // Only HTTP shows the checks.
    const bool shows_checks = plan.channel != consul::Channel::kDns && !plan.from_cache;
    auto cause = all(refuses)
                     ? fmt::format("connections to port {} of the servers are refused", port)
                     : fmt::format("no connection to port {} of the servers", port);
    if (shows_checks && all(is_passing)) {
      return {std::move(cause),
              fmt::format(
                  "their checks in Consul pass: if glusterd is running, a firewall between this "
                  "machine and the servers blocks port {}/tcp",
                  port)};
    }
    return {
        std::move(cause),
        fmt::format("check that glusterd is running there, and that no firewall blocks port {}/tcp",
                    port)};
  }
  const auto hangs = [](const Candidate& candidate) {
    return candidate.probe.verdict == Verdict::kNoResponse;
  };
  if (all(hangs)) {
    return {"glusterd on the servers does not respond",
            "glusterd accepts connections, but does not respond: restart it"};
  }
  const auto closes = [](const Candidate& candidate) {
    return candidate.probe.verdict == Verdict::kClosed;
  };
  if (all(closes)) {
    return {"glusterd on the servers closes connections without an answer",
            "if glusterd there requires TLS, create /var/lib/glusterd/secure-access here, too"};
  }
  return {};
}

}  // namespace glusterconsul::discovery
