#include "gluster/probe.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <thread>

#include "loopback/gluster/glusterd.hpp"

namespace glusterconsul::gluster {

void PrintTo(Verdict verdict, std::ostream* out) {
  static constexpr std::array kNames = {"kServes",     "kAccepts",    "kNotAsked",   "kNoVolume",
                                        "kNotStarted", "kRefused",    "kNoResponse", "kClosed",
                                        "kBadReply",   "kImpossible", "kUntrusted"};
  *out << kNames.at(static_cast<std::size_t>(verdict));
}

namespace {

using namespace std::chrono_literals;
using loopback::GetVolumeMode;
using loopback::Glusterd;
using loopback::GlusterdMode;
using ::testing::HasSubstr;

VolumePath volume() {
  return *parse_volume_path("/g0");
}

ProbeSettings quick(ProbeMethod method = ProbeMethod::kVolume) {
  return {method, 200ms, 8, 25ms, 64};
}

std::vector<ProbeResult> probed(const std::vector<Endpoint>& servers,
                                const ProbeSettings& settings = quick(),
                                milliseconds deadline = 5s) {
  const Cancel cancel;
  return probe(servers, volume(), settings, Deadline::after(deadline), cancel);
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

/// A loopback port that refuses connections: it is bound, but does not listen.
class RefusingPort {
 public:
  RefusingPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.get(), where, size), 0);
    EXPECT_EQ(::getsockname(socket_.get(), where, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] Endpoint endpoint() const { return {*Host::parse("127.0.0.1"), port_}; }

 private:
  UniqueFd socket_;
  Port port_ = 0;
};

struct Shown {
  const char* row;
  GlusterdMode mode;
  Verdict verdict;
  const char* detail;
  GetVolumeMode get_volume = GetVolumeMode::kUnknown;
};
void PrintTo(const Shown& shown, std::ostream* out) {
  *out << shown.row;
}

class Server : public ::testing::TestWithParam<Shown> {};

TEST_P(Server, HasExpectedVerdict) {
  const Glusterd server(GetParam().mode, GetParam().get_volume);
  const auto results = probed({server.endpoint()});
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].verdict, GetParam().verdict) << results[0].detail;
  EXPECT_THAT(results[0].detail, HasSubstr(GetParam().detail));
  const bool answered = GetParam().verdict == Verdict::kServes ||
                        GetParam().verdict == Verdict::kNoVolume ||
                        GetParam().verdict == Verdict::kNotStarted;
  EXPECT_EQ(results[0].round_trip.has_value(), answered);
}

