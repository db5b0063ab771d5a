#include "gluster/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <ostream>

#include "bytes.hpp"
#include "gluster/probe_progress.hpp"

namespace glusterconsul::gluster {
namespace {

using namespace std::chrono_literals;

Conversation asking(ProbeMethod method = ProbeMethod::kVolume) {
  return {method, 1, *parse_volume_path("/g0")};
}

TEST(Conversation, SendsNothingBeforeConnecting) {
  auto talk = asking();
  EXPECT_TRUE(talk.to_send().empty());
  talk.connected();
  EXPECT_EQ(talk.to_send().size(), encode_getspec(1, "g0").size());
}

TEST(Conversation, ContinuesAfterPartialSend) {
  auto talk = asking();
  talk.connected();
  const auto all = talk.to_send().size();
  talk.sent(10);
  EXPECT_EQ(talk.to_send().size(), all - 10);
  talk.sent(all);
  EXPECT_TRUE(talk.to_send().empty());
}

TEST(Conversation, TcpProbeEndsAfterConnecting) {
  auto talk = asking(ProbeMethod::kTcp);
  talk.connected();
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kAccepts);
  EXPECT_TRUE(talk.to_send().empty());
}

TEST(Conversation, KeepsFirstAnswer) {
  auto talk = asking();
  talk.failed(ECONNREFUSED);
  talk.timed_out(1s);
  EXPECT_EQ(talk.answer()->verdict, Verdict::kRefused);
}

struct Failure {
  const char* row;
  void (*happens)(Conversation&);
  Verdict verdict;
  const char* detail;
};
void PrintTo(const Failure& failure, std::ostream* out) {
  *out << failure.row;
}

class ConversationFailure : public ::testing::TestWithParam<Failure> {};

TEST_P(ConversationFailure, HasDistinctVerdict) {
  auto talk = asking();
  GetParam().happens(talk);
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, GetParam().verdict);
  EXPECT_THAT(talk.answer()->detail, ::testing::HasSubstr(GetParam().detail));
}

void receive(Conversation& talk, std::size_t size) {
  talk.received(std::vector<std::byte>(size, std::byte{0x20}));
}

INSTANTIATE_TEST_SUITE_P(
    Conversation, ConversationFailure,
    ::testing::Values(Failure{"Refused", [](auto& talk) { talk.failed(ECONNREFUSED); },
                              Verdict::kRefused, "refused"},
                      Failure{"NoRoute", [](auto& talk) { talk.failed(EHOSTUNREACH); },
                              Verdict::kRefused, "No route"},
                      Failure{"KernelTimeout", [](auto& talk) { talk.failed(ETIMEDOUT); },
                              Verdict::kNoResponse, "timed out"},
                      Failure{"ConnectTimeout", [](auto& talk) { talk.timed_out(100ms); },
                              Verdict::kNoResponse, "no connection within 100ms"},
                      Failure{"TimeoutAfterConnecting",
                              [](auto& talk) {
                                talk.connected();
                                talk.timed_out(1s);
                              },
                              Verdict::kNoResponse, "connected, but no answer within 1s"},
                      Failure{"IncompleteAnswer",
                              [](auto& talk) {
                                talk.connected();
                                talk.received(std::vector<std::byte>(2));
                                talk.timed_out(1s);
                              },
                              Verdict::kNoResponse, "no complete answer"},
                      Failure{"Closed",
                              [](auto& talk) {
                                talk.connected();
                                talk.closed();
                              },
                              Verdict::kClosed, "without an answer"},
                      Failure{"Reset",
                              [](auto& talk) {
                                talk.connected();
                                talk.failed(ECONNRESET);
                              },
                              Verdict::kClosed, "reset"},
                      Failure{"ClosedDuringReply",
                              [](auto& talk) {
                                talk.connected();
                                talk.received(std::vector<std::byte>(2));
                                talk.closed();
                              },
                              Verdict::kBadReply, "before its answer was complete"},
                      Failure{"OtherProtocol",
                              [](auto& talk) {
                                talk.connected();
                                receive(talk, 100);
                              },
                              Verdict::kBadReply, "too large"}),
    [](const auto& row) { return row.param.row; });

// The second call, GET_VOLUME

Bytes record(const Bytes& body) {
  return words({kLastFragment | static_cast<std::uint32_t>(body.size())}) + body;
}

Bytes getspec_failure(std::uint32_t error_number) {
  return record(accepted(1) + words({kFailed, error_number, 0, 0}));
}

Bytes get_volume_reply(std::uint32_t op_ret, std::string_view count) {
  return record(cli_reply(2, op_ret, "", words({1}) + entry("count", count)));
}

