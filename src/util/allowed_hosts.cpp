#include "util/allowed_hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "util/text.hpp"

namespace glusterconsul {
namespace {

constexpr unsigned kIpv4Bits = 32;
constexpr unsigned kAllBits = 128;
constexpr std::string_view kLoopback = "a loopback address";
constexpr std::string_view kLinkLocal = "a link-local address, which needs a zone";

bool same_prefix(const IpAddress& a, const IpAddress& b, unsigned bits) {
  const auto left = a.bytes();
  const auto right = b.bytes();
  const std::size_t whole = bits / 8;
  if (!std::equal(left.begin(), left.begin() + whole, right.begin())) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xffU << (8 - bits % 8));
  return ((left.at(whole) ^ right.at(whole)) & mask) == 0;
}

std::optional<std::string_view> impossible_ipv4(std::uint8_t first, bool is_broadcast) {
  if (first == 0) return "an unspecified address";
  if (first == 127) return kLoopback;
  if (is_broadcast) return "the broadcast address";
  if (first >= 240) return "a reserved address";
  if (first >= 224) return "a multicast address";
  return std::nullopt;
}

bool is_name_of_this_machine(const HostName& name) {
  constexpr std::array<std::string_view, 6> kNames = {"localhost",     "localhost.localdomain",
                                                      "localhost6",    "localhost6.localdomain6",
                                                      "ip6-localhost", "ip6-loopback"};
  return std::find(kNames.begin(), kNames.end(), name.text()) != kNames.end() ||
         name.text().ends_with(".localhost");
}

}  // namespace

std::optional<std::string_view> impossible_address(const IpAddress& address) {
  const auto bytes = address.bytes();
  if (address.family() == IpAddress::Family::kV4) {
    return impossible_ipv4(bytes[12], address.text() == "255.255.255.255");
  }
  if (address.text() == "::1") return kLoopback;
  if (address.text() == "::") return "an unspecified address";
  if (bytes[0] == 0xff) return "a multicast address";
  if (bytes[0] == 0xfe && (bytes[1] & 0xc0U) == 0x80) return kLinkLocal;
  const bool starts_with_zeros =
      std::all_of(bytes.begin(), bytes.begin() + 12, [](auto byte) { return byte == 0; });
  if (starts_with_zeros) return "an IPv4-compatible address";
  return std::nullopt;
}

bool AllowedHosts::Network::contains(const IpAddress& address) const {
  return address.family() == base.family() && same_prefix(address, base, bits);
}

bool AllowedHosts::Name::contains(const HostName& name) const {
  return text.starts_with('.') ? name.text().ends_with(text) : name.text() == text;
}

Result<void> AllowedHosts::add(std::string_view text) {
  const auto slash = text.find('/');
  if (auto base = IpAddress::parse(text.substr(0, slash))) {
    const bool is_ipv4 = base->family() == IpAddress::Family::kV4;
    const unsigned most = is_ipv4 ? kIpv4Bits : kAllBits;
    std::optional<std::uint64_t> bits = most;
    // An IPv4-mapped address takes no prefix length: it would not be clear which bits it counts.
    const bool is_mapped = is_ipv4 && text.find(':') != std::string_view::npos;
    if (slash != std::string_view::npos) {
      bits = is_mapped ? std::nullopt : parse_number(text.substr(slash + 1), 0, most);
    }
    if (bits) {
      entries_.emplace_back(
          Network{*std::move(base), static_cast<unsigned>(*bits) + (kAllBits - most)});
      return {};
    }
  } else if (slash == std::string_view::npos) {
    const bool is_domain = text.starts_with("*.");
    if (auto name = HostName::parse(text.substr(is_domain ? 2 : 0))) {
      entries_.emplace_back(Name{(is_domain ? "." : "") + name->text()});
      return {};
    }
  }
  return fail(ErrorCode::kUsage,
              fmt::format("'{}' is not an address, a network such as 10.0.0.0/8, a host name, or "
                          "*.DOMAIN",
                          shortened(text)));
}

bool AllowedHosts::lists(const IpAddress& address) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const auto* network = std::get_if<Network>(&entry);
    return network != nullptr && network->contains(address);
  });
}

bool AllowedHosts::lists(const HostName& name) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const auto* listed = std::get_if<Name>(&entry);
    return listed != nullptr && listed->contains(name);
  });
}

bool AllowedHosts::lists_loopback(const IpAddress& address) const {
  constexpr unsigned kLoopbackBits = kAllBits - kIpv4Bits + 8;
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    const auto* network = std::get_if<Network>(&entry);
    return network != nullptr && network->contains(address) && network->bits >= kLoopbackBits &&
           impossible_address(network->base) == kLoopback;
  });
}

bool AllowedHosts::allows(const Host& host) const {
  if (entries_.empty()) return true;
  return host.address() != nullptr ? lists(*host.address()) : lists(*host.name());
}

std::optional<std::string_view> AllowedHosts::impossible(const Host& host) const {
  if (const auto* name = host.name()) {
    if (!is_name_of_this_machine(*name) || lists(*name)) return std::nullopt;
    return "a name of this machine itself";
  }
  const auto why = impossible_address(*host.address());
  if (why == kLoopback && lists_loopback(*host.address())) return std::nullopt;
  return why;
}

Result<std::vector<IpAddress>> AllowedHosts::usable(const HostName& name,
                                                    const std::vector<IpAddress>& found) const {
  std::vector<IpAddress> addresses;
  for (const auto& address : found) {
    const auto why = impossible(address);
    const bool is_expected = why == kLoopback && is_name_of_this_machine(name) && lists(name);
    if (!why || is_expected) {
      addresses.push_back(address);
    } else if (why != kLinkLocal) {
      return fail(ErrorCode::kNotAllowed,
                  fmt::format("{} resolves to {}, {}", name.text(), address.text(), *why));
    }
  }
  if (!addresses.empty()) return addresses;
  return fail(ErrorCode::kNotAllowed,
              fmt::format("{} resolves to {}, {}", name.text(),
                          found.empty() ? "nothing" : found.front().text(), kLinkLocal));
}

}  // namespace glusterconsul