INSTANTIATE_TEST_SUITE_P(
    Glusterd, Server,
    ::testing::Values(
        Shown{"Serves", GlusterdMode::kServes, Verdict::kServes, "serves"},
        Shown{"ServesInFragments", GlusterdMode::kFragments, Verdict::kServes, "serves"},
        Shown{"NoVolume", GlusterdMode::kNoVolume, Verdict::kNoVolume, "no such volume"},
        Shown{"NoVolumeWithNoMemory", GlusterdMode::kNoMemory, Verdict::kNoVolume,
              "no such volume"},
        Shown{"NoVolumeWithoutGetVolume", GlusterdMode::kNoVolume, Verdict::kNoVolume,
              "no such volume", GetVolumeMode::kNoProgram},
        Shown{"NoVolumeThenDoesNotRespond", GlusterdMode::kNoVolume, Verdict::kNoVolume,
              "no such volume", GetVolumeMode::kNoResponse},
        Shown{"NoVolumeThenCloses", GlusterdMode::kNoVolume, Verdict::kNoVolume, "no such volume",
              GetVolumeMode::kCloses},
        Shown{"VolumeWithoutVolfile", GlusterdMode::kNoVolume, Verdict::kBadReply,
              "has the volume, but did not send its volfile: No such file", GetVolumeMode::kKnown},
        Shown{"OtherError", GlusterdMode::kNotSupported, Verdict::kBadReply,
              "has the volume, but did not send its volfile: Operation not supported",
              GetVolumeMode::kKnown},
        Shown{"OtherErrorWithoutGetVolume", GlusterdMode::kNotSupported, Verdict::kBadReply,
              "glusterd returned: Operation not supported", GetVolumeMode::kNoProgram},
        Shown{"OtherErrorThenDoesNotRespond", GlusterdMode::kNotSupported, Verdict::kBadReply,
              "glusterd returned: Operation not supported", GetVolumeMode::kNoResponse},
        Shown{"VolumeNotStarted", GlusterdMode::kServes, Verdict::kNotStarted,
              "the volume is not started", GetVolumeMode::kStopped},
        Shown{"VolfileThenDoesNotRespond", GlusterdMode::kServes, Verdict::kServes,
              "serves the volume", GetVolumeMode::kNoResponse},
        Shown{"NotGlusterd", GlusterdMode::kNoProgram, Verdict::kBadReply,
              "probably not a glusterd"},
        Shown{"AnswersOtherCall", GlusterdMode::kWrongXid, Verdict::kBadReply, "another call"},
        Shown{"LengthAboveMaximum", GlusterdMode::kHugeLength, Verdict::kBadReply, "too large"},
        Shown{"SpeaksHttp", GlusterdMode::kGarbage, Verdict::kBadReply, "too large"},
        Shown{"StopsDuringReply", GlusterdMode::kIncompleteAnswer, Verdict::kNoResponse,
              "no complete answer"},
        Shown{"ClosesDuringReply", GlusterdMode::kHalfAndCloses, Verdict::kBadReply,
              "before its answer was complete"},
        Shown{"Closes", GlusterdMode::kCloses, Verdict::kClosed, ""},
        Shown{"DoesNotRespond", GlusterdMode::kNoResponse, Verdict::kNoResponse,
              "no answer within 200ms"}),
    [](const auto& row) { return row.param.row; });

TEST(Probe, SendsGetVolumeOnSameConnection) {
  const Glusterd serves(GlusterdMode::kServes);
  const Glusterd unknown(GlusterdMode::kNoMemory);
  const auto results = probed({serves.endpoint(), unknown.endpoint()});
  EXPECT_EQ(results[1].verdict, Verdict::kNoVolume) << results[1].detail;
  EXPECT_EQ(serves.calls(), 2);
  EXPECT_EQ(serves.connections(), 1);
  EXPECT_EQ(unknown.calls(), 2);
  EXPECT_EQ(unknown.connections(), 1);
}

// Otherwise a server that has just reported that it lacks the volume would become a backup server.
TEST(Probe, KeepsFirstReplyWhenEnoughOthersServe) {
  const Glusterd serves(GlusterdMode::kServes);
  const Glusterd unknown(GlusterdMode::kNoVolume, GetVolumeMode::kNoResponse);
  auto settings = quick();
  settings.enough = 1;
  settings.grace = 200ms;
  settings.timeout = 10s;
  const auto start = Clock::now();
  const auto results = probed({unknown.endpoint(), serves.endpoint()}, settings, 20s);
  EXPECT_LT(Clock::now() - start, 5s);
  EXPECT_EQ(results[0].verdict, Verdict::kNoVolume) << results[0].detail;
  EXPECT_TRUE(results[0].round_trip.has_value());
  EXPECT_EQ(results[1].verdict, Verdict::kServes);
}

