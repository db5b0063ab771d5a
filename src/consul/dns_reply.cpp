#include "consul/dns_reply.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "consul/dns_name.hpp"
#include "consul/dns_query.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

// RFC 1035 section 3.2
constexpr unsigned kTypeA = static_cast<unsigned>(DnsType::kA);
constexpr unsigned kTypeCname = 5;
constexpr unsigned kTypeAaaa = static_cast<unsigned>(DnsType::kAaaa);
constexpr unsigned kTypeSrv = static_cast<unsigned>(DnsType::kSrv);
constexpr unsigned kClassIn = 1;

constexpr std::size_t kMaxRecords = 10'000;
constexpr std::size_t kMaxAliases = 8;

// RFC 1035 section 4.1.4: what the first two bits of a label's length mean.
constexpr unsigned kLabelBits = 0xC0;
constexpr unsigned kOrdinary = 0x00;
constexpr unsigned kPointer = 0xC0;

/// Walks over a message; whoever reads past its end gets nothing.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> message) : message_(message) {}

  [[nodiscard]] std::size_t position() const { return at_; }

  std::optional<unsigned> u16() {
    const auto two = bytes(2);
    if (!two) return std::nullopt;
    return static_cast<unsigned>((*two)[0] << 8U | (*two)[1]);
  }

  std::optional<std::span<const std::uint8_t>> bytes(std::size_t count) {
    if (count > message_.size() - at_) return std::nullopt;
    const auto part = message_.subspan(at_, count);
    at_ += count;
    return part;
  }

  /// Moves past a domain name, compressed or not, whatever it says. False if it has no end.
  bool skip_name() {
    for (;;) {
      const auto length = bytes(1);
      if (!length) return false;
      const unsigned value = length->front();
      if (value == 0) return true;
      if ((value & kLabelBits) == kPointer) return bytes(1).has_value();
      if ((value & kLabelBits) != kOrdinary || !bytes(value)) return false;
    }
  }

 private:
  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
};

/// A reader over the whole message that stands at `position`: names may point back.
Reader reader_at(std::span<const std::uint8_t> message, std::size_t position) {
  Reader reader(message);
  static_cast<void>(reader.bytes(position));
  return reader;
}

/// Escapes what is not printable and what has a meaning in zone files, as c-ares
/// and dig do (RFC 1035 section 5.1), so that a dot within a label is told apart.
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

/// The domain name at `position` (RFC 1035 sections 3.1 and 4.1.4), in lower case.
/// Nothing if it is longer than 255 bytes, or if a pointer in it does not lead to
/// a prior place: with that, it ends.
std::optional<std::string> name_at(std::span<const std::uint8_t> message, std::size_t position) {
  constexpr std::size_t kMaxSize = 255;
  auto reader = reader_at(message, position);
  std::size_t pointers_lead_before = position;
  std::size_t size = 1;  // of the root's label
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

/// The domain name that takes up exactly the bytes from `position` to `end`.
std::optional<std::string> name_between(std::span<const std::uint8_t> message, std::size_t position,
                                        std::size_t end) {
  auto reader = reader_at(message, position);
  if (!reader.skip_name() || reader.position() != end) return std::nullopt;
  return name_at(message, position);
}

struct Header {
  unsigned flags = 0;
  unsigned questions = 0;
  unsigned answers = 0;
  unsigned authorities = 0;
  unsigned additionals = 0;
};

struct Record {
  std::optional<std::string> owner;  ///< nothing if it is malformed
  unsigned type = 0;
  unsigned record_class = 0;
  std::size_t data_at = 0;
  std::span<const std::uint8_t> data;
};

struct Alias {
  std::string from;
  std::string to;
};

std::optional<Header> read_header(Reader& reader) {
  if (!reader.u16()) return std::nullopt;  // the id, which is_reply_to() has compared
  Header header;
  for (auto* field : {&header.flags, &header.questions, &header.answers, &header.authorities,
                      &header.additionals}) {
    const auto value = reader.u16();
    if (!value) return std::nullopt;
    *field = *value;
  }
  return header;
}

/// The name of the one question of the message.
std::optional<std::string> read_question(std::span<const std::uint8_t> message, Reader& reader) {
  const auto name_position = reader.position();
  if (!reader.skip_name() || !reader.bytes(4)) return std::nullopt;
  return name_at(message, name_position);
}

/// Nothing if the message ends before the record does: then nobody knows where the
/// next one begins.
std::optional<Record> read_record(std::span<const std::uint8_t> message, Reader& reader) {
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
  return Record{name_at(message, owner_position), *type, *record_class, data_at, *data};
}

std::optional<IpAddress> address_of(int family, std::span<const std::uint8_t> data) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(family, data.data(), text.data(), text.size()) == nullptr) return std::nullopt;
  auto address = IpAddress::parse(text.data());
  if (!address) return std::nullopt;
  return *std::move(address);
}

