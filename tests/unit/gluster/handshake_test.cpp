#include "gluster/handshake.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "bytes.hpp"

namespace glusterconsul::gluster {
namespace {

TEST(Getspec, EncodesProgramVolumeAndOpVersions) {
  const auto call = encode_getspec(kXid, "g0");
  const auto head = words({kLastFragment | static_cast<std::uint32_t>(call.size() - 4), kXid, 0, 2,
                           14398633, 2, 2, 0, 0, 0, 0, 0, 2}) +
                    text(std::string_view("g0\0\0", 4));
  ASSERT_GT(call.size(), head.size());
  EXPECT_EQ(Bytes(call.begin(), call.begin() + static_cast<long>(head.size())), head);
  const std::string xdata(
      "\0\0\0\x02\0\0\0\x0e\0\0\0\x02min-op-version\0001\0"
      "\0\0\0\x0e\0\0\0\x07max-op-version\000100000\0",
      4 + 8 + 15 + 2 + 8 + 15 + 7);
  const auto tail = words({static_cast<std::uint32_t>(xdata.size())}) + text(xdata) + Bytes(1);
  EXPECT_EQ(Bytes(call.begin() + static_cast<long>(head.size()), call.end()), tail);
  EXPECT_EQ(call.size() % 4, 0U);
}

TEST(GetspecReply, ReturnsVolfile) {
  const auto record = accepted(kXid) + words({5, 0, 5}) + text(std::string_view("hello\0\0\0", 8)) +
                      words({4}) + text("dict");
  const auto reply = decode_getspec(record, kXid);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->op_ret, 5);
  EXPECT_EQ(reply->volfile, "hello");
}

TEST(GetspecReply, ReturnsErrnoOfUnknownVolume) {
  const auto reply = decode_getspec(accepted(kXid) + words({0xFFFFFFFFU, 2, 0, 0}), kXid);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->op_ret, -1);
  EXPECT_EQ(reply->op_errno, 2);
}

TEST(GetspecReply, AcceptsVerifierAndTrailingFields) {
  const auto record = words({kXid, 1, 0, 1, 6}) + text(std::string_view("abcdef\0\0", 8)) +
                      words({0, 1, 0, 1}) + text(std::string_view("x\0\0\0", 4)) +
                      words({0, 1, 2, 3});
  const auto reply = decode_getspec(record, kXid);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->volfile, "x");
}

struct BadGetspecRecord {
  const char* row;
  Bytes record;
  const char* why;
};
void PrintTo(const BadGetspecRecord& bad, std::ostream* out) {
  *out << bad.row;
}

class BadReply : public ::testing::TestWithParam<BadGetspecRecord> {};

TEST_P(BadReply, IsRejectedWithReason) {
  const auto reply = decode_getspec(GetParam().record, kXid);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
  EXPECT_THAT(reply.error().message, ::testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Getspec, BadReply,
    ::testing::Values(
        BadGetspecRecord{"Empty", {}, "too short"},
        BadGetspecRecord{"TruncatedWord", Bytes(3), "too short"},
        BadGetspecRecord{"WrongXid", words({8, 1, 0, 0, 0, 0, 0, 0, 0, 0}), "another call"},
        BadGetspecRecord{"WrongDirection", words({kXid, 0, 2, 14398633, 2, 2}), "not an RPC reply"},
        BadGetspecRecord{"Denied", words({kXid, 1, 1, 0, 2, 2}), "rejected"},
        BadGetspecRecord{"ProgramUnavailable", words({kXid, 1, 0, 0, 0, 1}),
                         "probably not a glusterd"},
        BadGetspecRecord{"ProgramMismatch", words({kXid, 1, 0, 0, 0, 2, 1, 1}),
                         "a different version"},
        BadGetspecRecord{"ProcedureUnavailable", words({kXid, 1, 0, 0, 0, 3}), "GETSPEC"},
        BadGetspecRecord{"GarbageArguments", words({kXid, 1, 0, 0, 0, 4}), "could not decode"},
        BadGetspecRecord{"SystemError", words({kXid, 1, 0, 0, 0, 5}), "internal error"},
        BadGetspecRecord{"UnknownStatus", words({kXid, 1, 0, 0, 0, 6}), "unknown RPC status"},
        BadGetspecRecord{"VerifierTooLong", words({kXid, 1, 0, 0, 404}) + Bytes(404) + words({0}),
                         "truncated"},
        BadGetspecRecord{"NoResult", accepted(kXid), "truncated"},
        BadGetspecRecord{"NoVolfile", accepted(kXid) + words({1, 0}), "truncated"},
        BadGetspecRecord{"VolfileBeyondEnd", accepted(kXid) + words({5, 0, 5}) + text("hell"),
                         "truncated"},
        BadGetspecRecord{"PaddingMissing", accepted(kXid) + words({5, 0, 5}) + text("hello"),
                         "truncated"},
        BadGetspecRecord{"HugeVolfile", accepted(kXid) + words({5, 0, 0xFFFFFFFFU}) + Bytes(16),
                         "truncated"},
        BadGetspecRecord{"NoXdata", accepted(kXid) + words({1, 0, 1}) + Bytes(4), "truncated"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::gluster
