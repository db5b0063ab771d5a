#include "admin/registrar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admin/deregistration.hpp"
#include "loopback/consul/client_settings.hpp"
#include "test_context.hpp"

namespace glusterconsul::admin {
namespace {

using namespace std::chrono_literals;
using loopback::answers;
using loopback::FakeHttp;
using loopback::HttpBehaviour;
using loopback::HttpRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Nothing listens there.
RegistrationPlace place_with(const FakeHttp& consul) {
  return {.glusterd = {*Host::parse("127.0.0.1"), 1},
          .agent = consul::settings_for(consul),
          .step = 2s};
}

/// An agent that has rejected what a token may not do with `id`.
FakeHttp::Decide rejects(const std::string& id) {
  return [id](const HttpRequest& request) -> HttpBehaviour {
    const bool is_rejected =
        request.target.ends_with(id) || request.body.find(id) != std::string::npos;
    return is_rejected ? answers(403, "Permission denied") : answers(200, "{}");
  };
}

TEST(Deregistration, GoesOnAfterARejection) {
  const FakeHttp consul(rejects("b"));
  const TestContext test;
  auto agent = *consul::AgentClient::open(consul::settings_for(consul));
  const auto done = remove_instances({"a", "b", "c"}, agent, test.within(10s));
  EXPECT_THAT(done.removed, ElementsAre("a", "c"));
  ASSERT_THAT(done.problems, SizeIs(1));
  EXPECT_THAT(done.problems[0].message, HasSubstr("b: "));
}

TEST(Deregistration, EndsIfTheAgentDoesNotRespond) {
  const FakeHttp consul(loopback::closes());
  const TestContext test;
  auto agent = *consul::AgentClient::open(consul::settings_for(consul));
  const auto done = remove_instances({"a", "b", "c"}, agent, test.within(10s));
  EXPECT_THAT(done.removed, IsEmpty());
  EXPECT_THAT(done.problems, SizeIs(1));
}

TEST(Registrar, HasNoTurnIfTheStateOfTheAgentIsNotKnown) {
  const FakeHttp consul(answers(500, "no leader"));
  const TestContext test;
  RegistrationWatch watch({});
  const auto outcome = look_and_register(place_with(consul), watch, test.within(10s));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_FALSE(outcome->turn) << "its warnings would begin anew";
  EXPECT_TRUE(outcome->problem);
}

TEST(Registrar, HasATurnIfGlusterdIsDown) {
  const FakeHttp consul(answers(200, "{}"));
  const TestContext test;
  RegistrationWatch watch({});
  const auto outcome = look_and_register(place_with(consul), watch, test.within(10s));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->turn);
  EXPECT_FALSE(outcome->problem);
}

TEST(Registrar, RegistersTheOthersAfterARejection) {
  const FakeHttp consul(rejects("gluster:g0"));
  const TestContext test;
  auto agent = *consul::AgentClient::open(consul::settings_for(consul));
  RegistrationWatch watch({});
  Turn turn;
  for (const auto* id : {"gluster", "gluster:g0", "gluster:g1"}) {
    turn.add.push_back({.service = {.id = id, .name = "gluster"}, .check_status = "passing"});
  }
  const auto done = carry_out(turn, agent, watch, test.within(10s));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kDenied);
  EXPECT_THAT(consul.requests(), SizeIs(3));
}

}  // namespace
}  // namespace glusterconsul::admin
