#include "util/tcp_table.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>
#include <optional>

#include "util/text.hpp"

namespace glusterconsul {
namespace {

/// Parses an address and port such as "0100007F:2134": 32-bit words in host byte order.
std::optional<SocketEnd> parse_proc_end(std::string_view text) {
  const auto colon = text.find(':');
  if (colon != 8 && colon != 32) return std::nullopt;
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i < colon / 8; ++i) {
    const auto digits = text.substr(8 * i, 8);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), words.at(i), 16).ptr !=
        digits.data() + digits.size()) {
      return std::nullopt;
    }
  }
  std::uint16_t port = 0;
  const auto digits = text.substr(colon + 1);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), port, 16).ec != std::errc()) {
    return std::nullopt;
  }
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  if (colon == 32) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, words.data(), sizeof(v6.sin6_addr));
    return end_of(reinterpret_cast<const sockaddr*>(&v6), sizeof(v6));
  }
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  std::memcpy(&v4.sin_addr, words.data(), sizeof(v4.sin_addr));
  return end_of(reinterpret_cast<const sockaddr*>(&v4), sizeof(v4));
}

template <typename Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// sl local_address rem_address st queues timer retrnsmt uid timeout inode
std::optional<TcpTableRow> parse_row(std::string_view line) {
  const auto fields = words_of(line);
  if (fields.size() < 10) return std::nullopt;
  const auto local = parse_proc_end(fields[1]);
  const auto remote = parse_proc_end(fields[2]);
  const auto state = number<std::uint8_t>(fields[3], 16);
  const auto owner = number<uid_t>(fields[7], 10);
  const auto inode = number<std::uint32_t>(fields[9], 10);
  if (!local || !remote || !state || !owner || !inode) return std::nullopt;
  return TcpTableRow{*local, *remote, {*state, *owner, *inode}};
}

}  // namespace

std::vector<TcpTableRow> parse_tcp_table(std::string_view text) {
  std::vector<TcpTableRow> rows;
  for (const auto line : split(text, '\n')) {
    if (const auto row = parse_row(line)) rows.push_back(*row);
  }
  return rows;
}

Endpoint endpoint_of(const SocketEnd& end) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(end.family, end.address.data(), text.data(), text.size());
  return {*IpAddress::parse(text.data()), ntohs(end.port)};
}

}  // namespace glusterconsul
