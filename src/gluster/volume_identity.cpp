#include "gluster/volume_identity.hpp"

#include <algorithm>

#include "util/allowed_hosts.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr std::size_t kMaxShown = 512;

/// What is known about the translator that is being read.
struct Translator {
  bool is_client = false;
  std::string_view host;
  std::string_view subvolume;
};

void add_brick(VolumeIdentity& identity, const Translator& translator) {
  if (!translator.is_client || translator.subvolume.empty()) return;
  const auto host = Host::parse(translator.host);
  if (!host || AllowedHosts().impossible(*host)) return;
  const std::string name = host->text() + ":";
  if (identity.brick_hashes.empty()) {
    identity.first_brick =
        name + std::string(translator.subvolume.substr(0, kMaxShown - name.size()));
  }
  identity.brick_hashes.push_back(fnv1a(translator.subvolume, fnv1a(name)));
}

}  // namespace

VolumeIdentity volume_identity(std::string_view volfile) {
  constexpr std::string_view kHost = "option remote-host ";
  constexpr std::string_view kSubvolume = "option remote-subvolume ";
  VolumeIdentity identity;
  Translator translator;
  while (!volfile.empty() && identity.brick_hashes.size() < kMaxIdentityBricks) {
    const auto end = std::min(volfile.find('\n'), volfile.size());
    const auto line = trim(volfile.substr(0, end));
    volfile.remove_prefix(std::min(end + 1, volfile.size()));
    if (line == "type protocol/client") {
      translator.is_client = true;
    } else if (line.starts_with(kHost)) {
      translator.host = trim(line.substr(kHost.size()));
    } else if (line.starts_with(kSubvolume)) {
      translator.subvolume = trim(line.substr(kSubvolume.size()));
    } else if (line == "end-volume") {
      add_brick(identity, translator);
      translator = {};
    }
  }
  std::sort(identity.brick_hashes.begin(), identity.brick_hashes.end());
  identity.brick_hashes.erase(
      std::unique(identity.brick_hashes.begin(), identity.brick_hashes.end()),
      identity.brick_hashes.end());
  return identity;
}

}  // namespace glusterconsul::gluster
