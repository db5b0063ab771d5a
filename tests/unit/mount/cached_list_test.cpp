#include "mount/cached_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using gluster::Verdict;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CachedListTest : public MountFixture {};

TEST_F(CachedListTest, IgnoresListFromAnotherCluster) {
  ASSERT_TRUE(run("consul-http-addr=10.0.0.1:8500"));
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_FALSE(run("consul-http-addr=10.0.0.2:8500,consul-retry=0"));
  EXPECT_TRUE(run("consul-http-addr=http://10.0.0.1:8500"));
}

constexpr const char* kHttps = "consul-http-addr=https://127.0.0.1:8501,";

TEST_F(CachedListTest, AuthenticatedConsulIgnoresAndReplacesListFromPlainHttp) {
  ASSERT_TRUE(run(std::string(kHttps) + "consul-ssl-verify=false"));
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_TRUE(run(std::string(kHttps) + "consul-ssl-verify=false"));
  EXPECT_FALSE(run(std::string(kHttps) + "consul-retry=0"));
  system.consul_says = {three_servers()};
  ASSERT_TRUE(run(kHttps));
  EXPECT_EQ(system.writes, 2);
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_TRUE(run(kHttps));
  EXPECT_THAT(reported, HasSubstr("learned over HTTPS"));
}

TEST_F(CachedListTest, AuthenticatedConsulDoesNotCacheServersFromDns) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  system.dns_says = three_servers();
  ASSERT_TRUE(run(std::string(kHttps) + "consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.writes, 0);
  EXPECT_THAT(reported, HasSubstr("DNS, which is not authenticated"));
}

TEST_F(CachedListTest, ListFromHttpIsNotReplacedByOneFromDns) {
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  const auto files = system.files;
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  system.dns_says = three_servers();
  system.dns_says->instances.pop_back();
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.files, files);
}

TEST_F(CachedListTest, ListFromDnsIsWrittenAndReplacedByOneFromHttp) {
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  system.dns_says = three_servers();
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.writes, 1);
  system.consul_says = {three_servers()};
  ASSERT_TRUE(run("consul-dns-addr=127.0.0.1:8600"));
  EXPECT_EQ(system.writes, 2);
}

TEST_F(CachedListTest, EachServerPortHasItsOwnList) {
  ASSERT_TRUE(run("server-port=24017"));
  EXPECT_THAT(gluster::arguments(system.attempts.front().command),
              Contains("--volfile-server-port=24017"));
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_TRUE(run("server-port=24017"));
  EXPECT_FALSE(run("consul-retry=0"));
}

TEST_F(CachedListTest, IsNotWrittenIfViaRestrictsToOneInterface) {
  ASSERT_TRUE(run("consul-via=http"));
  EXPECT_EQ(system.writes, 0);
}

TEST_F(CachedListTest, IsWrittenOnceAndUsedIfConsulIsUnreachable) {
  ASSERT_TRUE(run());
  ASSERT_TRUE(run());
  EXPECT_EQ(system.writes, 1) << "the same servers need no second write";
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.servers_of_attempt(2), SizeIs(3));
  EXPECT_THAT(system.pauses, IsEmpty());
  EXPECT_THAT(reported, AllOf(HasSubstr("connection refused"), HasSubstr("last successful mount")));
  EXPECT_EQ(system.writes, 1) << "a list is not made from itself";
}

TEST_F(CachedListTest, WaitsForConsulIfCachedServersDoNotRespond) {
  ASSERT_TRUE(run());
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused"),
                        fail(ErrorCode::kUnreachable, "connection refused"), three_servers()};
  system.servers_say = {{Verdict::kNoResponse, Verdict::kNoResponse, Verdict::kNoResponse},
                        {Verdict::kServes, Verdict::kServes, Verdict::kServes}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
}

TEST_F(CachedListTest, WaitsForConsulIfCachedServersNoLongerHaveVolume) {
  ASSERT_TRUE(run());
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused"),
                        fail(ErrorCode::kUnreachable, "connection refused"), three_servers()};
  system.servers_say = {{Verdict::kNoVolume, Verdict::kNoVolume, Verdict::kNoVolume},
                        {Verdict::kServes, Verdict::kServes, Verdict::kServes}};
  ASSERT_TRUE(run());
  EXPECT_THAT(system.pauses, SizeIs(1));
  EXPECT_THAT(reported, HasSubstr("retrying")) << "whoever waits is told what for";
}

TEST_F(CachedListTest, IsNotWrittenAfterFailedMount) {
  system.attempts_end = {fail(ErrorCode::kMountFailed, "rejected")};
  EXPECT_FALSE(run());
  EXPECT_EQ(system.writes, 0);
}

TEST_F(CachedListTest, FullDiskIsNotAnError) {
  system.full_disk = true;
  EXPECT_TRUE(run());
}

TEST_F(CachedListTest, IgnoresDamagedList) {
  ASSERT_TRUE(run());
  for (auto& [name, text] : system.files) text = "{";
  system.consul_says = {fail(ErrorCode::kUnreachable, "connection refused")};
  EXPECT_EQ(run("consul-retry=0").error().code, ErrorCode::kUnreachable);
}

TEST_F(CachedListTest, CacheOffNeitherReadsNorWrites) {
  ASSERT_TRUE(run("consul-cache=off"));
  EXPECT_EQ(system.writes, 0);
}

}  // namespace
}  // namespace glusterconsul::mount
