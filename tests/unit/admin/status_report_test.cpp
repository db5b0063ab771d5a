#include "admin/status_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <nlohmann/json.hpp>

namespace glusterconsul::admin {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

MountStatus healthy_mount() {
  MountStatus mount{"/mnt/g0", "gluster:/g0", "rw,relatime"};
  mount.is_from_consul = true;
  mount.seen = {{true, 0}, ClientGraph{"10.3", {{"gl1", "/srv/b", true}}}, true};
  RunningClient client;
  client.pid = 60;
  client.command = {"/usr/sbin/glusterfs", "--volfile-server=10.0.0.1", "/mnt/g0"};
  client.arguments = parse_client_arguments(client.command);
  client.volfile_servers = {Endpoint{*Host::parse("10.0.0.1"), 24007}};
  mount.client = std::move(client);
  mount.now = ServersNow{{"10.0.0.1"}};
  mount.cached = CachedList{std::chrono::seconds(300), 3};
  return mount;
}

TEST(StatusTable, ShowsEverythingOfHealthyMount) {
  const std::vector<MountStatus> mounts = {healthy_mount()};
  EXPECT_EQ(status_table(mounts),
            "/mnt/g0\n"
            "  source    gluster:/g0\n"
            "  state     healthy\n"
            "  options   rw,relatime\n"
            "  client    pid 60, GlusterFS 10.3\n"
            "  server    10.0.0.1:24007\n"
            "  servers   10.0.0.1\n"
            "  now       10.0.0.1\n"
            "  cached    3 servers, 5m ago\n"
            "  brick     gl1:/srv/b  connected\n");
  EXPECT_FALSE(problem_of(mounts));
}

TEST(StatusTable, ReportsThatNothingIsMounted) {
  EXPECT_EQ(status_table({}), "no GlusterFS volume is mounted\n");
}

TEST(StatusTable, ShowsHowServersDiffer) {
  auto mount = healthy_mount();
  mount.now = ServersNow{{"10.0.0.9"}};
  EXPECT_THAT(status_table(std::vector{mount}),
              HasSubstr("now       10.0.0.9 (no longer: 10.0.0.1; new: 10.0.0.9)\n"));
  mount.now = ServersNow{{}, Error{ErrorCode::kUnreachable, "Consul is down"}};
  EXPECT_THAT(status_table(std::vector{mount}), HasSubstr("now       unknown: Consul is down\n"));
}

TEST(StatusTable, ShowsWhatIsUnknownOfClient) {
  auto mount = healthy_mount();
  mount.client->volfile_servers = std::nullopt;
  mount.client->is_replaced = true;
  mount.client->is_stopped = true;
  EXPECT_THAT(status_table(std::vector{mount}),
              AllOf(HasSubstr("only root can see it"), HasSubstr("uses the old version"),
                    HasSubstr(", stopped")));
  mount.client->volfile_servers = std::vector<Endpoint>();
  EXPECT_THAT(status_table(std::vector{mount}), HasSubstr("not connected to any server"));
  mount.client.reset();
  mount.is_from_consul = false;
  EXPECT_THAT(status_table(std::vector{mount}),
              AllOf(HasSubstr("client    not found"), HasSubstr("(not from Consul)")));
}

TEST(StatusTable, EscapesForeignText) {
  auto mount = healthy_mount();
  mount.target = "/mnt/\x1b[2J";
  mount.source = "a\nb:/g0";
  mount.seen.graph->bricks = {{"gl\x1b[1m", "/srv", false}};
  EXPECT_THAT(status_table(std::vector{mount}),
              AllOf(Not(HasSubstr("\x1b")), HasSubstr("a\\nb:/g0")));
}

TEST(StatusTable, ShowsAgeOfCachedListInOneUnit) {
  auto mount = healthy_mount();
  const auto shown = [&](std::chrono::seconds age) {
    mount.cached->age = age;
    return status_table(std::vector{mount});
  };
  EXPECT_THAT(shown(std::chrono::seconds(-5)), HasSubstr(", 0s ago"));
  EXPECT_THAT(shown(std::chrono::hours(5)), HasSubstr(", 5h ago"));
  EXPECT_THAT(shown(std::chrono::hours(72)), HasSubstr(", 3d ago"));
}

TEST(StatusProblem, NamesFirstMountThatDoesNotWork) {
  auto dead = healthy_mount();
  dead.seen = {{true, ENOTCONN}, {}, false};
  dead.client.reset();
  const auto one = problem_of(std::vector{healthy_mount(), dead});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->code, ErrorCode::kMountFailed);
  EXPECT_EQ(one->message, "the mount of gluster:/g0 at /mnt/g0: dead: the client has ended");
  EXPECT_THAT(one->hint, HasSubstr("umount -l /mnt/g0"));
  EXPECT_THAT(problem_of(std::vector{dead, dead})->message, HasSubstr("(and 1 more)"));
  EXPECT_THAT(status_table(std::vector{dead}),
              AllOf(HasSubstr("client    none"), HasSubstr("hint: detach it")));
}

TEST(StatusJson, HasEveryMember) {
  const auto parsed = json::parse(status_json(std::vector{healthy_mount()}));
  EXPECT_TRUE(parsed["error"].is_null());
  const auto& mount = parsed["mounts"][0];
  EXPECT_EQ(mount["state"], "healthy");
  EXPECT_EQ(mount["client"]["pid"], 60);
  EXPECT_EQ(mount["client"]["volfile_servers"], json({"10.0.0.1:24007"}));
  EXPECT_EQ(mount["bricks"],
            json::parse(R"([{"host": "gl1", "path": "/srv/b", "connected": true}])"));
  EXPECT_EQ(mount["now"]["differs"], false);
  EXPECT_EQ(mount["cached"]["age_s"], 300);
}

TEST(StatusJson, HasNullForWhatIsUnknown) {
  MountStatus mount{"/mnt/g0", "gluster:/g0", "rw"};
  mount.seen = {{true, ENOTCONN}, {}, false};
  const auto parsed = json::parse(status_json(std::vector{mount}));
  EXPECT_EQ(parsed["error"]["code"], "mount_failed");
  for (const auto* member : {"client", "bricks", "now", "cached"}) {
    EXPECT_TRUE(parsed["mounts"][0][member].is_null()) << member;
  }
}

TEST(StatusJson, HasErrorOfLookup) {
  auto mount = healthy_mount();
  mount.now = ServersNow{{}, Error{ErrorCode::kUnreachable, "Consul is down", "start it"}};
  mount.seen.graph.reset();
  mount.client->volfile_servers.reset();
  const auto parsed = json::parse(status_json(std::vector{mount}))["mounts"][0];
  EXPECT_EQ(parsed["now"]["error"],
            json({{"code", "unreachable"}, {"message", "Consul is down"}, {"hint", "start it"}}));
  EXPECT_TRUE(parsed["now"]["differs"].is_null());
  EXPECT_TRUE(parsed["client"]["version"].is_null());
  EXPECT_TRUE(parsed["client"]["volfile_servers"].is_null());
}

}  // namespace
}  // namespace glusterconsul::admin
