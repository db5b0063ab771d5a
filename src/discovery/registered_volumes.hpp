#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consul/instance.hpp"
#include "util/allowed_hosts.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The instances of a service that matter to a mount of one volume.
struct VolumeInstances {
  std::vector<consul::Instance> instances;  ///< in Consul's order
  bool is_registered = false;               ///< at least one of them is registered for the volume
  std::vector<std::string> volumes;         ///< all that have a registration, sorted by name
  std::optional<Error> problem;             ///< why the volume cannot be mounted from these
};

/// A server that `glusterconsul register` has registered has an instance for itself, and one for
/// each of its volumes, which has RegisteredVolume; all have its address and port. Of these, keeps
/// the instances without RegisteredVolume and those of `volume`, and merges those of one server
/// (node, address and port) if one of them is of the volume: the result is that one with the checks
/// of all, the worst of their health, and the weight that belongs to it. So a volume that is broken
/// takes a server out for this volume only, and a server that is broken, for all its volumes.
///
/// The other instances are dropped if an instance that is kept has the same address and port. The
/// rest, one for each address and port, stay in the list: they must not be probed, since the
/// server does not have the volume, but the name of the service in DNS leads to them as well.
///
/// The problem is kAmbiguous if servers that `allowed` accepts have registered the volume with
/// different IDs, whatever their health is: otherwise a mount would get the data of the other
/// volume as soon as the servers of the first fail. It is kNotServed if instances are registered
/// only for other volumes. `service` is for the messages. Without any RegisteredVolume, the result
/// is the list as it is.
[[nodiscard]] VolumeInstances instances_for_volume(std::vector<consul::Instance> instances,
                                                   const std::string& volume,
                                                   const std::string& service,
                                                   const AllowedHosts& allowed);

/// For a question to each server that is not about one volume: keeps one instance for each server
/// that has registered volumes: the one without RegisteredVolume, or else the healthiest.
[[nodiscard]] std::vector<consul::Instance> one_for_each_server(
    std::vector<consul::Instance> instances);

}  // namespace glusterconsul::discovery
