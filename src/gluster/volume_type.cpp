#include "gluster/volume_type.hpp"

namespace glusterconsul::gluster {

std::string type_name(const VolumeInfo& volume) {
  using Type = VolumeInfo::Type;
  const std::string prefix = volume.set_count > 1 ? "distributed-" : "";
  switch (volume.type) {
    case Type::kDistribute:
      return "distribute";
    case Type::kReplicate:
      return prefix + "replicate";
    case Type::kDisperse:
      return prefix + "disperse";
    case Type::kOther:
      break;
  }
  return "other";
}

}  // namespace glusterconsul::gluster