TEST(Probe, ClosesAllDescriptors) {
  const auto before = open_descriptors();
  for (const auto mode : {GlusterdMode::kServes, GlusterdMode::kCloses, GlusterdMode::kNoResponse,
                          GlusterdMode::kIncompleteAnswer}) {
    const Glusterd server(mode);
    static_cast<void>(probed({server.endpoint()}));
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Probe, AcceptsSlowServerWithinTimeout) {
  const Glusterd server(GlusterdMode::kSlowly);
  auto settings = quick();
  settings.timeout = 5s;
  EXPECT_EQ(probed({server.endpoint()}, settings)[0].verdict, Verdict::kServes);
}

TEST(Probe, ReportsConnectionRefusedImmediately) {
  const RefusingPort refusing;
  const auto start = Clock::now();
  const auto results = probed({refusing.endpoint()});
  EXPECT_EQ(results[0].verdict, Verdict::kRefused);
  EXPECT_THAT(results[0].detail, HasSubstr("refused"));
  EXPECT_LT(Clock::now() - start, 150ms);
}

TEST(Probe, ProbesIpv6Server) {
  const UniqueFd has_ipv6(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!has_ipv6) GTEST_SKIP() << "this machine has no IPv6";
  const Glusterd server(GlusterdMode::kServes, "::1");
  const auto results = probed({server.endpoint()});
  EXPECT_EQ(results[0].verdict, Verdict::kServes);
  EXPECT_EQ(results[0].family, IpAddress::Family::kV6);
}

TEST(Probe, ResolvesHostName) {
  const Glusterd server(GlusterdMode::kServes);
  auto settings = quick();
  ASSERT_TRUE(settings.allowed.add("localhost"));
  const auto results = probed({{*Host::parse("localhost"), server.port()}}, settings);
  EXPECT_EQ(results[0].verdict, Verdict::kServes) << results[0].detail;
  EXPECT_EQ(results[0].family, IpAddress::Family::kV4);
}

TEST(Probe, DoesNotConnectToNameThatResolvesToLoopback) {
  const Glusterd server(GlusterdMode::kServes);
  const std::vector<Endpoint> servers = {{*Host::parse("localhost"), server.port()}};
  for (const auto method : {ProbeMethod::kVolume, ProbeMethod::kTcp, ProbeMethod::kOff}) {
    const auto results = probed(servers, quick(method));
    EXPECT_EQ(results[0].verdict, Verdict::kImpossible);
    EXPECT_THAT(results[0].detail, HasSubstr("a loopback address"));
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(Probe, UnresolvedNameIsNotProbedIfProbingIsOff) {
  auto settings = quick(ProbeMethod::kOff);
  settings.timeout = 5s;
  const auto results =
      probed({{*Host::parse("gl1.invalid"), 24007}, {*Host::parse("10.0.0.1"), 1}}, settings, 3s);
  EXPECT_EQ(results[0].verdict, Verdict::kNotAsked);
  EXPECT_TRUE(results[0].is_unresolved);
  EXPECT_EQ(results[1].verdict, Verdict::kNotAsked);
}

TEST(Probe, ReturnsBrickHosts) {
  const Glusterd server(GlusterdMode::kServes);
  EXPECT_EQ(probed({server.endpoint()})[0].brick_hosts, std::vector{*Host::parse("gl1")});
}

TEST(Probe, ReportsResolverError) {
  auto settings = quick();
  settings.timeout = 5s;
  // RFC 6761 reserves the name. An unreachable resolver may be slow.
  const auto results = probed({{*Host::parse("gl1.invalid"), 24007}}, settings, 3s);
  EXPECT_THAT(results[0].verdict, ::testing::AnyOf(Verdict::kRefused, Verdict::kNoResponse));
  EXPECT_THAT(results[0].detail, HasSubstr("name"));
  EXPECT_TRUE(results[0].is_unresolved) << "the client may find an address later";
}

/// A process of an ordinary user that listens on loopback and reports what it receives.
class OrdinaryUser {
 public:
  OrdinaryUser() {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    child_ = ::fork();
    if (child_ == 0) run(pipe[1]);
    ::close(pipe[1]);
    report_.reset(pipe[0]);
    EXPECT_EQ(::read(report_.get(), &port_, sizeof(port_)), ssize_t{sizeof(port_)});
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;
  ~OrdinaryUser() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] Endpoint endpoint() const { return {*Host::parse("127.0.0.1"), port_}; }
  [[nodiscard]] bool was_sent_something() const {
    pollfd watched{report_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 100) == 1;
  }

 private:
  [[noreturn]] static void run(int report) {
    constexpr uid_t kUser = 54'321;
    if (::setgid(kUser) != 0 || ::setuid(kUser) != 0) ::_exit(1);
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, where, size) != 0 || ::listen(listener, 8) != 0 ||
        ::getsockname(listener, where, &size) != 0) {
      ::_exit(1);
    }
    const Port port = ntohs(address.sin_port);
    if (::write(report, &port, sizeof(port)) != sizeof(port)) ::_exit(1);
    for (;;) {
      const int connection = ::accept(listener, nullptr, nullptr);
      char byte = 0;
      if (::recv(connection, &byte, 1, 0) == 1 && ::write(report, &byte, 1) != 1) ::_exit(1);
      ::close(connection);
    }
  }

  pid_t child_ = -1;
  UniqueFd report_;
  Port port_ = 0;
};

class OnThisMachine : public ::testing::TestWithParam<ProbeMethod> {};

TEST_P(OnThisMachine, ServerOfOrdinaryUserIsRejectedAndSentNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to run a server as another user";
  const OrdinaryUser user;
  const Glusterd serves(GlusterdMode::kServes);
  const auto results = probed({user.endpoint(), serves.endpoint()}, quick(GetParam()));
  EXPECT_EQ(results[0].verdict, Verdict::kUntrusted);
  EXPECT_THAT(results[0].detail, HasSubstr("on this machine belongs to user 54321"));
  EXPECT_FALSE(user.was_sent_something());
  EXPECT_NE(results[1].verdict, Verdict::kUntrusted);
  EXPECT_FALSE(results[1].is_unowned);
}

TEST_P(OnThisMachine, UnusedPortIsUnowned) {
  const RefusingPort refusing;
  const auto results =
      probed({refusing.endpoint(), {*Host::parse("192.0.2.1"), 24007}}, quick(GetParam()));
  EXPECT_TRUE(results[0].is_unowned);
  EXPECT_FALSE(results[1].is_unowned);
}

INSTANTIATE_TEST_SUITE_P(Methods, OnThisMachine,
                         ::testing::Values(ProbeMethod::kVolume, ProbeMethod::kTcp,
                                           ProbeMethod::kOff));

TEST(Probe, ReturnsResultsInOrderOfServers) {
  const Glusterd serves(GlusterdMode::kServes);
  const Glusterd silent(GlusterdMode::kNoResponse);
  const Glusterd unknown(GlusterdMode::kNoVolume);
  const auto results = probed({silent.endpoint(), serves.endpoint(), unknown.endpoint()});
  EXPECT_EQ(results[0].verdict, Verdict::kNoResponse);
  EXPECT_EQ(results[1].verdict, Verdict::kServes);
  EXPECT_EQ(results[2].verdict, Verdict::kNoVolume);
}

TEST(Probe, DoesNotWaitForTimeoutWhenEnoughServe) {
  const Glusterd serves(GlusterdMode::kServes);
  const Glusterd silent(GlusterdMode::kNoResponse);
  auto settings = quick();
  settings.enough = 1;
  settings.timeout = 10s;
  const auto start = Clock::now();
  const auto results = probed({silent.endpoint(), serves.endpoint()}, settings, 20s);
  EXPECT_LT(Clock::now() - start, 5s);
  EXPECT_EQ(results[0].verdict, Verdict::kNotAsked);
  EXPECT_THAT(results[0].detail, HasSubstr("enough other servers"));
  EXPECT_EQ(results[1].verdict, Verdict::kServes);
}

TEST(Probe, WaitsForServersInParallel) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  const auto start = Clock::now();
  const auto results = probed(std::vector<Endpoint>(20, silent.endpoint()));
  EXPECT_LT(Clock::now() - start, 2s);
  for (const auto& result : results) EXPECT_EQ(result.verdict, Verdict::kNoResponse);
}

