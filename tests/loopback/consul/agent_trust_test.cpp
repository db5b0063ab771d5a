// Another local user answers instead of the agent. Needs root to run as that user.
#include "consul/agent_trust.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <string>

#include "consul/dns_client.hpp"
#include "consul/http_client.hpp"
#include "loopback/consul/gluster_lookup.hpp"
#include "test_context.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr uid_t kOtherUser = 54'321;
constexpr const char* kReply =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    "Content-Length: 111\r\n\r\n"
    R"([{"Node":{"Node":"evil","Address":"10.6.6.6"},"Service":{"ID":"gl","Port":24007,"Address":""},"Checks":[]    }])";

/// What the impostor does with a connection.
enum class Conduct { kAnswers, kNeverAccepts, kAnswersAtOnceAndCloses };

/// A process of user kOtherUser that listens, and counts the bytes that it receives.
class Impostor {
 public:
  Impostor(Conduct conduct, std::string unix_path) : path_(std::move(unix_path)) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::close(pipe[0]);
      ::_exit(run(conduct, pipe[1]));
    }
    ::close(pipe[1]);
    report_ = UniqueFd(pipe[0]);
    read_report(&port_, sizeof(port_));
  }
  Impostor(const Impostor&) = delete;
  Impostor& operator=(const Impostor&) = delete;
  ~Impostor() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// The number of bytes received so far; on the same machine no bytes remain in flight.
  [[nodiscard]] std::size_t received() {
    std::size_t total = 0;
    pollfd watched{report_.get(), POLLIN, 0};
    std::size_t count = 0;
    while (::poll(&watched, 1, 100) == 1 && read_report(&count, sizeof(count))) total += count;
    return total;
  }

 private:
  bool read_report(void* value, std::size_t size) {
    return ::read(report_.get(), value, size) == static_cast<ssize_t>(size);
  }

  [[nodiscard]] UniqueFd listen_somewhere(std::uint16_t& port) const {
    if (!path_.empty()) {
      UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
      if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
          ::listen(socket.get(), 16) != 0) {
        return {};
      }
      port = 1;
      return socket;
    }
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(socket.get(), 16) != 0 ||
        ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      return {};
    }
    port = ntohs(address.sin_port);
    return socket;
  }

  [[nodiscard]] int run(Conduct conduct, int report) const {
    if (::setgid(kOtherUser) != 0 || ::setuid(kOtherUser) != 0) return 1;
    std::uint16_t port = 0;
    const auto listener = listen_somewhere(port);
    if (::write(report, &port, sizeof(port)) != sizeof(port) || !listener) return 1;
    if (conduct == Conduct::kNeverAccepts) {
      for (;;) ::pause();
    }
    for (;;) {
      const UniqueFd connection(::accept(listener.get(), nullptr, nullptr));
      if (!connection) return 1;
      if (conduct == Conduct::kAnswersAtOnceAndCloses) {
        ::send(connection.get(), kReply, std::strlen(kReply), MSG_NOSIGNAL);
        continue;
      }
      std::array<char, 4096> buffer{};
      const auto size = ::recv(connection.get(), buffer.data(), buffer.size(), 0);
      const auto count = static_cast<std::size_t>(size > 0 ? size : 0);
      if (::write(report, &count, sizeof(count)) < 0) return 1;
      if (count > 0) ::send(connection.get(), kReply, std::strlen(kReply), MSG_NOSIGNAL);
    }
  }

  std::string path_;
  pid_t child_ = -1;
  UniqueFd report_;
  std::uint16_t port_ = 0;
};

/// A directory in which everyone can create files, but not replace those of others.
class StickyDirectory {
 public:
  StickyDirectory() {
    ::mkdtemp(path_.data());
    ::chmod(path_.c_str(), 01777);
  }
  StickyDirectory(const StickyDirectory&) = delete;
  StickyDirectory& operator=(const StickyDirectory&) = delete;
  ~StickyDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_ = "/tmp/agent_trust_XXXXXX";
};

Result<LookupResult> ask_agent(const HttpSettings& settings) {
  return ask_http(settings, gluster_query(), kFallback, TestContext().within(5s));
}

HttpSettings impostor_settings(const Impostor& impostor) {
  HttpSettings settings;
  settings.server = Endpoint{*Host::parse("127.0.0.1"), impostor.port()};
  settings.token = Secret("s3cret-token");
  return settings;
}

