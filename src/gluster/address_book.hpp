#pragma once

#include <poll.h>

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "util/error.hpp"
#include "util/host.hpp"
#include "util/resolver.hpp"

namespace glusterconsul::gluster {

/// The addresses of host names, each of which is looked up once by the system's resolver. Nothing
/// blocks.
class AddressBook {
 public:
  /// The maximum number of lookups at the same time, each of which has a thread.
  static constexpr std::size_t kAtOnce = 64;

  /// The addresses of the host in the order in which a client tries them (in_clients_order()), at
  /// least one; an error as of NameLookup::result(). Nothing while its name is being looked up, or
  /// while it waits because kAtOnce others are. Starts the lookup if necessary.
  [[nodiscard]] std::optional<Result<std::vector<IpAddress>>> find(const Host& host);
  /// Appends what poll(2) has to wait for, and afterwards find() may have more.
  void watch(std::vector<pollfd>& watched) const;

 private:
  std::map<HostName, NameLookup> lookups_;
  std::map<HostName, Result<std::vector<IpAddress>>> known_;
};

}  // namespace glusterconsul::gluster