/// A conversation in which glusterd has reported that it has no volfile.
Conversation without_volfile(std::uint32_t error_number, const char* path = "/g0") {
  Conversation talk{ProbeMethod::kVolume, 1, *parse_volume_path(path)};
  talk.connected();
  talk.sent(talk.to_send().size());
  talk.received(getspec_failure(error_number));
  return talk;
}

Bytes to_send(const Conversation& talk) {
  return {talk.to_send().begin(), talk.to_send().end()};
}

TEST(Conversation, SendsGetVolumeIfVolfileIsMissing) {
  for (const int error_number : {ENOENT, ENOMEM, EOPNOTSUPP}) {
    const auto talk = without_volfile(static_cast<std::uint32_t>(error_number));
    EXPECT_FALSE(talk.answer().has_value());
    EXPECT_EQ(to_send(talk), encode_get_volume(2, *VolumeName::parse("g0")));
  }
}

TEST(Conversation, SendsGetVolumeWithVolumeOfSnapshot) {
  const auto talk = without_volfile(ENOENT, "/snaps/s1/g0/directory");
  EXPECT_EQ(to_send(talk), encode_get_volume(2, *VolumeName::parse("g0")));
}

/// A conversation in which glusterd has sent the volfile.
Conversation with_volfile(const char* path = "/g0") {
  Conversation talk{ProbeMethod::kVolume, 1, *parse_volume_path(path)};
  talk.connected();
  talk.sent(talk.to_send().size());
  talk.received(record(accepted(1) + words({1, 0}) + opaque(text("volume g0")) + words({0})));
  return talk;
}

Bytes status_reply(std::string_view status) {
  return record(
      cli_reply(2, 0, "", words({2}) + entry("count", "1") + entry("volume0.status", status)));
}

TEST(Conversation, AsksWhetherVolumeIsStartedIfVolfileArrives) {
  for (const auto& [status, verdict] :
       {std::pair{"0", Verdict::kNotStarted}, std::pair{"1", Verdict::kServes},
        std::pair{"2", Verdict::kNotStarted}}) {
    auto talk = with_volfile();
    EXPECT_FALSE(talk.answer().has_value());
    EXPECT_EQ(to_send(talk), encode_get_volume(2, *VolumeName::parse("g0")));
    talk.received(status_reply(status));
    ASSERT_TRUE(talk.answer().has_value()) << status;
    EXPECT_EQ(talk.answer()->verdict, verdict) << status;
    EXPECT_TRUE(talk.to_send().empty());
  }
}

TEST(Conversation, ServesIfVolfileArrivesAndNothingElse) {
  for (const auto happens :
       {+[](Conversation& talk) { talk.closed(); }, +[](Conversation& talk) { talk.timed_out(1s); },
        +[](Conversation& talk) { talk.failed(ECONNRESET); },
        +[](Conversation& talk) { talk.stop(); }, +[](Conversation& talk) { receive(talk, 100); },
        +[](Conversation& talk) { talk.received(get_volume_reply(0, "1")); },
        +[](Conversation& talk) { talk.received(get_volume_reply(kFailed, "0")); }}) {
    auto talk = with_volfile();
    happens(talk);
    ASSERT_TRUE(talk.answer().has_value());
    EXPECT_EQ(talk.answer()->verdict, Verdict::kServes);
  }
}

TEST(Conversation, SnapshotDoesNotDependOnItsVolume) {
  const auto talk = with_volfile("/snaps/s1/g0");
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kServes);
  EXPECT_TRUE(talk.to_send().empty());
}

TEST(Conversation, AcceptsSecondReplyInPieces) {
  auto talk = without_volfile(ENOMEM);
  const auto reply = get_volume_reply(kFailed, "0");
  for (const auto byte : reply) {
    EXPECT_FALSE(talk.answer().has_value());
    talk.received(Bytes{byte});
  }
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kNoVolume);
}

/// "The volume has changed": docs/facts.md, "glusterd calls its clients".
Bytes call_of_glusterd() {
  return record(words({1, 0, 2, 52743234, 1, 1, 0, 0, 0, 0}));
}

TEST(Conversation, SkipsCallsOfGlusterd) {
  Conversation talk{ProbeMethod::kVolume, 1, *parse_volume_path("/g0")};
  talk.connected();
  talk.sent(talk.to_send().size());
  talk.received(call_of_glusterd());
  talk.received(call_of_glusterd() + getspec_failure(ENOMEM));
  EXPECT_FALSE(talk.answer().has_value());
  const auto all = call_of_glusterd() + call_of_glusterd() + get_volume_reply(kFailed, "0");
  for (const auto byte : all) talk.received(Bytes{byte});
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kNoVolume);
}

