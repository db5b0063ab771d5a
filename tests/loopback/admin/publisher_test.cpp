#include "admin/publisher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>

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

constexpr const char* kSelf = "aaaaaaaa-0000-1111-2222-333344445555";
constexpr const char* kConflict =
    R"({"Results":null,"Errors":[{"OpIndex":0,"What":"failed, index is stale"}]})";
constexpr const char* kWritten = R"({"Results":[],"Errors":null})";

gluster::VolumeInfo volume(const std::string& name) {
  gluster::VolumeInfo made;
  made.name = name;
  made.id = "00000000-0000-1111-2222-333344445555";
  made.type = gluster::VolumeInfo::Type::kReplicate;
  return made;
}

ServerState server(const std::vector<std::string>& volumes) {
  ServerState seen{GlusterdState::kAnswers, "", kSelf, {}, {}};
  for (const auto& name : volumes) seen.volumes.push_back(volume(name));
  return seen;
}

/// Consul and glusterd, each of whose answers is the next of a list, and the order in which they
/// are asked.
class Publisher : public ::testing::Test {
 protected:
  Published run() {
    auto client = *consul::KvClient::open(consul::settings_for(consul_), {});
    const PublicationPolicy policy{*VolumeKeys::parse("v"), "gluster.service.consul", {}};
    return publish(
        [this](const Context&) -> Result<ServerState> {
          note("look");
          if (looks_.empty()) return fail(ErrorCode::kBug, "one look too many");
          auto seen = looks_.front();
          if (looks_.size() > 1) looks_.erase(looks_.begin());
          return seen;
        },
        policy, client, test_.within(10s));
  }

  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    order_.push_back(what);
  }

  HttpBehaviour answer(const HttpRequest& request) {
    if (request.method == "GET") {
      if (request.target.find("recurse") == std::string::npos) return answers(404, "");
      note("list");
      return keys_.empty() ? answers(404, "") : answers(200, keys_);
    }
    note("write");
    const std::lock_guard lock(mutex_);
    if (writes_.empty()) return answers(200, kWritten);
    const auto [status, body] = writes_.front();
    writes_.erase(writes_.begin());
    return answers(status, body);
  }

  using HttpSettings = consul::HttpSettings;
  TestContext test_;
  std::mutex mutex_;
  std::vector<std::string> order_;
  std::vector<ServerState> looks_;
  std::string keys_;                                 ///< the reply to a list; empty: there are none
  std::vector<std::pair<int, std::string>> writes_;  ///< replies to writes; then, success
  FakeHttp consul_{[this](const HttpRequest& request) { return answer(request); }};
};

TEST_F(Publisher, LooksAfterTheKeysAreListed) {
  looks_ = {server({"g0"})};
  const auto done = run();
  ASSERT_FALSE(done.problem) << done.problem->message;
  EXPECT_THAT(order_, ElementsAre("list", "look", "write"));
}

TEST_F(Publisher, LooksAgainAfterAConflict) {
  // g1 was deleted in the meantime: the second try must not add it.
  looks_ = {server({"g0", "g1"}), server({"g0"})};
  writes_ = {{409, kConflict}};
  const auto done = run();
  ASSERT_FALSE(done.problem) << done.problem->message;
  EXPECT_THAT(order_, ElementsAre("list", "look", "write", "list", "look", "write"));
  EXPECT_EQ(steps_text(done.publication.steps), "add v/g0\n");
}

TEST_F(Publisher, GivesUpAfterFiveConflicts) {
  looks_ = {server({"g0"})};
  writes_.assign(5, {409, kConflict});
  const auto done = run();
  ASSERT_TRUE(done.problem);
  EXPECT_EQ(done.problem->code, ErrorCode::kUnavailable);
  EXPECT_THAT(done.problem->message, HasSubstr("v/g0"));
  EXPECT_THAT(done.publication.steps, IsEmpty());
}

TEST_F(Publisher, ReportsWhatWasWrittenBeforeAnError) {
  std::vector<std::string> names;
  for (int i = 100; i < 200; ++i) names.push_back("g" + std::to_string(i));
  looks_ = {server(names)};  // more than fit in one transaction
  writes_ = {{200, kWritten}, {403, "Permission denied"}};
  const auto done = run();
  ASSERT_TRUE(done.problem);
  EXPECT_EQ(done.problem->code, ErrorCode::kDenied);
  EXPECT_THAT(done.publication.steps,
              ::testing::SizeIs(::testing::AllOf(::testing::Gt(0), ::testing::Lt(names.size()))));
}

TEST_F(Publisher, WarnsOfKeysThatItCannotRead) {
  looks_ = {server({})};
  keys_ = R"([{"Key":"v/g0","Value":"not base64","ModifyIndex":1}])";
  const auto done = run();
  ASSERT_FALSE(done.problem) << done.problem->message;
  ASSERT_THAT(done.publication.warnings, SizeIs(1));
  EXPECT_THAT(done.publication.warnings[0].message,
              "1 key below v/ is left alone: v/g0: its Value is not base64");
}

TEST_F(Publisher, WritesNothingWithoutALook) {
  ServerState stopped{GlusterdState::kRefused, "Connection refused", "", {}, {}};
  looks_ = {stopped};
  const auto done = run();
  ASSERT_TRUE(done.problem);
  EXPECT_THAT(done.problem->message, HasSubstr("glusterd does not respond: Connection refused"));
  EXPECT_THAT(order_, ElementsAre("list", "look"));
}

TEST_F(Publisher, WritesNothingIfNothingDiffers) {
  looks_ = {server({})};
  const auto done = run();
  ASSERT_FALSE(done.problem) << done.problem->message;
  EXPECT_THAT(done.publication.steps, IsEmpty());
  EXPECT_THAT(order_, ElementsAre("list", "look"));
}

}  // namespace
}  // namespace glusterconsul::admin
