#include "consul/agent_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "loopback/consul/client_settings.hpp"
#include "loopback/consul/fake_http.hpp"
#include "test_context.hpp"

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using loopback::answers;
using loopback::closes;
using loopback::FakeHttp;
using loopback::HttpBehaviour;
using loopback::HttpRequest;
using loopback::never_responds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A client of the fake, with what its calls need.
struct Client {
  explicit Client(const FakeHttp& consul, milliseconds within = 10s)
      : context(test.within(within)), agent(open(consul)) {}

  static AgentClient open(const FakeHttp& consul) {
    return *AgentClient::open(settings_for(consul));
  }

  TestContext test;
  Context context;
  AgentClient agent;
};

std::vector<std::string> lines_of(const FakeHttp& consul) {
  std::vector<std::string> lines;
  for (const auto& request : consul.requests()) {
    lines.push_back(request.method + " " + request.target);
  }
  return lines;
}

TEST(AgentClient, ReadsServicesAndChecksOverOneConnection) {
  const FakeHttp consul([](const HttpRequest& request) {
    return request.target == "/v1/agent/services"
               ? answers(200, R"({"a": {"ID": "a", "Service": "gluster"}})")
               : answers(200, R"({"c": {"CheckID": "c", "Status": "passing"}})");
  });
  Client client(consul);
  const auto state = client.agent.state(client.context);
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_THAT(state->services, SizeIs(1));
  EXPECT_THAT(state->checks, SizeIs(1));
  EXPECT_THAT(lines_of(consul), ElementsAre("GET /v1/agent/services", "GET /v1/agent/checks"));
  EXPECT_THAT(consul.requests()[0].head, HasSubstr("X-Consul-Token: s3cret-token"));
}

TEST(AgentClient, KeepsOtherChecksOfAService) {
  const FakeHttp consul(answers(200, ""));
  Client client(consul);
  EXPECT_TRUE(client.agent.add(
      {.service = {.id = "gluster:g0", .name = "gluster"}, .check_status = "passing"},
      client.context));
  ASSERT_THAT(lines_of(consul), ElementsAre("PUT /v1/agent/service/register"));
  EXPECT_EQ(nlohmann::json::parse(consul.requests()[0].body)["ID"], "gluster:g0");
}

TEST(AgentClient, UpdatesAndRemovesByEncodedId) {
  const FakeHttp consul(answers(200, ""));
  Client client(consul);
  EXPECT_TRUE(client.agent.update("service:a/b", "warning", "why", client.context));
  EXPECT_TRUE(client.agent.remove("a/b?c", client.context));
  EXPECT_THAT(lines_of(consul), ElementsAre("PUT /v1/agent/check/update/service%3Aa%2Fb",
                                            "PUT /v1/agent/service/deregister/a%2Fb%3Fc"));
  EXPECT_EQ(nlohmann::json::parse(consul.requests()[0].body),
            nlohmann::json::parse(R"({"Status": "warning", "Output": "why"})"));
}

TEST(AgentClient, LostCheckIsUnknown) {
  struct Case {
    const char* name;
    int status;
    const char* body;
    ErrorCode code;
  };
  const std::vector<Case> cases = {
      {"Consul 1.8", 500, R"(CheckID "service:a" does not have associated TTL)",
       ErrorCode::kUnknown},
      {"newer", 404, R"(Unknown check ID "service:a")", ErrorCode::kUnknown},
      {"something else", 500, "out of disk", ErrorCode::kUnavailable},
  };
  for (const auto& [name, status, body, code] : cases) {
    SCOPED_TRACE(name);
    const FakeHttp consul(answers(status, body));
    Client client(consul);
    const auto done = client.agent.update("service:a", "passing", "", client.context);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, code);
  }
}

TEST(AgentClient, RemovingWhatIsNotThereSucceeds) {
  const FakeHttp consul(answers(404, R"(Unknown service ID "a")"));
  Client client(consul);
  EXPECT_TRUE(client.agent.remove("a", client.context));
}

TEST(AgentClient, HidesTheTokenThatAReplyRepeats) {
  const FakeHttp consul([](const HttpRequest& request) { return answers(502, request.head); });
  Client client(consul);
  const auto done = client.agent.remove("a", client.context);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, ::testing::Not(HasSubstr("s3cret-token")));
  EXPECT_THAT(done.error().message, HasSubstr("PUT /v1/agent"));
}

TEST(AgentClient, ReportsRefusals) {
  struct Case {
    const char* name;
    HttpBehaviour behaviour;
    ErrorCode code;
    bool transient;
    const char* hint;
  };
  const std::vector<Case> cases = {
      {"denied", answers(403, "Permission denied"), ErrorCode::kDenied, false,
       "the token needs 'write' for the service"},
      {"new token", answers(403, "ACL not found"), ErrorCode::kDenied, true,
       "may not work for its first 30 s"},
      {"blocked", answers(403, "Endpoint is blocked by agent configuration"),
       ErrorCode::kUnavailable, false, "remove /v1/agent"},
      {"failing", answers(500, "Internal error"), ErrorCode::kUnavailable, true, ""},
      {"busy", answers(429, ""), ErrorCode::kUnavailable, true, ""},
      {"rejected", answers(400, "Invalid service"), ErrorCode::kRejected, false, ""},
      {"closing", closes(), ErrorCode::kUnreachable, true, ""},
      {"silent", never_responds(), ErrorCode::kTimedOut, true, ""},
  };
  for (const auto& [name, behaviour, code, transient, hint] : cases) {
    SCOPED_TRACE(name);
    const FakeHttp consul(behaviour);
    Client client(consul, code == ErrorCode::kTimedOut ? 200ms : 10s);
    const auto done = client.agent.add({.service = {.id = "a"}}, client.context);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, code);
    EXPECT_EQ(done.error().transient, transient);
    EXPECT_THAT(done.error().hint, HasSubstr(hint));
  }
}

TEST(AgentClient, RejectsRepliesThatAreNotConsuls) {
  const FakeHttp consul(answers(200, "[]"));
  Client client(consul);
  const auto state = client.agent.state(client.context);
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, ErrorCode::kBadReply);
  EXPECT_THAT(state.error().message, HasSubstr("Consul at 127.0.0.1:"));
}

}  // namespace
}  // namespace glusterconsul::consul
