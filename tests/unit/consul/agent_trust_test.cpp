#include "consul/agent_trust.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::consul {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using OwnerKind = PeerOwner::Kind;

constexpr uid_t kRoot = 0;
const std::string kWhere = "Consul at 127.0.0.1:8500";

struct Case {
  const char* row;
  PeerOwner owner;
  std::optional<uid_t> agent_user;
  std::optional<uid_t> caller;
  bool is_trusted;
};
std::ostream& operator<<(std::ostream& out, const Case& row) {
  return out << row.row;
}

class JudgeAgent : public ::testing::TestWithParam<Case> {};

TEST_P(JudgeAgent, TrustsRootSystemAccountsAndAgentUser) {
  const auto& row = GetParam();
  const auto refusal = judge_agent(row.owner, row.agent_user, row.caller, kWhere);
  EXPECT_EQ(!refusal.has_value(), row.is_trusted);
  if (refusal) {
    EXPECT_EQ(refusal->code, ErrorCode::kUntrusted);
    EXPECT_THAT(refusal->message, HasSubstr(kWhere));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Users, JudgeAgent,
    ::testing::Values(
        Case{"Root", {OwnerKind::kLocal, 0}, {}, kRoot, true},
        Case{"SystemAccount", {OwnerKind::kLocal, 998}, {}, kRoot, true},
        Case{"LastSystemAccount", {OwnerKind::kLocal, 999}, {}, kRoot, true},
        Case{"FirstOrdinaryUser", {OwnerKind::kLocal, 1000}, {}, kRoot, false},
        Case{"UnusedIdInDynamicUserRange", {OwnerKind::kLocal, 65'432}, {}, kRoot, false},
        Case{"Nobody", {OwnerKind::kLocal, 65'534}, {}, kRoot, false},
        Case{"AgentUser", {OwnerKind::kLocal, 1000}, 1000, kRoot, true},
        Case{"OtherThanAgentUser", {OwnerKind::kLocal, 1001}, 1000, kRoot, false},
        Case{"SameUserAsCaller", {OwnerKind::kLocal, 1000}, {}, 1000, true},
        Case{"NobodyIfCallerIsUnidentified", {OwnerKind::kLocal, 65'534}, {}, {}, false},
        Case{"OtherUserThanCaller", {OwnerKind::kLocal, 1001}, {}, 1000, false},
        Case{"RemoteMachine", {OwnerKind::kRemote, 0}, {}, kRoot, true},
        Case{"Unidentified", {OwnerKind::kUnidentified, 0}, {}, kRoot, false},
        Case{"UnidentifiedDespiteAgentUser", {OwnerKind::kUnidentified, 0}, 0, kRoot, false}),
    [](const auto& tested) { return tested.param.row; });

TEST(JudgeAgentMessage, ClosedConnectionIsTransientError) {
  const auto refusal = judge_agent({OwnerKind::kClosed, 0}, std::nullopt, kRoot, kWhere);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, ErrorCode::kUnreachable);
}

TEST(JudgeAgentMessage, HintsAtAddressesIfConnectionIsRedirected) {
  const auto refusal = judge_agent({OwnerKind::kUnidentified, 0}, std::nullopt, kRoot, kWhere);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->hint,
            "set consul-http-addr and consul-dns-addr to where the agent itself listens");
}

TEST(JudgeAgentMessage, NamesUserAndOption) {
  const auto refusal = judge_agent({OwnerKind::kLocal, 54'321}, std::nullopt, kRoot, kWhere);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_THAT(refusal->message, HasSubstr("user 54321"));
  EXPECT_THAT(refusal->hint, HasSubstr("consul-agent-user=54321"));
}

TEST(FindAgentUser, AcceptsNamesAndNumbers) {
  EXPECT_EQ(find_agent_user("").value(), std::nullopt);
  EXPECT_EQ(find_agent_user("1000").value(), 1000U);
  EXPECT_EQ(find_agent_user("root").value(), 0U);
}

TEST(FindAgentUser, RejectsUnknownUser) {
  const auto user = find_agent_user("no-such-user-here");
  ASSERT_FALSE(user.has_value());
  EXPECT_EQ(user.error().code, ErrorCode::kUsage);
  EXPECT_THAT(user.error().message, HasSubstr("consul-agent-user=no-such-user-here"));
}

}  // namespace
}  // namespace glusterconsul::consul
