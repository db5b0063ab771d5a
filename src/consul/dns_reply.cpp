#include "consul/dns_reply.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "consul/dns_name.hpp"
#include "consul/free_with.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

// RFC 1035 section 3.2, RFC 3596, RFC 2782
constexpr unsigned kTypeA = 1;
constexpr unsigned kTypeCname = 5;
constexpr unsigned kTypeAaaa = 28;
constexpr unsigned kTypeSrv = 33;
constexpr unsigned kClassIn = 1;

constexpr std::size_t kMostRecords = 10'000;
constexpr std::size_t kMostAliases = 8;
constexpr std::size_t kMostNameText = 1024;  // 255 bytes (RFC 1035), each escaped at worst

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

  /// A domain name, compressed or not (RFC 1035 section 4.1.4).
  std::optional<std::string> name() {
    if (at_ >= message_.size()) return std::nullopt;
    char* text = nullptr;
    long used = 0;
    const auto status = ::ares_expand_name(message_.data() + at_, message_.data(),
                                           static_cast<int>(message_.size()), &text, &used);
    if (status != ARES_SUCCESS) return std::nullopt;
    const std::unique_ptr<char, FreeWith<ares_free_string>> owned(text);
    at_ += static_cast<std::size_t>(used);
    const std::string_view view(owned.get());
    if (view.size() > kMostNameText || at_ > message_.size()) return std::nullopt;
    return to_lower(without_dots_around(view));
  }

 private:
  std::span<const std::uint8_t> message_;
  std::size_t at_ = 0;
};

struct Header {
  unsigned flags = 0;
  unsigned questions = 0;
  unsigned answers = 0;
  unsigned authorities = 0;
  unsigned additionals = 0;
};

struct Record {
  std::string owner;
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

/// The one question of the message, as a name.
std::optional<std::string> read_question(Reader& reader) {
  auto name = reader.name();
  if (!name || !reader.bytes(4)) return std::nullopt;
  return name;
}

std::optional<Record> read_record(Reader& reader) {
  auto owner = reader.name();
  const auto type = reader.u16();
  const auto record_class = reader.u16();
  const auto time_to_live = reader.bytes(4);
  const auto length = reader.u16();
  if (!owner || !type || !record_class || !time_to_live || !length) return std::nullopt;
  const auto data_at = reader.position();
  const auto data = reader.bytes(*length);
  if (!data) return std::nullopt;
  return Record{*std::move(owner), *type, *record_class, data_at, *data};
}

std::optional<IpAddress> address_of(int family, std::span<const std::uint8_t> data) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(family, data.data(), text.data(), text.size()) == nullptr) return std::nullopt;
  auto address = IpAddress::parse(text.data());
  if (!address) return std::nullopt;
  return *std::move(address);
}

/// A reader over the whole message that stands at the record's data: names in
/// the data may point back.
Reader reader_at(std::span<const std::uint8_t> message, std::size_t position) {
  Reader reader(message);
  static_cast<void>(reader.bytes(position));
  return reader;
}

std::optional<SrvRecord> parse_srv(std::span<const std::uint8_t> message, const Record& record) {
  constexpr std::size_t kFixedPart = 6;
  if (record.data.size() <= kFixedPart) return std::nullopt;
  auto reader = reader_at(message, record.data_at);
  static_cast<void>(reader.u16());  // the priority: Consul always says 1
  const auto weight = reader.u16();
  const auto port = reader.u16();
  auto target = reader.name();
  if (!target || reader.position() != record.data_at + record.data.size()) return std::nullopt;
  return SrvRecord{*std::move(target), static_cast<Port>(*port), *weight};
}

/// False where a record of a type that is wanted cannot be understood.
bool take_record(std::span<const std::uint8_t> message, std::string_view asked, Record record,
                 DnsReply& reply, std::vector<Alias>& aliases) {
  if (record.record_class != kClassIn) return true;
  if (record.type == kTypeA || record.type == kTypeAaaa) {
    const bool is_v4 = record.type == kTypeA;
    if (record.data.size() != (is_v4 ? sizeof(in_addr) : sizeof(in6_addr))) return false;
    auto address = address_of(is_v4 ? AF_INET : AF_INET6, record.data);
    if (!address) return false;
    reply.addresses.push_back({std::move(record.owner), *std::move(address)});
  } else if (record.type == kTypeSrv && record.owner == asked) {
    auto service = parse_srv(message, record);
    if (!service) return false;
    reply.services.push_back(*std::move(service));
  } else if (record.type == kTypeCname) {
    auto to = reader_at(message, record.data_at).name();
    if (!to) return false;
    aliases.push_back({std::move(record.owner), *std::move(to)});
  }
  return true;
}

/// `asked` and what its aliases lead to. A loop ends after kMostAliases steps.
std::vector<std::string> follow(std::string_view asked, const std::vector<Alias>& aliases) {
  std::vector<std::string> names = {std::string(asked)};
  while (names.size() <= kMostAliases) {
    const auto next = std::find_if(aliases.begin(), aliases.end(),
                                   [&](const Alias& alias) { return alias.from == names.back(); });
    if (next == aliases.end()) break;
    names.push_back(next->to);
  }
  return names;
}

tl::unexpected<Error> broken() {
  return fail(ErrorCode::kBadReply, "the DNS reply is broken");
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
  constexpr std::size_t kMostMessage = 65'535;  // RFC 1035 section 4.2.2
  if (message.size() > kMostMessage) return broken();
  const auto name = to_lower(without_dots_around(asked));
  Reader reader(message);
  const auto header = read_header(reader);
  if (!header || header->questions != 1) return broken();
  if (read_question(reader) != name) {
    return fail(ErrorCode::kBadReply, "the DNS reply is for another question");
  }

  constexpr unsigned kTruncated = 0x0200;
  constexpr unsigned kCodeBits = 0x000F;
  DnsReply reply;
  reply.code = header->flags & kCodeBits;
  reply.cut_short = (header->flags & kTruncated) != 0;
  std::vector<Alias> aliases;
  const std::size_t first_additional = std::size_t{header->answers} + header->authorities;
  const std::size_t count = first_additional + header->additionals;
  for (std::size_t i = 0; i < std::min(count, kMostRecords); ++i) {
    auto record = read_record(reader);
    if (!record) {
      if (reply.cut_short) break;
      return broken();
    }
    const bool is_authority = i >= header->answers && i < first_additional;
    if (is_authority) continue;
    if (!take_record(message, name, *std::move(record), reply, aliases)) return broken();
  }
  reply.cut_short = reply.cut_short || count > kMostRecords;
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

Answer instances_of(const std::vector<SrvRecord>& services,
                    const std::vector<AddressRecord>& addresses, std::string_view domain,
                    Port fallback_port) {
  const auto folded = folded_domain(domain);
  Answer answer;
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
    const bool is_open =
        is_below(service.target, folded) && !known_address(service.target, addresses);
    if (is_open && std::find(targets.begin(), targets.end(), service.target) == targets.end()) {
      targets.push_back(service.target);
    }
  }
  return targets;
}

Answer instances_of_addresses(const DnsReply& reply, Port fallback_port) {
  Answer answer;
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
