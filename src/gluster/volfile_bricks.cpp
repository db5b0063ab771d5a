#include "gluster/volfile_bricks.hpp"

#include <algorithm>

#include "util/allowed_hosts.hpp"
#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr std::size_t kMaxBrickPath = 4096;

/// Takes a line from the front.
std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

std::optional<ClientTranslator> next_client_translator(std::string_view& volfile) {
  constexpr std::string_view kHost = "option remote-host ";
  constexpr std::string_view kSubvolume = "option remote-subvolume ";
  bool is_client = false;
  ClientTranslator translator;
  while (!volfile.empty()) {
    const auto line = next_line(volfile);
    if (line == "type protocol/client") {
      is_client = true;
    } else if (line.starts_with(kHost)) {
      translator.host = trim(line.substr(kHost.size()));
    } else if (line.starts_with(kSubvolume)) {
      translator.subvolume = trim(line.substr(kSubvolume.size()));
    } else if (line == "end-volume") {
      if (is_client && !translator.subvolume.empty()) return translator;
      is_client = false;
      translator = {};
    }
  }
  return std::nullopt;
}

std::string to_string(const Brick& brick) {
  return brick.host.text() + ":" + brick.path;
}

std::vector<Brick> volfile_bricks(std::string_view volfile, std::size_t max_count) {
  std::vector<Brick> bricks;
  while (bricks.size() < max_count) {
    const auto translator = next_client_translator(volfile);
    if (!translator) break;
    auto host = Host::parse(translator->host);
    if (!host || AllowedHosts().impossible(*host)) continue;
    Brick brick{*std::move(host), std::string(translator->subvolume.substr(0, kMaxBrickPath))};
    if (std::find(bricks.begin(), bricks.end(), brick) == bricks.end())
      bricks.push_back(std::move(brick));
  }
  return bricks;
}

}  // namespace glusterconsul::gluster
