#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul {

/// A host name that the system's resolver is looking up, as nsswitch.conf, hosts and
/// resolv.conf say. getaddrinfo(3) takes no deadline and cannot be stopped, so it runs in
/// a detached thread that shares one small block of memory with this object; the last of
/// the two frees it. To give up, drop the object.
class NameLookup {
 public:
  /// kSystem if there is no thread or descriptor left.
  [[nodiscard]] static Result<NameLookup> start(const HostName& name);

  /// Becomes readable when result() has something.
  [[nodiscard]] int fd() const;
  /// Nothing while the lookup runs; then every address, at least one and at most 64, each
  /// once, the preferred first (RFC 6724), or kUnreachable with the resolver's message.
  [[nodiscard]] std::optional<Result<std::vector<IpAddress>>> result() const;

 private:
  struct Shared;
  explicit NameLookup(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

}  // namespace glusterconsul