std::optional<SrvRecord> parse_srv(std::span<const std::uint8_t> message, const Record& record) {
  constexpr std::size_t kFixedPart = 6;
  if (record.data.size() <= kFixedPart) return std::nullopt;
  auto reader = reader_at(message, record.data_at);
  static_cast<void>(reader.u16());  // the priority: Consul always says 1
  const auto weight = reader.u16();
  const auto port = reader.u16();
  auto target = name_between(message, reader.position(), record.data_at + record.data.size());
  if (!target) return std::nullopt;
  return SrvRecord{*std::move(target), static_cast<Port>(*port), *weight};
}

/// How zone files call the type; nothing if records of the type are ignored.
std::optional<std::string_view> wanted_type(unsigned type) {
  switch (type) {
    case kTypeA:
      return "A";
    case kTypeCname:
      return "CNAME";
    case kTypeAaaa:
      return "AAAA";
    case kTypeSrv:
      return "SRV";
    default:
      return std::nullopt;
  }
}

/// False if the record is one that is wanted and cannot be understood.
bool take_record(std::span<const std::uint8_t> message, std::string_view asked,
                 const Record& record, DnsReply& reply, std::vector<Alias>& aliases) {
  if (!record.owner) return false;
  switch (record.type) {
    case kTypeA:
    case kTypeAaaa: {
      const bool is_v4 = record.type == kTypeA;
      if (record.data.size() != (is_v4 ? sizeof(in_addr) : sizeof(in6_addr))) return false;
      auto address = address_of(is_v4 ? AF_INET : AF_INET6, record.data);
      if (!address) return false;
      reply.addresses.push_back({*record.owner, *std::move(address)});
      return true;
    }
    case kTypeSrv: {
      if (record.owner != asked) return true;
      auto service = parse_srv(message, record);
      if (!service) return false;
      reply.services.push_back(*std::move(service));
      return true;
    }
    case kTypeCname: {
      auto to = name_between(message, record.data_at, record.data_at + record.data.size());
      if (!to) return false;
      aliases.push_back({*record.owner, *std::move(to)});
      return true;
    }
    default:
      return true;
  }
}

void note_malformed(DnsReply& reply, const Record& record, std::string_view type) {
  if (reply.skipped++ > 0) return;
  reply.first_skipped = record.owner
                            ? fmt::format("a record of type {} of '{}' is malformed", type,
                                          printable(*record.owner, 100))
                            : fmt::format("the name of a record of type {} is malformed", type);
}

/// `asked` and what its aliases lead to. A loop ends after kMaxAliases steps.
std::vector<std::string> follow(std::string_view asked, const std::vector<Alias>& aliases) {
  std::vector<std::string> names = {std::string(asked)};
  while (names.size() <= kMaxAliases) {
    const auto next = std::find_if(aliases.begin(), aliases.end(),
                                   [&](const Alias& alias) { return alias.from == names.back(); });
    if (next == aliases.end()) break;
    names.push_back(next->to);
  }
  return names;
}

tl::unexpected<Error> broken() {
  return fail(ErrorCode::kBadReply, "the DNS reply is malformed");
}

bool is_below(std::string_view name, std::string_view domain) {
  if (name.size() <= domain.size()) return false;
  return name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.';
}

std::string folded_domain(std::string_view domain) {
  return to_lower(without_dots_around(domain));
}

/// The address of a target as far as the message says it; IPv4 before IPv6.
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

