#include "fuzz/consul/ares_reply.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <array>
#include <memory>

#include "consul/dns_instances.hpp"
#include "consul/dns_name.hpp"
#include "util/free_with.hpp"
#include "util/text.hpp"

namespace glusterconsul::oracle {
namespace {

using consul::AddressRecord;
using consul::SrvRecord;

IpAddress address_of(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, bytes, text.data(), text.size());
  return *IpAddress::parse(text.data());
}

}  // namespace

#if ARES_VERSION >= 0x011C00

namespace {

using Message = std::unique_ptr<ares_dns_record_t, FreeWith<ares_dns_record_destroy>>;

void take(const ares_dns_rr_t* record, AresReply& reply) {
  if (::ares_dns_rr_get_class(record) != ARES_CLASS_IN) return;
  auto owner = to_lower(::ares_dns_rr_get_name(record));
  switch (::ares_dns_rr_get_type(record)) {
    case ARES_REC_TYPE_A:
      reply.addresses.push_back(
          {std::move(owner), address_of(AF_INET, ::ares_dns_rr_get_addr(record, ARES_RR_A_ADDR))});
      return;
    case ARES_REC_TYPE_AAAA:
      reply.addresses.push_back(
          {std::move(owner),
           address_of(AF_INET6, ::ares_dns_rr_get_addr6(record, ARES_RR_AAAA_ADDR))});
      return;
    case ARES_REC_TYPE_SRV:
      if (owner != reply.question) return;
      reply.services.push_back({to_lower(::ares_dns_rr_get_str(record, ARES_RR_SRV_TARGET)),
                                ::ares_dns_rr_get_u16(record, ARES_RR_SRV_PORT),
                                ::ares_dns_rr_get_u16(record, ARES_RR_SRV_WEIGHT)});
      return;
    default:
      return;
  }
}

}  // namespace

std::optional<AresReply> parse_with_ares(std::span<const std::uint8_t> message) {
  ares_dns_record_t* raw = nullptr;
  if (::ares_dns_parse(message.data(), message.size(), 0, &raw) != ARES_SUCCESS) {
    return std::nullopt;
  }
  const Message parsed(raw);
  const char* question = nullptr;
  if (::ares_dns_record_query_get(parsed.get(), 0, &question, nullptr, nullptr) != ARES_SUCCESS) {
    return std::nullopt;
  }
  AresReply reply;
  reply.question = to_lower(question);
  for (const auto section : {ARES_SECTION_ANSWER, ARES_SECTION_ADDITIONAL}) {
    const auto count = ::ares_dns_record_rr_cnt(parsed.get(), section);
    for (std::size_t i = 0; i < count; ++i) {
      take(::ares_dns_record_rr_get_const(parsed.get(), section, i), reply);
    }
  }
  return reply;
}

#else

namespace {

using Text = std::unique_ptr<char, FreeWith<ares_free_string>>;
using Services = std::unique_ptr<ares_srv_reply, FreeWith<ares_free_data>>;

bool is_accepted(int status) {
  return status == ARES_SUCCESS || status == ARES_ENODATA;
}

std::optional<std::string> question_of(std::span<const std::uint8_t> message) {
  constexpr std::size_t kHeaderSize = 12;
  if (message.size() <= kHeaderSize) return std::nullopt;
  char* text = nullptr;
  long size = 0;
  if (::ares_expand_name(message.data() + kHeaderSize, message.data(),
                         static_cast<int>(message.size()), &text, &size) != ARES_SUCCESS) {
    return std::nullopt;
  }
  return to_lower(Text(text).get());
}

/// False if c-ares rejects the message.
bool take_services(std::span<const std::uint8_t> message, AresReply& reply) {
  ares_srv_reply* first = nullptr;
  const auto status =
      ::ares_parse_srv_reply(message.data(), static_cast<int>(message.size()), &first);
  const Services owned(first);
  for (const auto* each = first; each != nullptr; each = each->next) {
    reply.services.push_back({to_lower(each->host), each->port, each->weight});
  }
  return is_accepted(status);
}

/// False if c-ares rejects the message.
bool take_addresses(std::span<const std::uint8_t> message, AresReply& reply) {
  constexpr int kMax = 4096;
  const int size = static_cast<int>(message.size());
  std::vector<ares_addrttl> v4(kMax);
  int count = kMax;
  if (!is_accepted(::ares_parse_a_reply(message.data(), size, nullptr, v4.data(), &count))) {
    return false;
  }
  v4.resize(static_cast<std::size_t>(count));
  for (const auto& each : v4) {
    reply.addresses.push_back({reply.question, address_of(AF_INET, &each.ipaddr)});
  }
  std::vector<ares_addr6ttl> v6(kMax);
  count = kMax;
  if (!is_accepted(::ares_parse_aaaa_reply(message.data(), size, nullptr, v6.data(), &count))) {
    return false;
  }
  v6.resize(static_cast<std::size_t>(count));
  for (const auto& each : v6) {
    reply.addresses.push_back({reply.question, address_of(AF_INET6, &each.ip6addr)});
  }
  return true;
}

}  // namespace

std::optional<AresReply> parse_with_ares(std::span<const std::uint8_t> message) {
  const auto question = question_of(message);
  if (!question) return std::nullopt;
  AresReply reply;
  reply.question = *question;
  if (!take_services(message, reply) || !take_addresses(message, reply)) return std::nullopt;
  return reply;
}

#endif

namespace {

std::vector<std::string> texts_of(const std::vector<AddressRecord>& records) {
  std::vector<std::string> texts;
  for (const auto& record : records) {
    texts.push_back(fmt::format("{} of {}", record.address.text(), record.name));
  }
  return texts;
}

/// The addresses that the old API would return for this reply.
std::vector<AddressRecord> answers_of(const consul::DnsReply& reply, const std::string& question) {
  std::vector<AddressRecord> answers;
  for (const auto family : {IpAddress::Family::kV4, IpAddress::Family::kV6}) {
    for (const auto& instance : consul::instances_of_addresses(reply, 1).instances) {
      const auto& address = *instance.host.address();
      if (address.family() == family) answers.push_back({question, address});
    }
  }
  return answers;
}

}  // namespace

std::string difference_from_ares(std::span<const std::uint8_t> message) {
  const auto theirs = parse_with_ares(message);
  if (!theirs || !consul::is_dns_name(theirs->question)) return {};
  const auto ours = consul::parse_dns_reply(message, theirs->question);
  if (!ours) return "c-ares accepts a reply that is rejected: " + ours.error().message;
  if (ours->skipped > 0) return "c-ares accepts a record that is skipped: " + ours->first_skipped;
  if (ours->services != theirs->services) return "the services differ";
  const auto addresses =
      texts_of(kHasRecordApi ? ours->addresses : answers_of(*ours, theirs->question));
  if (addresses != texts_of(theirs->addresses)) {
    return fmt::format("the addresses differ: {}; c-ares: {}", join(addresses, ", "),
                       join(texts_of(theirs->addresses), ", "));
  }
  return {};
}

}  // namespace glusterconsul::oracle
