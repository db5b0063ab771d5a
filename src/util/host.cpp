#include "util/host.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "util/text.hpp"

namespace glusterconsul {
namespace {

constexpr std::size_t kMaxNameLength = 253;
constexpr std::size_t kMaxLabelLength = 63;
constexpr std::size_t kIpv4InMapped = 12;  ///< the offset of the IPv4 address

bool is_label_edge(char c) {
  return is_ascii_alnum(c);
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabelLength) return false;
  if (!is_label_edge(label.front()) || !is_label_edge(label.back())) return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; });
}

/// inet_aton(3), and therefore getaddrinfo(3), parses a name that ends in a number as an IPv4
/// address.
bool is_number(std::string_view label) {
  const bool is_hexadecimal = label.starts_with("0x") || label.starts_with("0X");
  if (is_hexadecimal) label.remove_prefix(2);
  constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  return label.find_first_not_of(is_hexadecimal ? kDigits : kDigits.substr(0, 10)) ==
         std::string_view::npos;
}

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text.substr(0, INET6_ADDRSTRLEN));
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  in_addr v4{};
  in6_addr v6{};
  if (terminated.size() == text.size() && terminated.find('\0') == std::string::npos) {
    if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) {
      ::inet_ntop(AF_INET, &v4, canonical.data(), canonical.size());
      return IpAddress(Family::kV4, canonical.data());
    }
    if (::inet_pton(AF_INET6, terminated.c_str(), &v6) == 1) {
      if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        ::inet_ntop(AF_INET, v6.s6_addr + kIpv4InMapped, canonical.data(), canonical.size());
        return IpAddress(Family::kV4, canonical.data());
      }
      ::inet_ntop(AF_INET6, &v6, canonical.data(), canonical.size());
      return IpAddress(Family::kV6, canonical.data());
    }
  }
  return fail(ErrorCode::kUsage, fmt::format("'{}' is not an IP address", shortened(text)));
}

std::array<std::uint8_t, 16> IpAddress::bytes() const {
  std::array<std::uint8_t, 16> bytes{};
  if (family_ == Family::kV6) {
    ::inet_pton(AF_INET6, text_.c_str(), bytes.data());
  } else {
    bytes[kIpv4InMapped - 2] = bytes[kIpv4InMapped - 1] = 0xff;
    ::inet_pton(AF_INET, text_.c_str(), &bytes[kIpv4InMapped]);
  }
  return bytes;
}

Result<HostName> HostName::parse(std::string_view text) {
  const auto refused = [&] {
    return fail(ErrorCode::kUsage, fmt::format("'{}' is not a host name", shortened(text)));
  };
  std::string_view rest = text;
  if (rest.ends_with('.')) rest.remove_suffix(1);
  if (rest.empty() || rest.size() > kMaxNameLength) return refused();
  const auto labels = split(rest, '.');
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return refused();
  if (is_number(labels.back())) return refused();
  return HostName(to_lower(rest));
}

Result<Host> Host::parse(std::string_view text) {
  if (auto address = IpAddress::parse(text)) return Host(*std::move(address));
  if (auto name = HostName::parse(text)) return Host(*std::move(name));
  return fail(ErrorCode::kUsage,
              fmt::format("'{}' is neither an IP address nor a host name", shortened(text)));
}

const std::string& Host::text() const {
  return std::visit([](const auto& held) -> const std::string& { return held.text(); }, value_);
}

std::string to_string(const Endpoint& endpoint) {
  const auto* address = endpoint.host.address();
  const bool bracketed = address != nullptr && address->family() == IpAddress::Family::kV6;
  return bracketed ? fmt::format("[{}]:{}", endpoint.host.text(), endpoint.port)
                   : fmt::format("{}:{}", endpoint.host.text(), endpoint.port);
}

}  // namespace glusterconsul
