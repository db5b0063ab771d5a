#pragma once

#include <memory>
#include <optional>

#include "util/error.hpp"
#include "util/host.hpp"
#include "util/socket_address.hpp"

namespace glusterconsul::gluster {

/// One host name on its way through the system's resolver. getaddrinfo(3) cannot
/// be told a deadline and cannot be stopped, so it runs in a thread of its own
/// that nobody waits for: it shares nothing with the rest but one small block of
/// memory, which the last of the two frees. Giving up is dropping the object.
class NameLookup {
 public:
  /// kSystem where no thread or descriptor is to be had.
  [[nodiscard]] static Result<NameLookup> start(const HostName& name, Port port);

  /// Turns readable when result() has something.
  [[nodiscard]] int fd() const;
  /// Nothing while it still runs; then the first IPv4 address, else the first
  /// address, else kUnreachable with the resolver's words.
  [[nodiscard]] std::optional<Result<SocketAddress>> result() const;

 private:
  struct Shared;
  explicit NameLookup(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

}  // namespace glusterconsul::gluster
