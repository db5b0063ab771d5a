#include "admin/smb_negotiate.hpp"

#include <gtest/gtest.h>

#include <string>

namespace glusterconsul::admin {
namespace {

using Bytes = std::vector<std::byte>;

Bytes with_length(const Bytes& message, std::size_t length) {
  Bytes framed = {std::byte{0}, static_cast<std::byte>(length >> 16U),
                  static_cast<std::byte>(length >> 8U & 0xFFU),
                  static_cast<std::byte>(length & 0xFFU)};
  framed.insert(framed.end(), message.begin(), message.end());
  return framed;
}

/// A message of 64 + 65 bytes, as a server sends it: MS-SMB2 2.2.1.2, 2.2.4.
Bytes reply_message() {
  Bytes message(64 + 65);
  const auto set = [&](std::size_t offset, std::initializer_list<unsigned> bytes) {
    for (const auto byte : bytes) message[offset++] = static_cast<std::byte>(byte);
  };
  set(0, {0xFE, 'S', 'M', 'B', 64});
  set(16, {1});            // a reply
  set(64, {65, 0, 1, 0});  // the size of the structure, signing enabled
  set(68, {0x11, 0x03});   // the dialect
  return message;
}

Bytes with(Bytes message, std::size_t offset, unsigned byte) {
  message[offset] = static_cast<std::byte>(byte);
  return message;
}

Bytes header() {
  auto message = reply_message();
  message.resize(64);
  return message;
}

Bytes framed(const Bytes& message) {
  return with_length(message, message.size());
}

TEST(SmbNegotiate, RequestIsFramedAndOffersAllDialects) {
  const auto request = encode_smb_negotiate();
  ASSERT_EQ(request.size(), 4 + 112 + 8 + 38U);
  EXPECT_EQ(request[0], std::byte{0});
  EXPECT_EQ(std::to_integer<std::size_t>(request[3]), request.size() - 4);
  EXPECT_EQ(request[4 + 64], std::byte{36});     // StructureSize
  EXPECT_EQ(request[4 + 66], std::byte{5});      // DialectCount
  EXPECT_EQ(request[4 + 92], std::byte{112});    // NegotiateContextOffset
  EXPECT_EQ(request[4 + 96], std::byte{1});      // NegotiateContextCount
  EXPECT_EQ(request[4 + 100], std::byte{0x02});  // 2.0.2
  EXPECT_EQ(request[4 + 108], std::byte{0x11});  // 3.1.1
  EXPECT_EQ(request[4 + 112], std::byte{1});     // SMB2_PREAUTH_INTEGRITY_CAPABILITIES
}

TEST(SmbNegotiate, DecodesTheReply) {
  const auto reply = decode_smb_negotiate(framed(reply_message()));
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ((*reply)->status, 0U);
  EXPECT_EQ((*reply)->dialect, 0x0311);
}

TEST(SmbNegotiate, DecodesAnErrorWithoutBody) {
  auto message = with(with(with(with(reply_message(), 8, 0xBB), 11, 0xC0), 64, 9), 68, 0);
  message.resize(64 + 9);
  const auto reply = decode_smb_negotiate(framed(message));
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ((*reply)->status, 0xC00000BBU);
  EXPECT_EQ((*reply)->dialect, 0);
}

TEST(SmbNegotiate, WaitsForTheWholeReply) {
  const auto whole = framed(reply_message());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto reply = decode_smb_negotiate(std::span(whole).first(size));
    ASSERT_TRUE(reply) << size;
    EXPECT_FALSE(*reply) << size;
  }
}

struct BadSmbReply {
  std::string name;
  Bytes received;
};

class SmbBadReply : public ::testing::TestWithParam<BadSmbReply> {};

TEST_P(SmbBadReply, IsRejected) {
  const auto reply = decode_smb_negotiate(GetParam().received);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
}

INSTANTIATE_TEST_SUITE_P(
    Replies, SmbBadReply,
    ::testing::Values(BadSmbReply{"NotAFrame", with(framed(reply_message()), 0, 'H')},
                      BadSmbReply{"ShorterThanAHeader", with_length({}, 63)},
                      BadSmbReply{"TooLarge", with_length({}, kMaxSmbReply + 1)},
                      BadSmbReply{"Smb1", framed(with(reply_message(), 0, 0xFF))},
                      BadSmbReply{"OtherHeaderSize", framed(with(reply_message(), 4, 63))},
                      BadSmbReply{"OtherCommand", framed(with(reply_message(), 12, 1))},
                      BadSmbReply{"Request", framed(with(reply_message(), 16, 0))},
                      BadSmbReply{"OtherStructure", framed(with(reply_message(), 64, 9))},
                      BadSmbReply{"OnlyAHeader", framed(header())},
                      BadSmbReply{"DialectThatWasNotOffered",
                                  framed(with(reply_message(), 69, 0x04))}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::admin
