// Checks that the program prints each message in DIAGNOSTICS of mount.glusterconsul(8) word for
// word. Each message there has one failure here, and vice versa.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "config/conf_file.hpp"
#include "gluster/client_log.hpp"
#include "loopback/consul/fake_dns.hpp"
#include "loopback/consul/fake_http.hpp"
#include "loopback/gluster/glusterd.hpp"
#include "loopback/manual/program.hpp"
#include "loopback/mount/fuse_mount.hpp"
#include "mount/arguments.hpp"
#include "mount/attempt.hpp"
#include "mount/run_mount.hpp"
#include "mount/target.hpp"
#include "mount/task.hpp"
#include "unit/manual/page.hpp"
#include "unit/mount/fake_system.hpp"
#include "util/report.hpp"
#include "util/text.hpp"

namespace glusterconsul::manual {
namespace {

namespace fs = std::filesystem;
using loopback::FakeHttp;
using loopback::GetVolumeMode;
using loopback::Glusterd;
using loopback::GlusterdMode;
using ::testing::Contains;
using ::testing::SizeIs;
using Messages = std::vector<std::string>;

constexpr uid_t kOrdinaryUser = 54'321;
constexpr const char* kHttp = "127.0.0.1:8500";
constexpr const char* kDns = "127.0.0.1:8600";
constexpr const char* kClient = "/mnt/glusterfs";

/// What a failure needs on this machine, besides the loopback interface.
enum class Needs { kNothing, kOpenssl, kRoot, kFuse };

/// One failure of the program.
struct Failure {
  const char* row;
  const char* words;  ///< part of its message in the manual, and of no other message there
  Messages (*print)();
  Needs needs = Needs::kNothing;
  /// The text after these words comes from a library or another program and differs between
  /// versions, so it is not compared.
  const char* foreign_after = nullptr;
};
void PrintTo(const Failure& failure, std::ostream* out) {
  *out << failure.row;
}

// Consul

struct Registered {
  std::string node;
  std::string address;
  Port port = 24007;
  std::string status = "passing";
  std::string output = {};
  std::string check = "glusterd";
};

std::string health(const std::vector<Registered>& instances) {
  std::vector<std::string> entries;
  for (const auto& each : instances) {
    entries.push_back(fmt::format(
        R"({{"Node":{{"Node":"{}","Address":"{}","Datacenter":"dc1"}},)"
        R"("Service":{{"ID":"gluster","Service":"gluster","Address":"{}","Port":{},)"
        R"("Tags":["hdd"]}},)"
        R"("Checks":[{{"CheckID":"{}","Name":"{}","Status":"{}","Output":"{}","Notes":"{}"}}]}})",
        each.node, each.address, each.address, each.port, each.check, each.check, each.status,
        each.output, each.output));
  }
  return fmt::format("[{}]", join(entries, ","));
}

/// Answers the query with this status and body, and other requests like a Consul without ACLs.
FakeHttp::Decide consul(int status, std::string body, std::string header_lines = "") {
  return [=](const loopback::HttpRequest& request) {
    const auto is_for = [&](std::string_view path) { return request.target.starts_with(path); };
    if (is_for("/v1/catalog/services")) return loopback::answers(200, R"({"gluster":[]})");
    if (is_for("/v1/status/leader")) return loopback::answers(200, R"("10.0.0.1:8300")");
    if (is_for("/v1/internal/acl")) return loopback::answers(401, "ACL support disabled");
    return loopback::answers(status, body, header_lines);
  };
}

std::vector<std::string> only_http(const std::string& authority) {
  return {"consul-http-addr=" + authority, "consul-dns-addr=off", "consul-cache=off",
          "consul-retry=0"};
}

/// The messages of a run with the options that make it use only this Consul.
Messages run_with(const FakeHttp& http, Run run = {}, Replacements replacements = {}) {
  auto options = only_http(http.authority());
  options.insert(options.end(), run.options.begin(), run.options.end());
  run.options = std::move(options);
  replacements.emplace(http.authority(), kHttp);
  return messages_of(run, replacements);
}

Messages run_with_answer(int status, const std::string& body, const Run& run = {}) {
  return run_with(FakeHttp(consul(status, body)), run);
}

Messages usage(const std::string& source, std::vector<std::string> options = {}) {
  Run run{.source = source, .options = std::move(options)};
  return messages_of(run);
}

/// ADDRESS DIRECTORY COMMAND...: runs the command while a TLS server with a self-signed
/// certificate listens on ADDRESS. Its files are in DIRECTORY.
constexpr std::string_view kRunBesideTls = R"(
address=$1 directory=$2
shift 2
cd "$directory" || exit
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=server.dc1.consul \
  -keyout key -out certificate >log 2>&1
openssl s_server -accept "$address" -key key -cert certificate -quiet </dev/null >log 2>&1 &
trap 'kill $!' EXIT
tries=0
until openssl s_client -connect "$address" </dev/null >log 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || exit
  sleep 0.1
done
"$@")";

std::string make_directory() {
  std::string name = fs::path(::testing::TempDir()) / "manualXXXXXX";
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  return name;
}

std::string closed_authority() {
  return fmt::format("127.0.0.1:{}", loopback::closed_port());
}

// Servers

/// Two fake glusterds on this machine. Messages show them as 10.0.0.11 and 10.0.0.12.
struct Servers {
  explicit Servers(GlusterdMode mode, GetVolumeMode get_volume = GetVolumeMode::kUnknown)
      : one(mode, "127.0.0.11", get_volume), two(mode, "127.0.0.12", get_volume) {}

