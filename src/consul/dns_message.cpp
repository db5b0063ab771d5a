#include "consul/dns_message.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <string_view>

#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

// RFC 1035 section 4.1.4: the meaning of the first two bits of a label's length.
constexpr unsigned kLabelBits = 0xC0;
constexpr unsigned kOrdinary = 0x00;
constexpr unsigned kPointer = 0xC0;

/// A reader of the whole message, at `position`, because names may point back.
DnsReader reader_at(std::span<const std::uint8_t> message, std::size_t position) {
  DnsReader reader(message);
  static_cast<void>(reader.bytes(position));
  return reader;
}

/// Escapes bytes that are not printable or are special in zone files, as c-ares and dig do (RFC
/// 1035 section 5.1), so that a dot within a label can be distinguished from a separator.
void append_escaped(std::string& text, std::span<const std::uint8_t> label) {
  constexpr std::string_view kReserved = R"(".;\()@$)";
  for (const std::uint8_t byte : label) {
    const char c = static_cast<char>(byte);
    if (byte < 0x20 || byte > 0x7E) {
      text += fmt::format("\\{:03}", byte);
    } else {
      if (kReserved.find(c) != std::string_view::npos) text += '\\';
      text += c;
    }
  }
}

}  // namespace

bool DnsReader::skip_name() {
  for (;;) {
    const auto length = bytes(1);
    if (!length) return false;
    const unsigned value = length->front();
    if (value == 0) return true;
    if ((value & kLabelBits) == kPointer) return bytes(1).has_value();
    if ((value & kLabelBits) != kOrdinary || !bytes(value)) return false;
  }
}

std::optional<std::string> name_at(std::span<const std::uint8_t> message, std::size_t position) {
  constexpr std::size_t kMaxSize = 255;
  auto reader = reader_at(message, position);
  std::size_t pointers_lead_before = position;
  std::size_t size = 1;  // the root label
  std::string text;
  for (;;) {
    const auto length = reader.bytes(1);
    if (!length) return std::nullopt;
    const unsigned value = length->front();
    if (value == 0) return to_lower(text);
    if ((value & kLabelBits) == kPointer) {
      const auto low = reader.bytes(1);
      if (!low) return std::nullopt;
      const std::size_t target = (value & ~kLabelBits) << 8U | low->front();
      if (target >= pointers_lead_before) return std::nullopt;
      pointers_lead_before = target;
      reader = reader_at(message, target);
      continue;
    }
    const auto label = reader.bytes(value);
    size += 1 + std::size_t{value};
    if ((value & kLabelBits) != kOrdinary || !label || size > kMaxSize) return std::nullopt;
    if (!text.empty()) text += '.';
    append_escaped(text, *label);
  }
}

std::optional<std::string> name_between(std::span<const std::uint8_t> message, std::size_t position,
                                        std::size_t end) {
  auto reader = reader_at(message, position);
  if (!reader.skip_name() || reader.position() != end) return std::nullopt;
  return name_at(message, position);
}

std::optional<DnsHeader> read_header(DnsReader& reader) {
  if (!reader.u16()) return std::nullopt;
  DnsHeader header;
  for (auto* field : {&header.flags, &header.questions, &header.answers, &header.authorities,
                      &header.additionals}) {
    const auto value = reader.u16();
    if (!value) return std::nullopt;
    *field = *value;
  }
  return header;
}

std::optional<std::string> read_question(std::span<const std::uint8_t> message, DnsReader& reader) {
  const auto name_position = reader.position();
  if (!reader.skip_name() || !reader.bytes(4)) return std::nullopt;
  return name_at(message, name_position);
}

std::optional<DnsRecord> read_record(std::span<const std::uint8_t> message, DnsReader& reader) {
  const auto owner_position = reader.position();
  if (!reader.skip_name()) return std::nullopt;
  const auto type = reader.u16();
  const auto record_class = reader.u16();
  const auto time_to_live = reader.bytes(4);
  const auto length = reader.u16();
  if (!type || !record_class || !time_to_live || !length) return std::nullopt;
  const auto data_at = reader.position();
  const auto data = reader.bytes(*length);
  if (!data) return std::nullopt;
  return DnsRecord{name_at(message, owner_position), *type, *record_class, data_at, *data};
}

std::optional<IpAddress> ip_address_of(std::span<const std::uint8_t> bytes) {
  const bool is_v4 = bytes.size() == sizeof(in_addr);
  if (!is_v4 && bytes.size() != sizeof(in6_addr)) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  auto address = IpAddress::parse(text.data());
  if (!address) return std::nullopt;
  return *std::move(address);
}

}  // namespace glusterconsul::consul
