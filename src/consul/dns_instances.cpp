#include "consul/dns_instances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "consul/dns_message.hpp"
#include "consul/dns_name.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

using Family = IpAddress::Family;

/// All addresses of each name, in their original order.
using AddressesOf = std::multimap<std::string_view, const IpAddress*>;

AddressesOf by_name(const std::vector<AddressRecord>& addresses) {
  AddressesOf known;
  for (const auto& record : addresses) known.emplace(record.name, &record.address);
  return known;
}

/// All hosts of a target, without duplicates, IPv4 before IPv6 (RFC 2782, "Usage rules"); none if
/// its addresses are unknown. For a target outside `domain`, the host name is sufficient.
std::vector<Host> hosts_of(const std::string& target, const AddressesOf& known,
                           const Domain& domain) {
  if (auto address = address_in_name(target)) return {Host(*std::move(address))};
  std::set<std::pair<Family, std::string>> seen;
  std::vector<Host> hosts;
  const auto [from, to] = known.equal_range(target);
  for (auto at = from; at != to; ++at) {
    const auto& address = *at->second;
    if (seen.emplace(address.family(), address.text()).second) hosts.emplace_back(address);
  }
  std::stable_sort(hosts.begin(), hosts.end(), [](const Host& a, const Host& b) {
    return a.address()->family() < b.address()->family();
  });
  if (!hosts.empty() || domain.part_below(target)) return hosts;
  if (auto name = Host::parse(target)) hosts.push_back(*std::move(name));
  return hosts;
}

/// Sets the node and the data centre from the target: "s1" and "dc1" from `s1.node.dc1.consul`;
/// "dc1" from `0a4d0001.addr.dc1.consul`.
void name_node(std::string_view target, const Domain& domain, Instance& instance) {
  instance.node = instance.host.text();
  const auto part = domain.part_below(target);
  if (!part) return;
  const auto labels = split(*part, '.');
  if (labels.size() < 3) return;
  const auto kind = labels[labels.size() - 2];
  if (kind == "node") instance.node = labels.front();
  if (kind == "node" || kind == "addr") instance.datacenter = labels.back();
}

Instance instance_at(Host host, Port port, unsigned weight) {
  return Instance{{}, {}, std::move(host), port, {}, {}, std::max(weight, 1U), Health::kUnknown,
                  {}, {}};
}

}  // namespace

std::optional<IpAddress> address_in_name(std::string_view target) {
  constexpr std::size_t kIpv4Digits = 8;
  constexpr std::size_t kIpv6Digits = 32;
  const auto labels = split(target, '.');
  if (labels.size() < 3 || to_lower(labels[1]) != "addr") return std::nullopt;
  const auto digits = labels.front();
  if (digits.size() != kIpv4Digits && digits.size() != kIpv6Digits) {
    return std::nullopt;
  }
  std::array<std::uint8_t, kIpv6Digits / 2> address{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto value = kDigits.find(to_lower(digits.substr(i, 1)));
    if (value == std::string_view::npos) return std::nullopt;
    address.at(i / 2) = static_cast<std::uint8_t>(std::size_t{address.at(i / 2)} * 16 + value);
  }
  return ip_address_of(std::span(address).first(digits.size() / 2));
}

LookupResult instances_of(const std::vector<SrvRecord>& services,
                          const std::vector<AddressRecord>& addresses, const Domain& domain,
                          Port fallback_port) {
  LookupResult answer;
  const auto skip = [&](const std::string& why) {
    note_skipped(answer.skipped, answer.first_skipped, why);
  };
  const auto known = by_name(addresses);
  std::set<std::pair<std::string_view, Port>> expanded;  // records can share a target and port
  for (const auto& service : services) {
    const Port port = service.port != 0 ? service.port : fallback_port;
    if (!expanded.emplace(service.target, port).second) continue;
    const auto hosts = hosts_of(service.target, known, domain);
    if (hosts.empty()) skip(fmt::format("'{}' has no address", shortened(service.target, 100)));
    for (const auto& host : hosts) {
      if (answer.instances.size() == kMaxInstances) {
        skip(fmt::format("only the first {} addresses are used", kMaxInstances));
        return answer;
      }
      auto instance = instance_at(host, port, service.weight);
      name_node(service.target, domain, instance);
      answer.instances.push_back(std::move(instance));
    }
  }
  return answer;
}

std::vector<std::string> targets_without_address(const std::vector<SrvRecord>& services,
                                                 const std::vector<AddressRecord>& addresses,
                                                 const Domain& domain) {
  const auto known = by_name(addresses);
  std::set<std::string_view> seen;
  std::vector<std::string> targets;
  for (const auto& service : services) {
    if (!seen.insert(service.target).second) continue;
    const bool is_open = domain.part_below(service.target) && is_dns_name(service.target) &&
                         hosts_of(service.target, known, domain).empty();
    if (is_open) targets.push_back(service.target);
  }
  return targets;
}

LookupResult instances_of_addresses(const DnsReply& reply, Port fallback_port) {
  LookupResult answer;
  answer.skipped = reply.skipped;
  answer.first_skipped = reply.first_skipped;
  for (const auto& record : reply.addresses) {
    const auto& names = reply.answer_names;
    if (std::find(names.begin(), names.end(), record.name) == names.end()) continue;
    auto instance = instance_at(Host(record.address), fallback_port, 1);
    instance.node = record.address.text();
    answer.instances.push_back(std::move(instance));
  }
  return answer;
}

}  // namespace glusterconsul::consul