  [[nodiscard]] std::string registered() const {
    return health({{"gl1", "127.0.0.11", one.port()}, {"gl2", "127.0.0.12", two.port()}});
  }
  [[nodiscard]] Replacements replacements() const {
    return {{to_string(one.endpoint()), "10.0.0.11:24007"},
            {to_string(two.endpoint()), "10.0.0.12:24007"},
            {"127.0.0.11", "10.0.0.11"},
            {"127.0.0.12", "10.0.0.12"},
            {kClient, "/usr/sbin/glusterfs"}};
  }

  Glusterd one;
  Glusterd two;
};

// Mounts, in a mount namespace of this process

std::vector<std::string> on_loopback() {
  return {"consul-allow=127.0.0.0/8", "consul-order=consul", "consul-backup-name=off"};
}

Run mount_run(std::vector<std::string> more = {}) {
  auto options = on_loopback();
  options.insert(options.end(), more.begin(), more.end());
  return {.options = std::move(options), .flags = {}};
}

void write_file(const fs::path& path, std::string_view text, fs::perms mode) {
  std::ofstream(path) << text;
  fs::permissions(path, mode);
}

/// Mounts empty file systems on /mnt, /var/log, /var/cache and /run, which hide the files of this
/// machine, and creates /mnt/g0 and /var/log/glusterfs.
void make_private_directories() {
  for (const auto* path : {"/mnt", "/var/log", "/var/cache", "/run"}) {
    ASSERT_EQ(::mount("tmpfs", path, "tmpfs", 0, "mode=755"), 0) << path;
  }
  fs::create_directory("/mnt/g0");
  fs::create_directory("/var/log/glusterfs");
}

/// Installs a client that logs this line, if it is not empty, and exits with this status.
void install_client(std::string_view log_line, int status) {
  write_file(kClient,
             fmt::format("#!/bin/sh\n"
                         "[ \"$1\" = --version ] && echo 'glusterfs 10.3' && exit 0\n"
                         "[ -z '{0}' ] || echo '{0}' >>/var/log/glusterfs/mnt-g0.log\n"
                         "exit {1}\n",
                         log_line, status),
             fs::perms(0755));
}

Messages run_client(std::string_view log_line, int status, const std::string& source) {
  install_client(log_line, status);
  const Servers servers(GlusterdMode::kServes);
  auto run = mount_run({std::string("consul-glusterfs=") + kClient});
  run.source = source;
  return run_with(FakeHttp(consul(200, servers.registered())), run, servers.replacements());
}

// A whole mount on a fake system: the client process is real, and its time limits are short.

/// The messages that run_mount() reports on this system.
Messages messages_of_mount(mount::FakeSystem& system) {
  std::string text;
  const Report report("mount.glusterconsul", Report::Verbosity::kQuiet, Report::Screen::kFile,
                      [&](std::string_view lines) { text += lines; });
  const auto options = mount::split_options("consul-dns-addr=off,consul-retry=0");
  const auto task = mount::make_task("gluster.service.consul:/g0", *options, {});
  const auto mounted = mount::run_mount("/mnt/g0", *task, system, Cancel(), report);
  if (!mounted) text += lines_of("mount.glusterconsul", mounted.error());
  return messages_in(std::move(text), {{"0s ago", "2h ago"}});
}

/// Makes Consul return one server, which has the volume.
void give_one_server(mount::FakeSystem& system) {
  auto answer = mount::three_servers();
  answer.instances.erase(answer.instances.begin() + 1, answer.instances.end());
  answer.instances.front().host = *Host::parse("10.0.0.11");
  system.consul_says = {answer};
  system.servers_say = {{gluster::Verdict::kServes}};
}

/// The messages printed when `script` is the client.
Messages run_script(std::string_view script) {
  write_file(kClient, fmt::format("#!/bin/sh\n{}\n", script), fs::perms(0755));
  const auto target = mount::Target::open("/mnt/g0");
  const mount::Attempt attempt{.command = {.program = kClient,
                                           .version = {10, 3},
                                           .servers = {*Host::parse("10.0.0.11")},
                                           .path = *gluster::parse_volume_path("/g0"),
                                           .display_name = "gluster.service.consul:/g0",
                                           .options = {},
                                           .target = "/mnt/g0"},
                               .mounted_as = "",
                               .finish = {},
                               .fetched = Deadline::after(milliseconds(500)),
                               .answered = Deadline::after(milliseconds(700))};
  const auto silent = [](std::string_view) {};
  const Report report("", Report::Verbosity::kQuiet, Report::Screen::kFile, silent);
  const Cancel cancel;
  mount::FakeSystem system;
  give_one_server(system);
  const auto attempted = mount::run_attempt(attempt, *target, {attempt.answered, cancel, report});
  EXPECT_FALSE(attempted.has_value());
  system.attempts_end = {Result<void>(fail(attempted.error()))};
  system.log = gluster::log_since(mount::client_log_file(attempt.command), {});
  return messages_of_mount(system);
}

enum class Bricks { kNoResponse, kUnreachable };

/// The messages if the client mounts a file system with these bricks.
Messages run_mounting_client(Bricks bricks) {
  std::optional<loopback::FuseMount> mounted;
  std::thread client([&] {
    while (!fs::exists("/mnt/started")) std::this_thread::sleep_for(milliseconds(1));
    if (auto made = loopback::FuseMount::at("/mnt/g0", "gluster.service.consul:/g0")) {
      mounted.emplace(*std::move(made));
      if (bricks == Bricks::kUnreachable) mounted->die();
    }
    write_file("/mnt/mounted", "", fs::perms(0600));
  });
  auto messages =
      run_script("touch /mnt/started; while ! [ -e /mnt/mounted ]; do sleep 0.01; done");
  client.join();
  return messages;
}

gluster::BrickState brick(std::string_view host, gluster::BrickState::Kind kind, const char* detail,
                          Port port = 0) {
  return {{*Host::parse(host), "/srv/brick"}, kind, port, detail};
}

/// The messages if the client cannot reach these bricks.
Messages messages_without_bricks(std::vector<gluster::BrickState> bricks) {
  mount::FakeSystem system;
  give_one_server(system);
  system.attempts_end = {fail(ErrorCode::kUnreachable, "not connected")};
  system.bricks_say = std::move(bricks);
  return messages_of_mount(system);
}

/// The messages for a token file with this mode and owner, shown as /etc/consul.d/gluster.token.
Messages run_with_token(fs::perms mode, uid_t owner) {
  write_file("/mnt/token", "e1f6b0a2-6a0c-4a53-9a4e-0d3b1f0b6c11\n", mode);
  EXPECT_EQ(::chown("/mnt/token", owner, 0), 0);
  Run run{.options = {"consul-token-file=/mnt/token"}};
  return messages_of(run, {{"/mnt/token", "/etc/consul.d/gluster.token"},
                           {fmt::format("user {}", kOrdinaryUser), "user 998 (consul)"}});
}

std::string setvolume_error(std::string_view cause) {
  return fmt::format(
      "[2026-01-02 03:04:05.508440 +0000] E [MSGID: 114044] "
      "[client-handshake.c:756:client_setvolume_cbk] 0-g0-client-0: SETVOLUME on remote-host "
      "failed [{{remote-error={}}}]",
      cause);
}

const std::vector<Failure>& failures() {
  static const std::vector<Failure> kFailures = {
      // Consul does not respond
      {"AgentIsDown", "; over DNS: Consul",
       [] {
         const auto http = closed_authority();
         const auto dns = closed_authority();
         Run run{.options = {"consul-http-addr=" + http, "consul-dns-addr=" + dns,
                             "consul-cache=off", "consul-retry=0"}};
         return messages_of(run, {{http, kHttp}, {dns, kDns}});
       }},
      {"AgentHangs", "did not respond in time",
       [] {
         return run_with(FakeHttp(loopback::never_responds()),
                         {.options = {"consul-timeout=100ms"}});
       }},
      {"AgentWithoutServers", "No known Consul servers",
       [] { return run_with_answer(500, "No known Consul servers"); }},
      {"NoLeader", "No cluster leader", [] { return run_with_answer(500, "No cluster leader"); }},
      {"OrdinaryUserOnPortOfAgent", "was not queried",
       [] {
         ::setfsuid(kOrdinaryUser);
         const FakeHttp http(consul(200, "[]"));
         ::setfsuid(0);
         return run_with(http, {}, {{fmt::format("user {}", kOrdinaryUser), "user 1000 (alice)"}});
       },
       Needs::kRoot},
      {"PortWithoutTls", "wrong version number",
       [] {
         const loopback::LoopbackServer plain([](loopback::Connection& connection) {
           static_cast<void>(connection.receive());
           connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
         });
         Run run{.options = only_http("https://" + plain.authority())};
         return messages_of(run, {{plain.authority(), kHttp}});
       },
       Needs::kNothing, "on that port ("},
      {"UnknownAuthority", "unable to get local issuer certificate",
       [] {
         const auto authority = closed_authority();
         const std::string directory = make_directory();
         Run run{.options = only_http("https://" + authority)};
         run.prefix = {"sh", "-c", std::string(kRunBesideTls), "sh", authority, directory};
         auto messages = messages_of(run, {{authority, "127.0.0.1:8501"}});
         fs::remove_all(directory);
         return messages;
       },
       Needs::kOpenssl, "trusts ("},
      {"NotConsul", "did not respond like Consul's API",
       [] { return run_with_answer(404, "404 page not found"); }},
      {"OtherDatacenter", "No path to datacenter",
       [] {
         return run_with_answer(500, "No path to datacenter",
                                {.source = "gluster.service.dc2.consul:/g0"});
       }},

      // Consul refuses access
      {"TokenIsUnknown", "ACL not found",
       [] {
         const auto token = std::string("CONSUL_HTTP_TOKEN=e1f6b0a2-6a0c-4a53-9a4e-0d3b1f0b6c11");
         return run_with_answer(403, "ACL not found", {.environment = {token}});
       }},
      {"TokenHasNoPermission", "refuses the token",
       [] {
         const auto token = std::string("CONSUL_HTTP_TOKEN=e1f6b0a2-6a0c-4a53-9a4e-0d3b1f0b6c11");
         return run_with_answer(403, "Permission denied", {.environment = {token}});
       }},
      {"NoToken", "refuses access without a token",
       [] {
         return run_with_answer(
             403, "Permission denied: anonymous token lacks permission 'service:read'");
       }},
      {"HiddenByAcls", "hide every instance",
       [] {
         return run_with(
             FakeHttp(consul(200, "[]", "X-Consul-Results-Filtered-By-ACLs: true\r\n")));
       }},

      {"BlockedEndpoint", "blocks this query over HTTP",
       [] { return run_with_answer(403, "Endpoint is blocked by agent configuration"); }},

      // The service is unknown
      {"UnknownService", "has no service",
       [] { return run_with_answer(200, "[]", {.source = "glusterr.service.consul:/g0"}); }},
      {"NoInstanceWithTag", "no instance of it matches",
       [] {
         const std::string all = health({{"gl1", "10.0.0.11"}});
         const FakeHttp http([&all](const loopback::HttpRequest& request) {
           const bool has_tag = request.target.find("ssd") != std::string::npos;
           return consul(200, has_tag ? "[]" : all)(request);
         });
         return run_with(http, {.source = "ssd.gluster.service.consul:/g0"});
       }},
      {"QueryWithoutInstances", "returned no instance",
       [] {
         return run_with_answer(
             200, R"({"Service":"gluster","Nodes":[],"Datacenter":"dc1","Failovers":0})",
             {.source = "gluster.query.consul:/g0"});
       }},
      {"UnknownToDns", "has no healthy instance under",
       [] {
         constexpr unsigned kNxdomain = 3;
         const loopback::FakeDns dns([&](const loopback::DnsQuestion& question) {
           return loopback::replies(
               loopback::DnsMessage(question.name, question.type, question.id).code(kNxdomain));
         });
         const auto address = fmt::format("127.0.0.1:{}", dns.port());
         Run run{.options = {"consul-via=dns", "consul-dns-addr=" + address, "consul-retry=0"}};
         return messages_of(run, {{address, kDns}});
       }},

      // No instance can be used
      {"NoHealthyInstance", "no healthy instance of gluster",
       [] {
         return run_with_answer(200,
                                health({{"gl1", "10.0.0.11", 24007, "critical",
                                         "dial tcp 10.0.0.11:24007: connect: connection refused"},
                                        {"gl2", "10.0.0.12", 24007, "critical", "TTL expired"}}));
       }},
      {"OnlyWarnings", "using those in the warning state",
       [] {
         const Servers servers(GlusterdMode::kServes);
         const auto body =
             health({{"gl1", "127.0.0.11", servers.one.port(), "warning", "gl3 is not connected"}});
         Run run{.options = on_loopback()};
         run.flags = {"-f", "-v"};
         return run_with(FakeHttp(consul(200, body)), run, servers.replacements());
       }},
      {"RegisteredAtLoopback", "is a loopback address",
       [] { return run_with_answer(200, health({{"gl1", "127.0.0.1"}})); }},
      {"NotAllowed", "is not in consul-allow",
       [] {
         return run_with_answer(200, health({{"gl1", "10.0.0.11"}}),
                                {.options = {"consul-allow=10.1.0.0/16"}});
       }},

      // Healthy servers do not respond
      {"ServersHang", "none of the healthy servers",
       [] {
         install_client("", 1);
         const Servers servers(GlusterdMode::kNoResponse);
         auto run = mount_run({std::string("consul-glusterfs=") + kClient,
                               "consul-probe-timeout=100ms", "consul-retry=1ms"});
         auto replacements = servers.replacements();
         replacements.emplace("within 100ms", "within 1s");
         return run_with(FakeHttp(consul(200, servers.registered())), run, replacements);
       },
       Needs::kRoot, "; tried anyway: "},
      {"LocalGlusterdIsDown", "nothing listens on",
       [] {
         const auto port = loopback::closed_port();
         Run run{.options = on_loopback()};
         const auto text = std::to_string(port);
         return run_with(FakeHttp(consul(200, health({{"gl1", "127.0.0.1", port}}))), run,
                         {{"127.0.0.1:" + text, "10.0.0.11:24007"}, {text, "24007"}});
       }},
      {"ServerIsNotResolved", "names not resolved",
       [] {
         return run_with_answer(200, health({{"gl1", "gl1.invalid"}}),
                                {.options = {"consul-probe-timeout=100ms"}});
       },
       Needs::kNothing, "names not resolved: "},

      // No server has the volume
      {"NoServerHasVolume", "no server has the volume",
       [] {
         const Servers servers(GlusterdMode::kNoVolume);
         Run run{.source = "gluster.service.consul:/gO", .options = on_loopback()};
         return run_with(FakeHttp(consul(200, servers.registered())), run, servers.replacements());
       }},

      {"VolumeNotStarted", "is not started",
       [] {
         const Servers servers(GlusterdMode::kServes, GetVolumeMode::kStopped);
         return run_with(FakeHttp(consul(200, servers.registered())), {.options = on_loopback()},
                         servers.replacements());
       }},
      {"TwoVolumes", "different volumes are named",
       [] {
         const Servers servers(GlusterdMode::kOwnBrick);
         auto replacements = servers.replacements();
         replacements.merge(Replacements{{"gl11:", "gl1:"}, {"gl12:", "gl2:"}});
         const FakeHttp http(consul(200, servers.registered()));
         Messages messages;
         // On a busy machine, the second server may answer too late to be compared.
         for (int tries = 0; messages.empty() && tries < 10; ++tries) {
           messages = run_with(http, {.options = on_loopback()}, replacements);
         }
         return messages;
       }},

      // The mount failed
      {"ServerHangs", "from 10.0.0.11: 10.0.0.11 did not send the volume's description",
       [] { return run_script("sleep 100"); }, Needs::kRoot},
      {"BricksAreNotResolved", "cannot resolve the brick hosts",
       [] {
         using Kind = gluster::BrickState::Kind;
         return messages_without_bricks(
             {brick("gl1", Kind::kUnresolved, "Name or service not known"),
              brick("gl2", Kind::kUnresolved, "Name or service not known")});
       }},
      {"BricksAreBlocked", "the bricks are running, but their ports do not respond",
       [] {
         return messages_without_bricks(
             {brick("gl1", gluster::BrickState::Kind::kNoResponse, "no connection", 49152)});
       }},
      {"Degraded", "is mounted without",
       [] {
         using Kind = gluster::BrickState::Kind;
         mount::FakeSystem system;
         give_one_server(system);
         system.brick_count = 2;
         system.bricks_say = {brick("gl1", Kind::kAnswers, ""),
                              brick("gl2", Kind::kNoGlusterd, "no connection", 24007)};
         return messages_of_mount(system);
       }},
      {"BricksDoNotRespond", "the bricks cannot be reached",
       [] { return run_mounting_client(Bricks::kNoResponse); }, Needs::kFuse},
      {"TooFewBricks", "from 10.0.0.11: checking the file system",
       [] { return run_mounting_client(Bricks::kUnreachable); }, Needs::kFuse},
      {"ClientIsNotAllowed", "Authentication failed",
       [] {
         return run_client(setvolume_error("Authentication failed"), 1,
                           "gluster.service.consul:/g0");
       },
       Needs::kRoot},
      {"NoSuchDirectory", "subdirectory for mount",
       [] {
         return run_client(setvolume_error("subdirectory for mount \"/web\" is not found"), 1,
                           "gluster.service.consul:/g0/web");
       },
       Needs::kRoot},
      {"OtherSourceIsMounted", "so gluster.service.consul:/g0 cannot be mounted there",
       [] {
         auto other = loopback::FuseMount::at("/mnt/g0", "gl1:/g1");
         EXPECT_TRUE(other.has_value());
         other->die();
         return run_client("", 0, "gluster.service.consul:/g0");
       },
       Needs::kFuse},
      {"NoClient", "client is not installed",
       [] {
         for (const auto* place : {"/usr/sbin/glusterfs", "/usr/local/sbin/glusterfs",
                                   "/sbin/glusterfs", "/usr/bin/glusterfs"}) {
           if (::access(place, X_OK) != 0) continue;
           EXPECT_EQ(::mount("/dev/null", place, nullptr, MS_BIND, nullptr), 0) << place;
         }
         const Servers servers(GlusterdMode::kServes);
         return run_with(FakeHttp(consul(200, servers.registered())), {.options = on_loopback()});
       },
       Needs::kRoot},
      {"MountIsDead", "but does not work",
       [] {
         auto dead = loopback::FuseMount::at("/mnt/g0", "gluster.service.consul:/g0");
         EXPECT_TRUE(dead.has_value());
         dead->die();
         return run_client("", 0, "gluster.service.consul:/g0");
       },
       Needs::kFuse},
      {"NotRoot", "only root can mount",
       [] {
         // The user can run this copy even without access to the build directory.
         fs::copy_file(MOUNT_GLUSTERCONSUL, "/mnt/mount.glusterconsul");
         return messages_of({.flags = {},
                             .prefix = {"setpriv", "--reuid=65534", "--clear-groups"},
                             .program = "/mnt/mount.glusterconsul"},
                            {});
       },
       Needs::kRoot},

      // Files
      {"TokenReadableByOthers", "allows others to read it",
       [] { return run_with_token(fs::perms(0644), 0); }, Needs::kRoot},
      {"TokenOwnedByAgent", "who is neither root nor the caller",
       [] { return run_with_token(fs::perms(0600), kOrdinaryUser); }, Needs::kRoot},
      {"BadLine", "is not a setting (name = value)",
       [] {
         const auto conf = config::parse_conf_file("consul-retry 5s\n", "/etc/glusterconsul.conf");
         return conf ? Messages() : messages_in(lines_of("mount.glusterconsul", conf.error()));
       }},

      // Source and options
      {"PlainHost", "is not below Consul's domain", [] { return usage("gl1.example.com:/g0"); }},
      {"TokenForAnotherConsul", "is only for the Consul set",
       [] {
         Run run{.options = {"consul-token-file=/etc/consul.d/gluster.token"},
                 .environment = {"CONSUL_HTTP_ADDR=10.0.0.1:8500"}};
         return messages_of(run);
       }},

      // Warnings
      {"DnsInsteadOfHttp", "queried Consul over DNS",
       [] {
         const Servers servers(GlusterdMode::kServes);
         const loopback::FakeDns dns([&](const loopback::DnsQuestion& question) {
           loopback::DnsMessage message(question.name, question.type, question.id);
           message.srv(question.name, 1, servers.one.port(), "gl1.node.dc1.consul")
               .address(loopback::Section::kAdditional, "gl1.node.dc1.consul", "127.0.0.11");
           return loopback::replies(message);
         });
         const auto http = closed_authority();
         Run run{.options = on_loopback(), .flags = {"-f", "-v"}};
         run.options.push_back("consul-http-addr=" + http);
         run.options.push_back(fmt::format("consul-dns-addr=127.0.0.1:{}", dns.port()));
         run.options.emplace_back("consul-cache=off");
         return messages_of(run, {{http, kHttp}});
       }},
      {"CachedList", "using the servers of the last successful mount",
       [] {
         mount::FakeSystem system;
         give_one_server(system);
         EXPECT_THAT(messages_of_mount(system), ::testing::IsEmpty());
         system.consul_says = {fail(ErrorCode::kUnreachable,
                                    "Consul at 127.0.0.1:8500 does not respond: Connection "
                                    "refused")};
         return messages_of_mount(system);
       }},
      {"LeaderIsLost", "Consul has no leader; using",
       [] {
         const Servers servers(GlusterdMode::kServes);
         const auto known = consul(200, servers.registered(),
                                   "X-Consul-KnownLeader: false\r\nX-Consul-LastContact: "
                                   "12000\r\n");
         const FakeHttp http([&](const loopback::HttpRequest& request) {
           const bool is_stale = request.target.find("stale") != std::string::npos;
           return is_stale ? known(request) : loopback::answers(500, "No cluster leader");
         });
         Run run{.options = on_loopback(), .flags = {"-f", "-v"}};
         return run_with(http, run);
       }},
      {"UnderSudo", "the calling user's",
       [] {
         Run run{.source = "gluster.service.consul",
                 .environment = {"CONSUL_HTTP_ADDR=10.0.0.1:8500", "SUDO_UID=1000"}};
         return messages_of(run);
       },
       Needs::kRoot},
  };
  return kFailures;
}

class Diagnostics : public ::testing::TestWithParam<Failure> {
 protected:
  void SetUp() override {
    if (fs::exists("/etc/glusterconsul.conf") || fs::exists("/etc/glusterconsul.conf.d")) {
      GTEST_SKIP() << "this machine has a conf file, which would change the output";
    }
    const auto needs = GetParam().needs;
    if (needs == Needs::kNothing) return;
    if (needs == Needs::kOpenssl) {
      if (!fs::exists("/usr/bin/openssl")) GTEST_SKIP() << "needs the package openssl";
      return;
    }
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    const auto entered = loopback::enter_private_mount_namespace();
    if (!entered) GTEST_SKIP() << "needs root and FUSE: " << entered.error().message;
    make_private_directories();
  }
};

/// The messages in the manual that contain these words.
Messages listed_with(std::string_view words) {
  auto messages = listed_messages();
  std::erase_if(messages, [&](const auto& each) { return each.find(words) == std::string::npos; });
  return messages;
}

/// The message without the part that is not compared.
std::string own_part(std::string message, const char* foreign_after) {
  if (foreign_after == nullptr) return message;
  const std::string_view words(foreign_after);
  const auto at = message.find(words);
  return at == std::string::npos ? message : message.substr(0, at + words.size());
}

TEST_P(Diagnostics, MatchManual) {
  const auto& failure = GetParam();
  const auto listed = listed_with(failure.words);
  auto printed = failure.print();
  for (auto& message : printed) message = own_part(std::move(message), failure.foreign_after);
  ASSERT_THAT(listed, SizeIs(1)) << "with: " << failure.words
                                 << "; printed: " << join(printed, " | ");
  EXPECT_THAT(printed, Contains(own_part(listed.front(), failure.foreign_after)));
}

INSTANTIATE_TEST_SUITE_P(Failures, Diagnostics, ::testing::ValuesIn(failures()),
                         [](const auto& failure) { return std::string(failure.param.row); });

TEST(DiagnosticsOfTheManual, HaveOneFailureEach) {
  const auto listed = listed_messages();
  for (const auto& message : listed) {
    std::vector<std::string> rows;
    for (const auto& failure : failures()) {
      if (message.find(failure.words) != std::string::npos) rows.emplace_back(failure.row);
    }
    EXPECT_THAT(rows, SizeIs(1)) << message;
  }
  EXPECT_THAT(listed, SizeIs(failures().size()));
}

TEST(DiagnosticsOfTheManual, FitOnPageOf600Lines) {
  constexpr std::size_t kMaxLines = 600;
  EXPECT_LE(split(read_page("man/mount.glusterconsul.8"), '\n').size(), kMaxLines + 1);
}

}  // namespace
}  // namespace glusterconsul::manual