TEST(Conversation, CallFromGlusterdIsNotAnAnswer) {
  Conversation talk{ProbeMethod::kVolume, 1, *parse_volume_path("/g0")};
  talk.connected();
  talk.received(call_of_glusterd());
  talk.closed();
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kClosed);
}

struct Second {
  const char* row;
  std::uint32_t error_number;  ///< of GETSPEC
  void (*happens)(Conversation&);
  Verdict verdict;
  const char* detail;
};
void PrintTo(const Second& second, std::ostream* out) {
  *out << second.row;
}

class SecondCall : public ::testing::TestWithParam<Second> {};

TEST_P(SecondCall, DecidesVerdictIfAnswered) {
  auto talk = without_volfile(GetParam().error_number);
  GetParam().happens(talk);
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, GetParam().verdict);
  EXPECT_THAT(talk.answer()->detail, ::testing::HasSubstr(GetParam().detail));
}

void says_unknown(Conversation& talk) {
  talk.received(get_volume_reply(kFailed, "0"));
}
void says_known(Conversation& talk) {
  talk.received(get_volume_reply(0, "1"));
}
void does_not_know_the_program(Conversation& talk) {
  talk.received(record(words({2, 1, 0, 0, 0, 1})));
}
void says_nothing_useful(Conversation& talk) {
  talk.received(get_volume_reply(0, "0"));
}
void sends_garbage(Conversation& talk) {
  receive(talk, 100);
}
void times_out(Conversation& talk) {
  talk.timed_out(1s);
}

constexpr const char* kNoSuchVolume = "has no such volume";
constexpr const char* kNoMemory = "glusterd returned: Cannot allocate memory (errno 12)";

INSTANTIATE_TEST_SUITE_P(
    Conversation, SecondCall,
    ::testing::Values(
        // Sent by 10.3, and by 11.1 with peers, for a volume that they do not have.
        Second{"NoEntryUnknown", ENOENT, says_unknown, Verdict::kNoVolume, kNoSuchVolume},
        // Sent by 11.1 without peers, for a volume that it does not have.
        Second{"NoMemoryUnknown", ENOMEM, says_unknown, Verdict::kNoVolume, kNoSuchVolume},
        Second{"AnyErrorUnknown", EIO, says_unknown, Verdict::kNoVolume, kNoSuchVolume},
        // Sent by both versions for a volume whose volfile is missing on disk.
        Second{"NoEntryKnown", ENOENT, says_known, Verdict::kBadReply,
               "has the volume, but did not send its volfile: No such file or directory (errno 2)"},
        Second{"NoMemoryKnown", ENOMEM, says_known, Verdict::kBadReply, "has the volume"},
        Second{"NoEntryNoProgram", ENOENT, does_not_know_the_program, Verdict::kNoVolume,
               kNoSuchVolume},
        Second{"NoMemoryNoProgram", ENOMEM, does_not_know_the_program, Verdict::kBadReply,
               kNoMemory},
        Second{"NoEntryUseless", ENOENT, says_nothing_useful, Verdict::kNoVolume, kNoSuchVolume},
        Second{"NoMemoryUseless", ENOMEM, says_nothing_useful, Verdict::kBadReply, kNoMemory},
        Second{"NoEntryGarbage", ENOENT, sends_garbage, Verdict::kNoVolume, kNoSuchVolume},
        Second{"NoMemoryGarbage", ENOMEM, sends_garbage, Verdict::kBadReply, kNoMemory},
        Second{"NoEntryTimeout", ENOENT, times_out, Verdict::kNoVolume, kNoSuchVolume},
        Second{"NoMemoryTimeout", ENOMEM, times_out, Verdict::kBadReply, kNoMemory},
        Second{"NoEntryClosed", ENOENT, [](auto& talk) { talk.closed(); }, Verdict::kNoVolume,
               kNoSuchVolume},
        Second{"NoMemoryClosed", ENOMEM, [](auto& talk) { talk.closed(); }, Verdict::kBadReply,
               kNoMemory},
        Second{"NoEntryReset", ENOENT, [](auto& talk) { talk.failed(ECONNRESET); },
               Verdict::kNoVolume, kNoSuchVolume},
        Second{"NoMemoryReset", ENOMEM, [](auto& talk) { talk.failed(ECONNRESET); },
               Verdict::kBadReply, kNoMemory},
        Second{"NoEntryStopped", ENOENT, [](auto& talk) { talk.stop(); }, Verdict::kNoVolume,
               kNoSuchVolume}),
    [](const auto& row) { return row.param.row; });

TEST(Conversation, HasNoAnswerIfStoppedBeforeFirstReply) {
  auto talk = asking();
  talk.connected();
  talk.stop();
  EXPECT_FALSE(talk.answer().has_value());
}

