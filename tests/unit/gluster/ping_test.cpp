#include "gluster/ping.hpp"

#include <gtest/gtest.h>

#include "bytes.hpp"
#include "gluster/tls_greeting.hpp"
#include "gluster/xdr.hpp"

namespace glusterconsul::gluster {
namespace {

TEST(Ping, EncodesProgramWithoutArguments) {
  EXPECT_EQ(encode_ping(kXid),
            words({kLastFragment | 40U, kXid, 0, 2, 123451501, 1, 2, 0, 0, 0, 0}));
}

TEST(Ping, AcceptsReplyToItself) {
  EXPECT_TRUE(decode_ping(accepted(kXid) + words({0, 0, 0}), kXid).has_value());
  EXPECT_FALSE(decode_ping(accepted(kXid + 1), kXid).has_value());
  EXPECT_FALSE(decode_ping(words({kXid, 1, 0, 0, 0, 1}), kXid).has_value());
}

TEST(TlsGreeting, HasConsistentLengths) {
  const auto greeting = tls_greeting();
  ASSERT_GT(greeting.size(), 9U);
  const auto number = [&](std::size_t at, std::size_t size) {
    std::size_t value = 0;
    for (std::size_t i = at; i < at + size; ++i) {
      value = value * 256 + std::to_integer<std::size_t>(greeting[i]);
    }
    return value;
  };
  EXPECT_EQ(number(0, 1), 22U);                  // handshake
  EXPECT_EQ(number(3, 2), greeting.size() - 5);  // of the record
  EXPECT_EQ(number(5, 1), 1U);                   // ClientHello
  EXPECT_EQ(number(6, 3), greeting.size() - 9);  // of its body
}

TEST(TlsGreeting, KnowsAnswers) {
  EXPECT_TRUE(is_tls_answer(std::byte{22}));
  EXPECT_TRUE(is_tls_answer(std::byte{21}));
  EXPECT_FALSE(is_tls_answer(std::byte{0x80}));
  EXPECT_FALSE(is_tls_answer(std::byte{'H'}));
}

}  // namespace
}  // namespace glusterconsul::gluster