TEST(Probe, LimitsConnectionsAndProbesAll) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  auto settings = quick();
  settings.timeout = 100ms;
  settings.at_once = 2;
  const auto results = probed(std::vector<Endpoint>(6, silent.endpoint()), settings);
  for (const auto& result : results) EXPECT_EQ(result.verdict, Verdict::kNoResponse);
  EXPECT_EQ(silent.connections(), 6);
  EXPECT_LE(silent.max_open(), 3);  // one closed connection may not have been noticed yet
}

TEST(Probe, StopsAtDeadlineAndMarksUnprobedServers) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  auto settings = quick();
  settings.timeout = 10s;
  settings.at_once = 1;
  const auto start = Clock::now();
  const auto results = probed({silent.endpoint(), silent.endpoint()}, settings, 100ms);
  EXPECT_LT(Clock::now() - start, 2s);
  EXPECT_EQ(results[0].verdict, Verdict::kNoResponse);
  EXPECT_EQ(results[1].verdict, Verdict::kNotAsked);
}

TEST(Probe, StopsWhenCancelled) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  auto settings = quick();
  settings.timeout = 60s;
  Cancel cancel;
  std::thread stopper([&] {
    std::this_thread::sleep_for(50ms);
    cancel.request();
  });
  const std::vector<Endpoint> servers = {silent.endpoint()};
  const auto results = probe(servers, volume(), settings, Deadline::after(60s), cancel);
  stopper.join();
  EXPECT_EQ(results[0].verdict, Verdict::kNotAsked);
  EXPECT_THAT(results[0].detail, HasSubstr("interrupted"));
}

