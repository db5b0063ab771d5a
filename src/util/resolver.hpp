#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul {

/// A lookup of a host name by the system's resolver, as configured in nsswitch.conf, hosts and
/// resolv.conf. getaddrinfo(3) has no timeout and cannot be stopped, so it runs in a detached
/// thread that shares a small block of memory with this object; whichever of the two ends last
/// frees it. To give up, destroy the object.
class NameLookup {
 public:
  /// kSystem if no thread can be started or no descriptor is available.
  [[nodiscard]] static Result<NameLookup> start(const HostName& name);

  /// Becomes readable when result() is available.
  [[nodiscard]] int fd() const;
  /// Nothing while the lookup runs; then the addresses, at least 1 and at most 64, without
  /// duplicates, the preferred one first (RFC 6724). Otherwise the resolver's message: kUnreachable
  /// if the name has no address, kUnavailable if the resolver failed, so that it may have some.
  [[nodiscard]] std::optional<Result<std::vector<IpAddress>>> result() const;

 private:
  struct Shared;
  explicit NameLookup(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

}  // namespace glusterconsul
