#include "gluster/volume_identity.hpp"

#include <algorithm>

#include "gluster/volfile_bricks.hpp"
#include "util/allowed_hosts.hpp"
#include "util/hash.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr std::size_t kMaxShown = 512;

void add_brick(VolumeIdentity& identity, const ClientTranslator& translator) {
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
  VolumeIdentity identity;
  while (identity.brick_hashes.size() < kMaxIdentityBricks) {
    const auto translator = next_client_translator(volfile);
    if (!translator) break;
    add_brick(identity, *translator);
  }
  std::sort(identity.brick_hashes.begin(), identity.brick_hashes.end());
  identity.brick_hashes.erase(
      std::unique(identity.brick_hashes.begin(), identity.brick_hashes.end()),
      identity.brick_hashes.end());
  return identity;
}

}  // namespace glusterconsul::gluster
