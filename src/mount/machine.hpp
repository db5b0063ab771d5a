#pragma once

#include <string>
#include <vector>

namespace glusterconsul::mount {

/// What distinguishes this machine from others. All of it is readable by every user, so that
/// `glusterconsul lookup` shows any user the same order that root's mount uses.
struct MachineFacts {
  std::string machine_id;                       ///< machine-id(5)
  std::string boot_id;                          ///< differs in each boot (random(4))
  std::string host_name;                        ///< in this UTS namespace
  std::vector<std::string> hardware_addresses;  ///< of network hardware, in any order
};

/// A text that differs between machines: machine-id(5), which machines cloned from one image may
/// share, together with the host name and the addresses of the network hardware. It stays the same
/// as long as these do: a changed network adapter, for example, changes it. If there is no machine
/// id yet (`uninitialized` or empty, during the first boot), the boot id is used instead.
[[nodiscard]] std::string machine_identity(const MachineFacts& facts);

/// Reads the facts of this machine. Whatever cannot be read is empty.
[[nodiscard]] MachineFacts read_machine_facts();

}  // namespace glusterconsul::mount
