#pragma once

#include <string>
#include <vector>

#include "admin/server_state.hpp"
#include "admin/volume_document.hpp"
#include "admin/volume_key.hpp"
#include "consul/domain.hpp"
#include "consul/kv_entry.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::admin {

/// How a server publishes its volumes.
struct PublicationPolicy {
  VolumeKeys keys;
  std::string service;    ///< the NAME of each SPEC, unless the volume sets its own
  consul::Domain domain;  ///< to check the services that volumes set
  enum class OtherVolume {
    kRefuse,
    kTakeOver,
  };
  /// If the key describes another volume of the same name, in another pool.
  OtherVolume other_volume = OtherVolume::kRefuse;
};

/// One difference between a server's volumes and Consul's keys.
struct PublicationStep {
  consul::KvChange change;
  std::string what;  ///< "add gluster/volumes/g0", for people; contains foreign text
  friend bool operator==(const PublicationStep&, const PublicationStep&) = default;
};

struct Publication {
  std::vector<PublicationStep> steps;  ///< sorted by key
  std::vector<Warning> warnings;       ///< what was ignored or left alone
  std::vector<Error> refused;          ///< volumes that cannot be published: kAmbiguous, kBadReply
};

/// The documents for the volumes of `seen` and the difference to the keys that exist below the
/// prefix. An error, and no step, unless glusterd answers, its UUID is known, and more than half of
/// the pool, including itself, is connected: a server that has been cut off does not know what has
/// changed.
///  - A key is deleted only if glusterd no longer lists its volume, its `pool` contains this
///  server,
///    and most servers of that `pool` are still in this server's pool. A server that was detached
///    from its pool therefore deletes nothing of it, and one without volumes and peers nothing at
///    all.
///  - A key with another `id` is replaced if it could be deleted (the volume was created anew), or
///    with kTakeOver; otherwise it is refused.
///  - Keys that are not documents of schema 1 are never changed.
/// The volume's options user.glusterconsul.{options,directories,hidden,service} end up in its
/// document; a value that cannot be used is skipped, with a warning that names it.
[[nodiscard]] Result<Publication> plan_publication(const ServerState& seen,
                                                   const std::vector<consul::KvEntry>& existing,
                                                   const PublicationPolicy& policy);

/// `steps` as lines of text, each with a newline.
[[nodiscard]] std::string steps_text(const std::vector<PublicationStep>& steps);

}  // namespace glusterconsul::admin
