#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glusterconsul::loopback {

using Bytes = std::vector<std::uint8_t>;

/// RFC 1035 section 3.2.2, RFC 3596, RFC 2782
enum class RecordType : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33
};

enum class Section { kAnswer, kAuthority, kAdditional };

/// Builds a DNS message record by record, without compression. It can also build
/// messages that no server should send.
class DnsMessage {
 public:
  explicit DnsMessage(std::string_view question, RecordType type = RecordType::kSrv,
                      std::uint16_t id = 0);

  DnsMessage& code(unsigned rcode);
  DnsMessage& truncated();
  DnsMessage& record(Section section, std::string_view owner, RecordType type, const Bytes& data);
  /// The same, with the encoded bytes of the owner's name.
  DnsMessage& raw_record(Section section, const Bytes& owner, RecordType type, const Bytes& data);
  DnsMessage& srv(std::string_view owner, std::uint16_t weight, std::uint16_t port,
                  std::string_view target);
  /// IPv4 or IPv6, depending on the text.
  DnsMessage& address(Section section, std::string_view owner, const std::string& address);
  DnsMessage& cname(std::string_view owner, std::string_view target);

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// A name as labels with their lengths (RFC 1035 section 3.1).
[[nodiscard]] Bytes encoded_name(std::string_view name);

}  // namespace glusterconsul::loopback