/// Where the target's service is, or why that cannot be told.
Result<Host> host_of(const SrvRecord& service, const std::vector<AddressRecord>& addresses,
                     std::string_view domain) {
  if (auto address = known_address(service.target, addresses)) return Host(*std::move(address));
  if (!is_below(service.target, domain)) return Host::parse(service.target);
  return fail(ErrorCode::kUnknown,
              fmt::format("'{}' has no address", printable(service.target, 100)));
}

/// "s1" and "dc1" of `s1.node.dc1.consul`; "dc1" of `0a4d0001.addr.dc1.consul`.
void name_node(std::string_view target, std::string_view domain, Instance& instance) {
  instance.node = instance.host.text();
  if (!is_below(target, domain)) return;
  const auto labels = split(target.substr(0, target.size() - domain.size() - 1), '.');
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

Result<DnsReply> parse_dns_reply(std::span<const std::uint8_t> message, std::string_view asked) {
  constexpr std::size_t kMaxMessage = 65'535;  // RFC 1035 section 4.2.2
  if (message.size() > kMaxMessage) return broken();
  const auto name = to_lower(without_dots_around(asked));
  Reader reader(message);
  const auto header = read_header(reader);
  if (!header || header->questions != 1) return broken();
  const auto question = read_question(message, reader);
  if (!question) return broken();
  if (*question != name) {
    return fail(ErrorCode::kBadReply, "the DNS reply is for another query");
  }

  constexpr unsigned kTruncated = 0x0200;
  constexpr unsigned kCodeBits = 0x000F;
  DnsReply reply;
  reply.code = header->flags & kCodeBits;
  reply.cut_short = (header->flags & kTruncated) != 0;
  std::vector<Alias> aliases;
  const std::size_t first_additional = std::size_t{header->answers} + header->authorities;
  const std::size_t count = first_additional + header->additionals;
  for (std::size_t i = 0; i < std::min(count, kMaxRecords); ++i) {
    const auto record = read_record(message, reader);
    if (!record) {
      reply.cut_short = true;
      break;
    }
    const bool is_authority = i >= header->answers && i < first_additional;
    const auto type = wanted_type(record->type);
    if (is_authority || record->record_class != kClassIn || !type) continue;
    if (!take_record(message, name, *record, reply, aliases)) note_malformed(reply, *record, *type);
  }
  reply.cut_short = reply.cut_short || count > kMaxRecords;
  reply.answer_names = follow(name, aliases);
  return reply;
}

std::optional<IpAddress> address_in_name(std::string_view target) {
  const auto labels = split(target, '.');
  if (labels.size() < 3 || to_lower(labels[1]) != "addr") return std::nullopt;
  const auto digits = labels.front();
  if (digits.size() != 2 * sizeof(in_addr) && digits.size() != 2 * sizeof(in6_addr)) {
    return std::nullopt;
  }
  std::array<std::uint8_t, sizeof(in6_addr)> address{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto value = kDigits.find(to_lower(digits.substr(i, 1)));
    if (value == std::string_view::npos) return std::nullopt;
    address.at(i / 2) = static_cast<std::uint8_t>(std::size_t{address.at(i / 2)} * 16 + value);
  }
  const bool is_v4 = digits.size() == 2 * sizeof(in_addr);
  return address_of(is_v4 ? AF_INET : AF_INET6, address);
}

LookupResult instances_of(const std::vector<SrvRecord>& services,
                          const std::vector<AddressRecord>& addresses, std::string_view domain,
                          Port fallback_port) {
  const auto folded = folded_domain(domain);
  LookupResult answer;
  for (const auto& service : services) {
    auto host = host_of(service, addresses, folded);
    if (!host) {
      if (answer.skipped++ == 0) answer.first_skipped = host.error().message;
      continue;
    }
    auto instance = instance_at(*std::move(host), service.port != 0 ? service.port : fallback_port,
                                service.weight);
    name_node(service.target, folded, instance);
    answer.instances.push_back(std::move(instance));
  }
  return answer;
}

std::vector<std::string> targets_without_address(const std::vector<SrvRecord>& services,
                                                 const std::vector<AddressRecord>& addresses,
                                                 std::string_view domain) {
  const auto folded = folded_domain(domain);
  std::vector<std::string> targets;
  for (const auto& service : services) {
    const bool is_open = is_below(service.target, folded) && is_dns_name(service.target) &&
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
