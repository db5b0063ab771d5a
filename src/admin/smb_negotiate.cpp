#include "admin/smb_negotiate.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace glusterconsul::admin {
namespace {

constexpr std::size_t kFrameSize = 4;    // a zero, and the size of the message in three bytes
constexpr std::size_t kHeaderSize = 64;  // MS-SMB2 2.2.1.2
constexpr std::size_t kReplySize = 65;   // its StructureSize, of which the last byte may be missing
constexpr std::array<std::uint8_t, 4> kProtocol = {0xFE, 'S', 'M', 'B'};
constexpr std::array<std::uint16_t, 5> kDialects = {0x0202, 0x0210, 0x0300, 0x0302, 0x0311};
constexpr std::uint32_t kIsReply = 1;  // SMB2_FLAGS_SERVER_TO_REDIR

/// Little-endian, as all of SMB2 except its frame.
class Writer {
 public:
  void number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      bytes_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFFU));
    }
  }
  void zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }
  void align() { bytes_.resize((bytes_.size() + 7) / 8 * 8); }
  void text(std::string_view text) {
    for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
  }
  [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// The caller makes sure that the bytes exist.
std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t offset, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) {
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[offset + i]);
  }
  return value;
}

void write_header(Writer& message) {
  for (const auto byte : kProtocol) message.number(byte, 1);
  message.number(kHeaderSize, 2);
  message.zeros(2 + 4 + 2);  // credit charge, status, command NEGOTIATE
  message.number(1, 2);      // one credit
  message.zeros(kHeaderSize - 16);
}

/// SMB2_PREAUTH_INTEGRITY_CAPABILITIES (2.2.3.1.1), which dialect 3.1.1 requires.
void write_integrity_context(Writer& message) {
  constexpr std::size_t kSalt = 32;
  message.number(1, 2);
  message.number(6 + kSalt, 2);
  message.zeros(4);
  message.number(1, 2);  // one algorithm
  message.number(kSalt, 2);
  message.number(1, 2);  // SHA-512
  message.zeros(kSalt);
}

auto bad_reply(const char* why) {
  return fail(ErrorCode::kBadReply, why);
}

Result<std::optional<SmbNegotiateReply>> decode_message(std::span<const std::byte> message) {
  if (!std::equal(kProtocol.begin(), kProtocol.end(), message.begin(),
                  [](std::uint8_t a, std::byte b) { return std::byte{a} == b; })) {
    return bad_reply("it is not SMB2");
  }
  const bool is_reply = (number_at(message, 16, 4) & kIsReply) != 0;
  if (number_at(message, 4, 2) != kHeaderSize || number_at(message, 12, 2) != 0 || !is_reply) {
    return bad_reply("it is not a reply to NEGOTIATE");
  }
  SmbNegotiateReply reply{number_at(message, 8, 4), 0};
  if (reply.status != 0) return reply;
  const auto body = message.subspan(kHeaderSize);
  if (body.size() < kReplySize - 1 || number_at(body, 0, 2) != kReplySize) {
    return bad_reply("the reply to NEGOTIATE is malformed");
  }
  reply.dialect = static_cast<std::uint16_t>(number_at(body, 4, 2));
  if (std::find(kDialects.begin(), kDialects.end(), reply.dialect) == kDialects.end()) {
    return bad_reply("the reply to NEGOTIATE has another dialect");
  }
  return reply;
}

}  // namespace

std::vector<std::byte> encode_smb_negotiate() {
  constexpr std::size_t kFixedSize = 36;  // of the request, without its header and dialects
  constexpr auto kContexts = (kHeaderSize + kFixedSize + 2 * kDialects.size() + 7) / 8 * 8;
  Writer message;
  write_header(message);
  message.number(kFixedSize, 2);
  message.number(kDialects.size(), 2);
  message.number(1, 2);            // signing enabled
  message.zeros(2 + 4);            // reserved, capabilities
  message.text("glusterconsul:");  // the client's GUID, 16 bytes
  message.zeros(2);
  message.number(kContexts, 4);
  message.number(1, 2);  // one context
  message.zeros(2);
  for (const auto dialect : kDialects) message.number(dialect, 2);
  message.align();
  write_integrity_context(message);

  const auto size = message.bytes().size();
  std::vector<std::byte> framed(kFrameSize + size);
  framed[1] = static_cast<std::byte>(size >> 16U & 0xFFU);
  framed[2] = static_cast<std::byte>(size >> 8U & 0xFFU);
  framed[3] = static_cast<std::byte>(size & 0xFFU);
  std::copy(message.bytes().begin(), message.bytes().end(), std::next(framed.begin(), kFrameSize));
  return framed;
}

Result<std::optional<SmbNegotiateReply>> decode_smb_negotiate(std::span<const std::byte> received) {
  if (received.size() < kFrameSize) return std::nullopt;
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(received[i]); };
  const auto size = byte(1) << 16U | byte(2) << 8U | byte(3);
  if (byte(0) != 0 || size < kHeaderSize) return bad_reply("it is not SMB");
  if (size > kMaxSmbReply) return bad_reply("the reply to NEGOTIATE is too large");
  const auto message = received.subspan(kFrameSize);
  if (message.size() < size) return std::nullopt;
  return decode_message(message.first(size));
}

}  // namespace glusterconsul::admin
