#include "consul/dns_reply.hpp"

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <utility>

#include "consul/dns_message.hpp"
#include "consul/dns_name.hpp"
#include "consul/dns_query.hpp"
#include "consul/instance.hpp"
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

struct Alias {
  std::string from;
  std::string to;
};

std::optional<SrvRecord> parse_srv(std::span<const std::uint8_t> message, const DnsRecord& record) {
  constexpr std::size_t kFixedPart = 6;
  if (record.data.size() <= kFixedPart) return std::nullopt;
  DnsReader reader(record.data);
  static_cast<void>(reader.u16());  // the priority: Consul always sends 1
  const auto weight = reader.u16();
  const auto port = reader.u16();
  auto target =
      name_between(message, record.data_at + kFixedPart, record.data_at + record.data.size());
  if (!target) return std::nullopt;
  return SrvRecord{*std::move(target), static_cast<Port>(*port), *weight};
}

/// The name of the type in zone files; none if records of this type are ignored.
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

/// False if the record is of a wanted type, but malformed.
bool take_record(std::span<const std::uint8_t> message, std::string_view asked,
                 const DnsRecord& record, DnsReply& reply, std::vector<Alias>& aliases) {
  if (!record.owner) return false;
  switch (record.type) {
    case kTypeA:
    case kTypeAaaa: {
      const std::size_t size = record.type == kTypeA ? sizeof(in_addr) : sizeof(in6_addr);
      if (record.data.size() != size) return false;
      auto address = ip_address_of(record.data);
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

void note_malformed(DnsReply& reply, const DnsRecord& record, std::string_view type) {
  note_skipped(reply.skipped, reply.first_skipped,
               record.owner ? fmt::format("a record of type {} of '{}' is malformed", type,
                                          shortened(*record.owner, 100))
                            : fmt::format("the name of a record of type {} is malformed", type));
}

/// `asked` and the names that its aliases lead to. A loop ends after kMaxAliases steps.
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

}  // namespace

Result<DnsReply> parse_dns_reply(std::span<const std::uint8_t> message, std::string_view asked) {
  constexpr std::size_t kMaxMessage = 65'535;  // RFC 1035 section 4.2.2
  if (message.size() > kMaxMessage) return broken();
  const auto name = to_lower(without_dots_around(asked));
  DnsReader reader(message);
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

}  // namespace glusterconsul::consul
