#include "gluster/server_owner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "util/system_account.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul::gluster {

std::optional<std::string> why_untrusted(const Result<PeerOwner>& owner, Port port) {
  if (!owner) return fmt::format("port {} on this machine: {}", port, owner.error().message);
  switch (owner->kind) {
    case PeerOwner::Kind::kRemote:
    case PeerOwner::Kind::kClosed:
      return std::nullopt;
    case PeerOwner::Kind::kUnidentified:
      return fmt::format(
          "port {} on this machine: the kernel does not show which user answers there", port);
    case PeerOwner::Kind::kLocal:
      break;
  }
  if (is_system_account(owner->user) || owner->user == identified_caller()) return std::nullopt;
  return fmt::format("port {} on this machine belongs to user {}", port,
                     describe_user(owner->user));
}

bool is_want_of_descriptors(const Result<PeerOwner>& owner) {
  return !owner && owner.error().transient;
}

}  // namespace glusterconsul::gluster