/// Whether the agent was rejected: a permanent error, or a transient one if the connection was
/// closed before its owner was known. In both cases nothing was sent and no answer accepted.
bool is_refusal(ErrorCode code, Conduct conduct) {
  if (code == ErrorCode::kUntrusted) return true;
  return conduct == Conduct::kAnswersAtOnceAndCloses && code == ErrorCode::kUnreachable;
}

struct ConductRow {
  const char* row;
  Conduct conduct;
};
std::ostream& operator<<(std::ostream& out, const ConductRow& row) {
  return out << row.row;
}

class AgentOfAnotherUser : public ::testing::TestWithParam<ConductRow> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to run a server as another user";
  }
};

TEST_P(AgentOfAnotherUser, IsRejectedBeforeSendingAnything) {
  Impostor impostor(GetParam().conduct, "");
  ASSERT_NE(impostor.port(), 0);
  const auto start = Clock::now();
  const auto answer = ask_agent(impostor_settings(impostor));
  ASSERT_FALSE(answer.has_value());
  EXPECT_TRUE(is_refusal(answer.error().code, GetParam().conduct)) << answer.error().message;
  EXPECT_LT(Clock::now() - start, 4s);
  EXPECT_EQ(impostor.received(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Conducts, AgentOfAnotherUser,
                         ::testing::Values(ConductRow{"Answers", Conduct::kAnswers},
                                           ConductRow{"NeverAccepts", Conduct::kNeverAccepts},
                                           ConductRow{"AnswersAtOnceAndCloses",
                                                      Conduct::kAnswersAtOnceAndCloses}),
                         [](const auto& tested) { return tested.param.row; });

class ChosenAgentUser : public AgentOfAnotherUser {};

TEST_P(ChosenAgentUser, IsQueried) {
  Impostor impostor(GetParam().conduct, "");
  ASSERT_NE(impostor.port(), 0);
  auto settings = impostor_settings(impostor);
  settings.agent_user = std::to_string(kOtherUser);
  const auto answer = ask_agent(settings);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_THAT(answer->instances, SizeIs(1));
  EXPECT_GT(impostor.received(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Conducts, ChosenAgentUser,
                         ::testing::Values(ConductRow{"Answers", Conduct::kAnswers}),
                         [](const auto& tested) { return tested.param.row; });

TEST_P(AgentOfAnotherUser, IsRejectedOverDns) {
  Impostor impostor(GetParam().conduct, "");
  ASSERT_NE(impostor.port(), 0);
  ServiceQuery query;
  query.service.name = "gluster";
  const auto answer = ask_dns({{*Host::parse("127.0.0.1"), impostor.port()}}, query, 24007,
                              TestContext().within(5s));
  ASSERT_FALSE(answer.has_value());
  EXPECT_TRUE(is_refusal(answer.error().code, GetParam().conduct)) << answer.error().message;
  EXPECT_EQ(impostor.received(), 0U);
}

TEST_P(AgentOfAnotherUser, IsRejectedOnUnixSocket) {
  const StickyDirectory directory;
  const auto path = directory.file("consul.sock");
  Impostor impostor(GetParam().conduct, path);
  ASSERT_NE(impostor.port(), 0);
  HttpSettings settings;
  settings.unix_socket = path;
  settings.token = Secret("s3cret-token");
  const auto answer = ask_agent(settings);
  ASSERT_FALSE(answer.has_value());
  EXPECT_TRUE(is_refusal(answer.error().code, GetParam().conduct)) << answer.error().message;
  EXPECT_EQ(impostor.received(), 0U);
}

TEST(UnixSocketOfConsul, IsRejectedInDirectoryOfOtherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to change the owner of a directory";
  const StickyDirectory directory;
  const auto inner = directory.file("of-another-user");
  ASSERT_EQ(::mkdir(inner.c_str(), 0755), 0);
  ASSERT_EQ(::chown(inner.c_str(), kOtherUser, kOtherUser), 0);
  HttpSettings settings;
  settings.unix_socket = inner + "/consul.sock";
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  settings.unix_socket->copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(socket.get(), 4), 0);
  const auto answer = ask_agent(settings);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kPermission) << answer.error().message;
  EXPECT_THAT(answer.error().message, AllOf(HasSubstr("54321"), HasSubstr(inner)));
}

}  // namespace
}  // namespace glusterconsul::consul
