#pragma once

#include <poll.h>

#include <cstddef>
#include <optional>
#include <span>

#include "gluster/conversation.hpp"
#include "util/deadline.hpp"
#include "util/host.hpp"
#include "util/resolver.hpp"
#include "util/socket_address.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::gluster {

/// One server that is being probed: first its name is looked up, if it has one, then it is
/// connected to. Nothing here blocks. Failures are reported to `talk`.
struct ProbeContact {
  std::size_t server;  ///< its index
  Clock::time_point started;
  Deadline until;
  std::optional<NameLookup> lookup;
  UniqueFd socket;
  std::optional<IpAddress::Family> family;
  bool is_connecting = false;
  Conversation talk;
  Clock::time_point ended = started;

  /// Starts to connect; `is_connecting` is false if the connection is established immediately. The
  /// errno if it fails, including a shortage of descriptors; 0 otherwise.
  [[nodiscard]] int connect_to(const SocketAddress& address);
  /// To be called after poll(2): whether the connection is established.
  [[nodiscard]] bool finish_connecting();
  /// What poll(2) has to wait for.
  [[nodiscard]] pollfd watched() const;
  /// To be called after poll(2): sends and receives what is possible. `buffer` is scratch space.
  void exchange(short events, std::span<std::byte> buffer);
  void send_rest();
};

}  // namespace glusterconsul::gluster
