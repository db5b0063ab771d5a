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
  /// The maximum number of lookups at the same time, each of which has a thread. Those that hang
  /// survive this object, so that a service needs several times as many (TasksMax= in
  /// systemd/glusterconsul-register.service).
  static constexpr std::size_t kAtOnce = 8;

  /// The addresses of the host in the order in which a client tries them (in_clients_order()), at
  /// least one; an error as of NameLookup::start() and result(). Nothing while its name is being
  /// looked up, or while it waits because kAtOnce others are. Starts the lookup if necessary.
  [[nodiscard]] std::optional<Result<std::vector<IpAddress>>> find(const Host& host);
  /// Stores the results of all lookups that have ended, also of those for which find() is no longer
  /// called. To be called after each poll(2) with watch(), which would else return at once for
  /// ever.
  void collect();
  /// Appends what poll(2) has to wait for, and afterwards find() may have more.
  void watch(std::vector<pollfd>& watched) const;

 private:
  const Result<std::vector<IpAddress>>& store(const HostName& name,
                                              Result<std::vector<IpAddress>> found);

  std::map<HostName, NameLookup> lookups_;
  std::map<HostName, Result<std::vector<IpAddress>>> known_;
};

}  // namespace glusterconsul::gluster