ProbeAnswer answer_for(const GetspecReply& reply, HasVolume has_volume = HasVolume::kUnknown,
                       const char* path = "/g0") {
  return answer_of(reply, has_volume, *parse_volume_path(path));
}

TEST(AnswerOf, VolfileMeansVolumeIsServed) {
  EXPECT_EQ(answer_for({1, 0, "volume g0"}).verdict, Verdict::kServes);
  EXPECT_EQ(answer_for({1, 0, "option remote-host gl1"}).brick_hosts,
            std::vector{*Host::parse("gl1")});
}

TEST(AnswerOf, VolumeThatIsNotStartedIsNotServed) {
  EXPECT_EQ(answer_for({1, 0, "volume g0"}, HasVolume::kNotStarted).verdict, Verdict::kNotStarted);
  EXPECT_EQ(answer_for({-1, ENOENT, ""}, HasVolume::kNotStarted).verdict, Verdict::kNotStarted);
}

TEST(AnswerOf, EmptyVolfileIsBadReply) {
  EXPECT_EQ(answer_for({0, 0, ""}).verdict, Verdict::kBadReply);
}

TEST(AnswerOf, ShowsInvalidErrnoAsNumber) {
  EXPECT_THAT(answer_for({-1, -5, ""}).detail,
              ::testing::HasSubstr("unspecified error (errno -5)"));
}

// GET_VOLUME does not cover snapshots: the volume can exist without the snapshot.
TEST(AnswerOf, SnapshotIsMissingByErrnoOrMissingVolume) {
  constexpr const char* kSnapshot = "/snaps/s1/g0";
  EXPECT_EQ(answer_for({-1, ENOENT, ""}, HasVolume::kYes, kSnapshot).verdict, Verdict::kNoVolume);
  EXPECT_EQ(answer_for({-1, ENOMEM, ""}, HasVolume::kYes, kSnapshot).verdict, Verdict::kBadReply);
  EXPECT_EQ(answer_for({-1, ENOMEM, ""}, HasVolume::kNo, kSnapshot).verdict, Verdict::kNoVolume);
}

struct End {
  const char* row;
  ProbeProgress progress;
  milliseconds passed;
  ProbeEnd end;
};
void PrintTo(const End& end, std::ostream* out) {
  *out << end.row;
}

constexpr Clock::time_point kStart{};

class RoundOfProbes : public ::testing::TestWithParam<End> {};

TEST_P(RoundOfProbes, EndsOnTime) {
  const ProbeSettings settings{ProbeMethod::kVolume, 1000ms, 2, 25ms, 64};
  EXPECT_EQ(probe_end(GetParam().progress, settings, Deadline(kStart + 500ms),
                      kStart + GetParam().passed),
            GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    ProbeEnd, RoundOfProbes,
    ::testing::Values(
        End{"NoServers", {0, 0, {}}, 0ms, ProbeEnd::kAllHeard},
        End{"NoAnswerYet", {3, 0, {}}, 499ms, ProbeEnd::kNotYet},
        End{"AllAnswered", {0, 1, {}}, 10ms, ProbeEnd::kAllHeard},
        End{"EnoughServeWithinGracePeriod", {1, 2, kStart + 10ms}, 34ms, ProbeEnd::kNotYet},
        End{"EnoughServeAfterGracePeriod", {1, 2, kStart + 10ms}, 35ms, ProbeEnd::kEnoughServe},
        End{"DeadlinePassed", {1, 1, {}}, 500ms, ProbeEnd::kDeadline},
        End{"DeadlinePassedWithinGracePeriod", {1, 2, kStart + 490ms}, 500ms, ProbeEnd::kDeadline}),
    [](const auto& row) { return row.param.row; });

Conversation listing() {
  Conversation talk{ProbeMethod::kVolume, 1, *parse_volume_path("/g0"), ProbeQuestion::kVolumes};
  talk.connected();
  return talk;
}

TEST(Conversation, AsksForListOfVolumes) {
  auto talk = listing();
  EXPECT_EQ(to_send(talk), encode_list_volume(1));
  talk.sent(talk.to_send().size());
  talk.received(
      record(cli_reply(1, 0, "", words({2}) + entry("count", "1") + entry("volume0", "g1"))));
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kServes);
  EXPECT_THAT(talk.answer()->volumes, ::testing::ElementsAre("g1"));
}

TEST(Conversation, BadListOfVolumesIsBadReply) {
  auto talk = listing();
  talk.received(record(cli_reply(1, 0, "", {})));
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kBadReply);
  EXPECT_THAT(talk.answer()->volumes, ::testing::IsEmpty());
}

}  // namespace
}  // namespace glusterconsul::gluster
