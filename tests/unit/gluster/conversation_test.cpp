#include "gluster/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <ostream>

namespace glusterconsul::gluster {
namespace {

using namespace std::chrono_literals;

Conversation asking(ProbeMethod method = ProbeMethod::kVolume) {
  return {method, 1, "g0"};
}

TEST(Conversation, SendsNothingBeforeItIsConnected) {
  auto talk = asking();
  EXPECT_TRUE(talk.to_send().empty());
  talk.connected();
  EXPECT_EQ(talk.to_send().size(), encode_getspec(1, "g0").size());
}

TEST(Conversation, SendsTheRestAfterAPart) {
  auto talk = asking();
  talk.connected();
  const auto all = talk.to_send().size();
  talk.sent(10);
  EXPECT_EQ(talk.to_send().size(), all - 10);
  talk.sent(all);
  EXPECT_TRUE(talk.to_send().empty());
}

TEST(Conversation, IsOverOnceConnectedWhereAConnectionIsEnough) {
  auto talk = asking(ProbeMethod::kTcp);
  talk.connected();
  ASSERT_TRUE(talk.answer().has_value());
  EXPECT_EQ(talk.answer()->verdict, Verdict::kAccepts);
  EXPECT_TRUE(talk.to_send().empty());
}

TEST(Conversation, KeepsItsFirstAnswer) {
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

TEST_P(ConversationFailure, IsToldApart) {
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
                              Verdict::kSilent, "timed out"},
                      Failure{"NoConnection", [](auto& talk) { talk.timed_out(100ms); },
                              Verdict::kSilent, "no connection within 100ms"},
                      Failure{"SilentAfterConnecting",
                              [](auto& talk) {
                                talk.connected();
                                talk.timed_out(1s);
                              },
                              Verdict::kSilent, "connected, but no answer within 1s"},
                      Failure{"HalfAnAnswer",
                              [](auto& talk) {
                                talk.connected();
                                talk.received(std::vector<std::byte>(2));
                                talk.timed_out(1s);
                              },
                              Verdict::kSilent, "no whole answer"},
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
                      Failure{"ClosedInTheMiddle",
                              [](auto& talk) {
                                talk.connected();
                                talk.received(std::vector<std::byte>(2));
                                talk.closed();
                              },
                              Verdict::kBadReply, "in the middle"},
                      Failure{"SpeaksSomethingElse",
                              [](auto& talk) {
                                talk.connected();
                                receive(talk, 100);
                              },
                              Verdict::kBadReply, "more than any volfile"}),
    [](const auto& row) { return row.param.row; });

TEST(AnswerOf, KnowsTheThreeThingsThatAGlusterdSays) {
  EXPECT_EQ(answer_of({1, 0, "volume g0"}).verdict, Verdict::kServes);
  EXPECT_EQ(answer_of({1, 0, "option remote-host gl1"}).brick_hosts,
            std::vector{*Host::parse("gl1")});
  EXPECT_EQ(answer_of({-1, ENOENT, ""}).verdict, Verdict::kNoVolume);
  const auto other = answer_of({-1, EOPNOTSUPP, ""});
  EXPECT_EQ(other.verdict, Verdict::kBadReply);
  EXPECT_THAT(other.detail, ::testing::HasSubstr("Operation not supported"));
}

TEST(AnswerOf, AnEmptyVolfileIsNoVolume) {
  EXPECT_EQ(answer_of({0, 0, ""}).verdict, Verdict::kBadReply);
}

TEST(AnswerOf, AnErrnoThatIsNoneIsNotLookedUp) {
  EXPECT_THAT(answer_of({-1, -5, ""}).detail, ::testing::HasSubstr("unnamed error (errno -5)"));
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

TEST_P(RoundOfProbes, EndsInTime) {
  const ProbeSettings settings{ProbeMethod::kVolume, 1000ms, 2, 25ms, 64};
  EXPECT_EQ(probe_end(GetParam().progress, settings, Deadline(kStart + 500ms),
                      kStart + GetParam().passed),
            GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    ProbeEnd, RoundOfProbes,
    ::testing::Values(
        End{"NoServers", {0, 0, {}}, 0ms, ProbeEnd::kAllHeard},
        End{"NobodyAnsweredYet", {3, 0, {}}, 499ms, ProbeEnd::kNotYet},
        End{"AllAnswered", {0, 1, {}}, 10ms, ProbeEnd::kAllHeard},
        End{"EnoughServeWithinTheGrace", {1, 2, kStart + 10ms}, 34ms, ProbeEnd::kNotYet},
        End{"EnoughServeAndTheGraceIsOver", {1, 2, kStart + 10ms}, 35ms, ProbeEnd::kEnoughServe},
        End{"TheDeadlineEndsIt", {1, 1, {}}, 500ms, ProbeEnd::kDeadline},
        End{"TheDeadlineEndsTheGrace", {1, 2, kStart + 490ms}, 500ms, ProbeEnd::kDeadline}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::gluster
