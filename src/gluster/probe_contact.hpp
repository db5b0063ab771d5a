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

/// One server that is being asked: first the resolver for its name, if it has one, then itself.
/// Nothing here waits. What fails goes to `talk`.
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

  /// Starts to connect; `is_connecting` is false if that is done at once. The errno if it fails,
  /// a shortage of descriptors among them; 0 otherwise.
  [[nodiscard]] int connect_to(const SocketAddress& address);
  /// After poll(2): whether the connection is made.
  [[nodiscard]] bool finish_connecting();
  /// What poll(2) has to wait for.
  [[nodiscard]] pollfd watched() const;
  /// Sends and receives what is possible after poll(2). `buffer` is scratch space.
  void exchange(short events, std::span<std::byte> buffer);
  void send_rest();
};

}  // namespace glusterconsul::gluster
