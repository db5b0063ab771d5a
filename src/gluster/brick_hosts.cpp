#include "gluster/brick_hosts.hpp"

#include <algorithm>

#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

/// More bricks than any volume has. Bounds the work for a volfile whose lines contain no valid
/// host.
constexpr std::size_t kMaxBricks = 16'384;

}  // namespace

std::vector<Host> brick_hosts(std::string_view volfile) {
  constexpr std::string_view kOption = "option remote-host ";
  std::vector<Host> hosts;
  std::size_t bricks = 0;
  // Line by line: a list of all lines would be many times as large as a volfile of empty lines.
  while (!volfile.empty() && hosts.size() < kMaxBrickHosts && bricks < kMaxBricks) {
    const auto end = std::min(volfile.find('\n'), volfile.size());
    const auto line = trim(volfile.substr(0, end));
    volfile.remove_prefix(std::min(end + 1, volfile.size()));
    if (!line.starts_with(kOption)) continue;
    ++bricks;
    auto host = Host::parse(trim(line.substr(kOption.size())));
    if (!host || std::find(hosts.begin(), hosts.end(), *host) != hosts.end()) continue;
    hosts.push_back(*std::move(host));
  }
  return hosts;
}

}  // namespace glusterconsul::gluster
