#include "consul/dns_query.hpp"

#include <ares.h>
#include <ares_version.h>

#include <algorithm>
#include <memory>

#include "consul/dns_name.hpp"
#include "util/free_with.hpp"

namespace glusterconsul::consul {
namespace {

using Bytes = std::vector<std::uint8_t>;
using AresBytes = std::unique_ptr<unsigned char, FreeWith<ares_free_string>>;

/// The status of c-ares and, on success, the message that it allocated.
struct Encoded {
  int status = ARES_SUCCESS;
  AresBytes bytes;
  std::size_t size = 0;
};

// c-ares 1.28 deprecates the functions that encode a query in one call; before 1.22, the functions
// for records do not exist.
#if ARES_VERSION >= 0x011C00

using AresRecord = std::unique_ptr<ares_dns_record_t, FreeWith<ares_dns_record_destroy>>;

Encoded encode(const std::string& name, DnsType type, std::uint16_t id) {
  Encoded encoded;
  ares_dns_record_t* raw = nullptr;
  encoded.status =
      ::ares_dns_record_create(&raw, id, ARES_FLAG_RD, ARES_OPCODE_QUERY, ARES_RCODE_NOERROR);
  const AresRecord record(raw);
  if (encoded.status != ARES_SUCCESS) return encoded;
  encoded.status = ::ares_dns_record_query_add(
      record.get(), name.c_str(), static_cast<ares_dns_rec_type_t>(type), ARES_CLASS_IN);
  if (encoded.status != ARES_SUCCESS) return encoded;
  unsigned char* bytes = nullptr;
  encoded.status = ::ares_dns_write(record.get(), &bytes, &encoded.size);
  encoded.bytes.reset(bytes);
  return encoded;
}

#else

Encoded encode(const std::string& name, DnsType type, std::uint16_t id) {
  constexpr int kClassIn = 1;
  constexpr int kRecursionDesired = 1;
  constexpr int kNoEdns = 0;
  Encoded encoded;
  unsigned char* bytes = nullptr;
  int size = 0;
  encoded.status = ::ares_create_query(name.c_str(), kClassIn, static_cast<int>(type), id,
                                       kRecursionDesired, &bytes, &size, kNoEdns);
  encoded.bytes.reset(bytes);
  encoded.size = static_cast<std::size_t>(size);
  return encoded;
}

#endif

std::uint8_t lower_case(std::uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte - 'A' + 'a') : byte;
}

}  // namespace

Result<Bytes> encode_query(const std::string& name, DnsType type, std::uint16_t id) {
  // How c-ares reads an escaped name depends on its version, so such a name is rejected.
  const auto encoded = is_dns_name(name) ? encode(name, type, id) : Encoded{ARES_EBADNAME, {}, 0};
  if (encoded.status == ARES_ENOMEM) {
    return fail(ErrorCode::kSystem, "was not queried: out of memory");
  }
  if (encoded.status != ARES_SUCCESS) {
    return fail(ErrorCode::kRejected,
                "cannot be queried for this name: it is not a valid DNS name");
  }
  return Bytes(encoded.bytes.get(), encoded.bytes.get() + encoded.size);
}

bool is_reply_to(std::span<const std::uint8_t> query, std::span<const std::uint8_t> message) {
  // RFC 1035 section 4.1.1
  constexpr std::size_t kFlagsAt = 2;
  constexpr std::size_t kQuestionsAt = 4;
  constexpr std::size_t kAnswersAt = 6;
  constexpr std::size_t kHeaderSize = 12;
  constexpr unsigned kResponse = 0x80;
  constexpr unsigned kOpcode = 0x78;
  if (message.size() < query.size()) return false;
  const auto same = [&](std::size_t from, std::size_t to) {
    return std::ranges::equal(query.subspan(from, to - from), message.subspan(from, to - from), {},
                              lower_case, lower_case);
  };
  const unsigned flags = message[kFlagsAt];
  return std::ranges::equal(query.first(kFlagsAt), message.first(kFlagsAt)) &&
         (flags & kResponse) != 0 && (flags & kOpcode) == 0 && same(kQuestionsAt, kAnswersAt) &&
         same(kHeaderSize, query.size());
}

}  // namespace glusterconsul::consul
