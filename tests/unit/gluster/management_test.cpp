#include "gluster/management.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "bytes.hpp"

namespace glusterconsul::gluster {
namespace {

TEST(GetVolume, EncodesProgramAndVolume) {
  const auto call = encode_get_volume(kXid, *VolumeName::parse("g0"));
  EXPECT_EQ(call, words({kLastFragment | static_cast<std::uint32_t>(call.size() - 4), kXid, 0, 2,
                         1238463, 2, 5, 0, 0, 0, 0}) +
                      opaque(words({2}) + entry("flags", "2") + entry("volname", "g0")));
}

TEST(GetVolumeReply, ReturnsDictionary) {
  const auto reply = decode_get_volume(
      cli_reply(kXid, 0, "", words({2}) + entry("count", "1") + entry("volume0.name", "g0")) +
          words({1, 2, 3}),  // fields of a newer glusterd
      kXid);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->op_ret, 0);
  EXPECT_EQ(reply->dictionary.text("volume0.name"), "g0");
}

struct BadGetVolumeRecord {
  const char* row;
  Bytes record;
  const char* why;
};
void PrintTo(const BadGetVolumeRecord& bad, std::ostream* out) {
  *out << bad.row;
}

class BadGetVolumeReply : public ::testing::TestWithParam<BadGetVolumeRecord> {};

TEST_P(BadGetVolumeReply, IsRejectedWithReason) {
  const auto reply = decode_get_volume(GetParam().record, kXid);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kBadReply);
  EXPECT_THAT(reply.error().message, ::testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    GetVolume, BadGetVolumeReply,
    ::testing::Values(
        BadGetVolumeRecord{"OtherCall", cli_reply(kXid - 1, 0, "", {}), "another call"},
        BadGetVolumeRecord{"ProgramUnavailable", words({kXid, 1, 0, 0, 0, 1}),
                           "does not provide the RPC program of GET_VOLUME"},
        BadGetVolumeRecord{"ProcedureUnavailable", words({kXid, 1, 0, 0, 0, 3}),
                           "the call GET_VOLUME"},
        BadGetVolumeRecord{"NoResult", accepted(kXid), "truncated"},
        BadGetVolumeRecord{"NoMessage", accepted(kXid) + words({0, 0}), "truncated"},
        BadGetVolumeRecord{"NoDictionary", accepted(kXid) + words({0, 0, 0}), "truncated"},
        BadGetVolumeRecord{"DictionaryBeyondEnd", accepted(kXid) + words({0, 0, 0, 8, 0}),
                           "truncated"},
        BadGetVolumeRecord{"MalformedDictionary", cli_reply(kXid, 0, "", words({1})),
                           "dictionary"}),
    [](const auto& row) { return row.param.row; });

struct PresenceRow {
  const char* row;
  std::uint32_t op_ret;
  Bytes dictionary;
  HasVolume has_volume;
};
void PrintTo(const PresenceRow& row, std::ostream* out) {
  *out << row.row;
}

class VolumePresence : public ::testing::TestWithParam<PresenceRow> {};

TEST_P(VolumePresence, DependsOnStatusAndCount) {
  const auto reply = decode_get_volume(
      cli_reply(kXid, GetParam().op_ret, "Volume does not exist", GetParam().dictionary), kXid);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(has_volume(*reply), GetParam().has_volume);
}

INSTANTIATE_TEST_SUITE_P(
    GetVolume, VolumePresence,
    ::testing::Values(
        PresenceRow{"HasIt", 0, words({1}) + entry("count", "1"), HasVolume::kYes},
        PresenceRow{"Started", 0, words({2}) + entry("count", "1") + entry("volume0.status", "1"),
                    HasVolume::kYes},
        PresenceRow{"Created", 0, words({2}) + entry("count", "1") + entry("volume0.status", "0"),
                    HasVolume::kNotStarted},
        PresenceRow{"Stopped", 0, words({2}) + entry("count", "1") + entry("volume0.status", "2"),
                    HasVolume::kNotStarted},
        PresenceRow{"DoesNotHaveIt", kFailed, words({1}) + entry("count", "0"), HasVolume::kNo},
        PresenceRow{"CallFailed", kFailed, {}, HasVolume::kUnknown},
        PresenceRow{"SuccessWithoutVolume", 0, words({1}) + entry("count", "0"),
                    HasVolume::kUnknown},
        PresenceRow{"FailureWithVolume", kFailed, words({1}) + entry("count", "1"),
                    HasVolume::kUnknown},
        PresenceRow{"NoCount", 0, words({0}), HasVolume::kUnknown},
        PresenceRow{"CountIsNotANumber", 0, words({1}) + entry("count", "one"),
                    HasVolume::kUnknown}),
    [](const auto& row) { return row.param.row; });

TEST(ListVolume, EncodesProgramAndEmptyDictionary) {
  const auto call = encode_list_volume(kXid);
  EXPECT_EQ(call, words({kLastFragment | static_cast<std::uint32_t>(call.size() - 4), kXid, 0, 2,
                         1238463, 2, 33, 0, 0, 0, 0}) +
                      opaque(words({0})));
}

TEST(ListVolume, ReturnsNamesInOrder) {
  const auto names =
      decode_list_volume(cli_reply(kXid, 0, "",
                                   words({4}) + entry("count", "3") + entry("volume0", "g1") +
                                       entry("volume1", "bad name") + entry("volume2", "g0")),
                         kXid);
  ASSERT_TRUE(names.has_value()) << names.error().message;
  EXPECT_THAT(*names, ::testing::ElementsAre("g1", "g0"));
}

TEST(ListVolume, AcceptsNoVolumes) {
  const auto names =
      decode_list_volume(cli_reply(kXid, 0, "", words({1}) + entry("count", "0")), kXid);
  ASSERT_TRUE(names.has_value());
  EXPECT_THAT(*names, ::testing::IsEmpty());
}

class BadListVolume : public ::testing::TestWithParam<BadGetVolumeRecord> {};

TEST_P(BadListVolume, IsRejectedWithReason) {
  const auto names = decode_list_volume(GetParam().record, kXid);
  ASSERT_FALSE(names.has_value());
  EXPECT_EQ(names.error().code, ErrorCode::kBadReply);
  EXPECT_THAT(names.error().message, ::testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Volumes, BadListVolume,
    ::testing::Values(
        BadGetVolumeRecord{"Failed",
                           cli_reply(kXid, kFailed, "no", words({1}) + entry("count", "0")),
                           "it failed"},
        BadGetVolumeRecord{"NoCount", cli_reply(kXid, 0, "", {}), "no number"},
        BadGetVolumeRecord{"OtherCall", cli_reply(kXid + 1, 0, "", {}), "another call"},
        BadGetVolumeRecord{
            "TooMany",
            cli_reply(kXid, 0, "", words({2}) + entry("count", "4097") + entry("volume0", "g0")),
            "too many"},
        BadGetVolumeRecord{"FewerThanAnnounced",
                           cli_reply(kXid, 0, "",
                                     words({3}) + entry("count", "3") + entry("volume0", "g0") +
                                         entry("volume2", "g2")),
                           "an entry is missing"}),
    [](const auto& row) { return row.param.row; });

TEST(ListFriends, EncodesProgramAndFlag) {
  const auto call = encode_list_friends(kXid);
  EXPECT_EQ(call, words({kLastFragment | 48U, kXid, 0, 2, 1238463, 2, 3, 0, 0, 0, 0, 2, 0}));
}

/// A reply to LIST_FRIENDS, which has no message.
Bytes friends_reply(std::uint32_t op_ret, const Bytes& dictionary) {
  return accepted(kXid) + words({op_ret, 0}) + opaque(dictionary);
}

Bytes self(const std::string& number) {
  const auto key = "friend" + number + ".";
  return entry(key + "uuid", "uuid-self") + entry(key + "hostname", "localhost") +
         entry(key + "connected", "1");
}

TEST(ListFriends, ReturnsWholePool) {
  const auto pool = decode_list_friends(
      friends_reply(0, words({9}) + entry("count", "2") + self("2") +
                           entry("friend1.uuid", "uuid-1") + entry("friend1.hostname", "gl2") +
                           entry("friend1.connected", "0") + entry("friend1.stateId", "6") +
                           entry("friend1.state", "Peer Rejected")),
      kXid);
  ASSERT_TRUE(pool.has_value()) << pool.error().message;
  EXPECT_THAT(*pool, ::testing::ElementsAre(Peer{"uuid-1", "gl2", 6, "Peer Rejected", false},
                                            Peer{"uuid-self", "localhost", 0, "", true}));
  EXPECT_FALSE(is_itself(pool->front()));
  EXPECT_TRUE(is_itself(pool->back()));
}

TEST(ListFriends, PeerThatIsCalledLocalhostIsNotItself) {
  EXPECT_FALSE(is_itself({"uuid-1", "localhost", 3, "Peer in Cluster", true}));
}

struct BadPool {
  const char* row;
  Bytes record;
  const char* why;
};
void PrintTo(const BadPool& bad, std::ostream* out) {
  *out << bad.row;
}

class BadListFriends : public ::testing::TestWithParam<BadPool> {};

TEST_P(BadListFriends, IsRejectedWithReason) {
  const auto pool = decode_list_friends(GetParam().record, kXid);
  ASSERT_FALSE(pool.has_value());
  EXPECT_EQ(pool.error().code, ErrorCode::kBadReply);
  EXPECT_THAT(pool.error().message, ::testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    Peers, BadListFriends,
    ::testing::Values(
        BadPool{"OtherCall", accepted(kXid + 1), "another call"},
        BadPool{"Truncated", accepted(kXid) + words({0}), "truncated"},
        BadPool{"MalformedDictionary", friends_reply(0, words({1})), "malformed"},
        BadPool{"Failed", friends_reply(kFailed, words({0})), "failed"},
        BadPool{"NoCount", friends_reply(0, words({0})), "no number"},
        BadPool{"TooMany", friends_reply(0, words({1}) + entry("count", "4097")), "too many"},
        BadPool{"FewerThanAnnounced",
                friends_reply(0, words({4}) + entry("count", "2") + self("1")), "incomplete"},
        BadPool{
            "NoUuid",
            friends_reply(0, words({3}) + entry("count", "1") + entry("friend1.hostname", "gl2") +
                                 entry("friend1.connected", "1")),
            "incomplete"},
        BadPool{"HugeState",
                friends_reply(0, words({5}) + entry("count", "1") + self("1") +
                                     entry("friend1.stateId", "4294967296")),
                "impossible"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::gluster
