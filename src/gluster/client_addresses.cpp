#include "gluster/client_addresses.hpp"

#include <algorithm>
#include <iterator>

namespace glusterconsul::gluster {

std::vector<IpAddress> in_clients_order(const std::vector<IpAddress>& addresses) {
  const auto is_v4 = [](const IpAddress& each) { return each.family() == IpAddress::Family::kV4; };
  const auto family = std::any_of(addresses.begin(), addresses.end(), is_v4)
                          ? IpAddress::Family::kV4
                          : IpAddress::Family::kV6;
  std::vector<IpAddress> ordered;
  std::copy_if(addresses.begin(), addresses.end(), std::back_inserter(ordered),
               [&](const IpAddress& each) { return each.family() == family; });
  return ordered;
}

}  // namespace glusterconsul::gluster
