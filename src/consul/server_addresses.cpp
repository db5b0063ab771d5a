#include "consul/server_addresses.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>

#include "util/resolver.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {

Result<std::vector<IpAddress>> find_addresses(const HostName& name, const Deadline& deadline,
                                              const Cancel& cancel) {
  TRY_ASSIGN(const auto lookup, NameLookup::start(name));
  auto found = lookup.result();
  while (!found) {
    if (cancel.requested()) {
      return fail(ErrorCode::kInterrupted, "interrupted while resolving its host name");
    }
    if (deadline.expired()) {
      return fail(ErrorCode::kTimedOut, "its host name was not resolved in time");
    }
    std::array<pollfd, 2> watched{{{lookup.fd(), POLLIN, 0}, {cancel.fd(), POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), deadline.poll_timeout());
    found = lookup.result();
  }
  if (!*found) {
    return fail(found->error().code,
                fmt::format("its host name cannot be resolved ({})", found->error().message),
                "correct the address, or add the name to /etc/hosts or DNS");
  }
  return **found;
}

}  // namespace glusterconsul::consul
