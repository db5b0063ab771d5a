#pragma once

#include <string>
#include <vector>

namespace glusterconsul::mount {

/// What tells this machine from others. Everybody can read all of it, so that `glusterconsul
/// lookup` shows a user the same order as root's mount has.
struct MachineFacts {
  std::string machine_id;                       ///< of machine-id(5)
  std::string boot_id;                          ///< of this boot (random(4))
  std::string host_name;                        ///< of the UTS namespace
  std::vector<std::string> hardware_addresses;  ///< of network devices, in any order
};

/// A text that differs between machines, and is the same whenever it is made on one: machine-id(5),
/// which copies of one image share, together with the host's name and the addresses of its network
/// devices. If there is no machine id yet (`uninitialized`, or empty, during the first boot), the
/// boot's id stands for it.
[[nodiscard]] std::string machine_identity(const MachineFacts& facts);

/// Of this machine. What cannot be read is empty.
[[nodiscard]] MachineFacts read_machine_facts();

}  // namespace glusterconsul::mount
