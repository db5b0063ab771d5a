#include "consul/dns_instances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "consul/dns_message.hpp"
#include "consul/dns_name.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

/// The address of a target, if the message contains one; IPv4 is preferred.
std::optional<IpAddress> known_address(std::string_view target,
                                       const std::vector<AddressRecord>& addresses) {
  if (auto address = address_in_name(target)) return address;
  const AddressRecord* best = nullptr;
  for (const auto& record : addresses) {
    if (record.name != target) continue;
    if (best == nullptr || (best->address.family() == IpAddress::Family::kV6 &&
                            record.address.family() == IpAddress::Family::kV4)) {
      best = &record;
    }
  }
  if (best == nullptr) return std::nullopt;
  return best->address;
}

/// The host of the target, or the reason that it is unknown.
Result<Host> host_of(const SrvRecord& service, const std::vector<AddressRecord>& addresses,
                     const Domain& domain) {
  if (auto address = known_address(service.target, addresses)) return Host(*std::move(address));
  if (!domain.part_below(service.target)) return Host::parse(service.target);
  return fail(ErrorCode::kUnknown,
              fmt::format("'{}' has no address", shortened(service.target, 100)));
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
  return Instance{{}, {}, std::move(host), port, {}, {}, std::max(weight, 1U), Health::kPassing,
                  {}};
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
  for (const auto& service : services) {
    auto host = host_of(service, addresses, domain);
    if (!host) {
      if (answer.skipped++ == 0) answer.first_skipped = host.error().message;
      continue;
    }
    auto instance = instance_at(*std::move(host), service.port != 0 ? service.port : fallback_port,
                                service.weight);
    name_node(service.target, domain, instance);
    answer.instances.push_back(std::move(instance));
  }
  return answer;
}

std::vector<std::string> targets_without_address(const std::vector<SrvRecord>& services,
                                                 const std::vector<AddressRecord>& addresses,
                                                 const Domain& domain) {
  std::vector<std::string> targets;
  for (const auto& service : services) {
    const bool is_open = domain.part_below(service.target) && is_dns_name(service.target) &&
                         !known_address(service.target, addresses);
    if (is_open && std::find(targets.begin(), targets.end(), service.target) == targets.end()) {
      targets.push_back(service.target);
    }
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