TEST(Probe, TcpProbeRequiresOnlyConnection) {
  const Glusterd silent(GlusterdMode::kNoResponse);
  const auto results = probed({silent.endpoint()}, quick(ProbeMethod::kTcp));
  EXPECT_EQ(results[0].verdict, Verdict::kAccepts);
  EXPECT_TRUE(results[0].round_trip.has_value());
}

TEST(Probe, SendsNothingIfOff) {
  const Glusterd serves(GlusterdMode::kServes);
  const auto results = probed({serves.endpoint()}, quick(ProbeMethod::kOff));
  EXPECT_EQ(results[0].verdict, Verdict::kNotAsked);
  EXPECT_EQ(serves.connections(), 0);
}

TEST(Probe, EmptyListHasNoResults) {
  EXPECT_TRUE(probed({}).empty());
}

/// Leaves only a few descriptors available during its lifetime.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t left) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    auto few = before_;
    few.rlim_cur = static_cast<rlim_t>(next) + left;
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Probe, ProbesSequentiallyIfDescriptorsAreScarce) {
  const RefusingPort refusing;
  const Cancel cancel;
  const std::vector<Endpoint> servers(5, refusing.endpoint());
  const FewDescriptors few(2);
  for (const auto& result : probe(servers, volume(), quick(), Deadline::after(5s), cancel)) {
    EXPECT_EQ(result.verdict, Verdict::kRefused) << result.detail;
  }
}

TEST(Probe, ReportsLackOfDescriptors) {
  const RefusingPort refusing;
  const Cancel cancel;
  const std::vector<Endpoint> servers = {refusing.endpoint(), {*Host::parse("localhost"), 1}};
  std::vector<ProbeResult> results;
  const auto start = Clock::now();
  {
    const FewDescriptors none(0);
    results = probe(servers, volume(), quick(), Deadline::after(5s), cancel);
  }
  EXPECT_LT(Clock::now() - start, 2s);
  for (const auto& result : results) {
    EXPECT_EQ(result.verdict, Verdict::kNotAsked);
    EXPECT_THAT(result.detail, HasSubstr("Too many open files"));
  }
}

TEST(ManagementIsEncrypted, IfSecureAccessExists) {
  std::string pattern = (std::filesystem::temp_directory_path() / "glusterd-XXXXXX").string();
  const std::filesystem::path directory = ::mkdtemp(pattern.data());
  EXPECT_FALSE(management_is_encrypted(directory.string()));
  std::ofstream(directory / "secure-access").put('\n');
  EXPECT_TRUE(management_is_encrypted(directory.string()));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace glusterconsul::gluster
