#include "gluster/address_book.hpp"

#include <iterator>
#include <utility>

#include "gluster/client_addresses.hpp"

namespace glusterconsul::gluster {

std::optional<Result<std::vector<IpAddress>>> AddressBook::find(const Host& host) {
  if (const auto* address = host.address()) return std::vector{*address};
  const auto& name = *host.name();
  if (const auto known = known_.find(name); known != known_.end()) return known->second;
  auto lookup = lookups_.find(name);
  if (lookup == lookups_.end()) {
    if (lookups_.size() >= kAtOnce) return std::nullopt;
    auto started = NameLookup::start(name);
    if (!started) return fail(started.error());
    lookup = lookups_.emplace(name, *std::move(started)).first;
  }
  auto found = lookup->second.result();
  if (!found) return std::nullopt;
  lookups_.erase(lookup);
  return store(name, *std::move(found));
}

void AddressBook::collect() {
  for (auto lookup = lookups_.begin(); lookup != lookups_.end();) {
    auto found = lookup->second.result();
    if (!found) {
      ++lookup;
      continue;
    }
    store(lookup->first, *std::move(found));
    lookup = lookups_.erase(lookup);
  }
}

const Result<std::vector<IpAddress>>& AddressBook::store(const HostName& name,
                                                         Result<std::vector<IpAddress>> found) {
  if (found) *found = in_clients_order(*found);
  return known_.emplace(name, std::move(found)).first->second;
}

void AddressBook::watch(std::vector<pollfd>& watched) const {
  for (const auto& [name, lookup] : lookups_) watched.push_back({lookup.fd(), POLLIN, 0});
}

}  // namespace glusterconsul::gluster
