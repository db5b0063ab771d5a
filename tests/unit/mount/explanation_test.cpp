#include "mount/explanation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mount/time_limits.hpp"
#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using gluster::Verdict;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Explain : public MountFixture {
 protected:
  Context in_time() { return {Deadline::after(kMountSpan, system.now()), cancel, report}; }
};

TEST_F(Explain, WarnsAboutOptionNewerThanClient) {
  const auto explanation = explain(*task("inode-table-size=131072"), "/mnt/g0", system, in_time());
  EXPECT_THAT(explanation.plan.warnings,
              ElementsAre(Field(&Warning::message, HasSubstr("inode-table-size is ignored"))));
  system.client_says = {InstalledClient{"/usr/sbin/glusterfs", {11, 1}}};
  const auto newer = explain(*task("inode-table-size=131072"), "/mnt/g0", system, in_time());
  EXPECT_THAT(newer.plan.warnings, IsEmpty());
  EXPECT_THAT(newer.command, Contains("--inode-table-size=131072"));
}

TEST_F(Explain, ShowsCommandAndMountsNothing) {
  const auto made = task("log-level=WARNING");
  ASSERT_TRUE(made.has_value());
  const auto explanation = explain(*made, "/mnt/g0", system, in_time());
  EXPECT_FALSE(explanation.problem);
  EXPECT_THAT(explanation.command, Contains("--volfile-server=10.0.0.1"));
  EXPECT_THAT(explanation.command, Contains("--log-level=WARNING"));
  EXPECT_EQ(explanation.command.back(), "/mnt/g0");
  EXPECT_THAT(system.attempts, IsEmpty());
}

TEST_F(Explain, OptionThatClientDoesNotKnowIsUsageError) {
  system.client_rejects = {{"--hrad", "option hrad: unknown"}};
  const auto explanation = explain(*task("hrad"), "/mnt/g0", system, in_time());
  ASSERT_TRUE(explanation.problem);
  EXPECT_EQ(explanation.problem->code, ErrorCode::kUsage);
  EXPECT_THAT(explanation.plan.candidates, SizeIs(3));
  EXPECT_THAT(explanation.command, IsEmpty());
}

TEST_F(Explain, KeepsPlanAfterFailure) {
  system.servers_say = {{Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume}};
  const auto explanation = explain(*task(), "/mnt/g0", system, in_time());
  ASSERT_TRUE(explanation.problem);
  EXPECT_EQ(explanation.problem->code, ErrorCode::kNotServed);
  EXPECT_THAT(explanation.plan.candidates, SizeIs(3));
  EXPECT_THAT(explanation.command, IsEmpty());
}

TEST_F(Explain, ShowsCommandAndFailsIfNoServerResponds) {
  system.servers_say = {{Verdict::kNoResponse, Verdict::kRefused, Verdict::kNoResponse}};
  const auto explanation = explain(*task(), "/mnt/g0", system, in_time());
  ASSERT_TRUE(explanation.problem);
  EXPECT_EQ(explanation.problem->code, ErrorCode::kUnreachable);
  EXPECT_THAT(explanation.problem->message, HasSubstr("none of the healthy servers"));
  EXPECT_THAT(explanation.command, Contains("--volfile-server=10.0.0.1"));
}

TEST_F(Explain, SucceedsWithoutProbe) {
  const auto explanation = explain(*task("consul-probe=off"), "/mnt/g0", system, in_time());
  EXPECT_FALSE(explanation.problem);
}

}  // namespace
}  // namespace glusterconsul::mount
