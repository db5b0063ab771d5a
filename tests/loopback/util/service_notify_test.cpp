#include "util/service_notify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>

#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

/// A socket such as that of a service manager.
class Manager {
 public:
  /// `address`: as in NOTIFY_SOCKET.
  explicit Manager(const std::string& address)
      : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un bound = {};
    bound.sun_family = AF_UNIX;
    std::memcpy(bound.sun_path, address.data(), address.size());
    if (address.front() == '@') bound.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&bound), size), 0);
  }
  /// The next message; empty if there is none.
  std::string next() {
    std::array<char, 1024> buffer{};
    const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  UniqueFd fd_;
};

constexpr pid_t kOwnPid = 4711;

TEST(ServiceNotify, SendsToAPath) {
  const auto path = ::testing::TempDir() + "notify_" + std::to_string(::getpid());
  Manager manager(path);
  const ServiceNotify notify({.notify_socket = path}, kOwnPid);
  EXPECT_TRUE(notify.has_service_manager());
  notify.send("READY=1\nMAINPID=4711");
  EXPECT_EQ(manager.next(), "READY=1\nMAINPID=4711");
  EXPECT_EQ(manager.next(), "");
  std::filesystem::remove(path);
}

TEST(ServiceNotify, SendsToAnAbstractAddress) {
  const auto address = "@glusterconsul-test-" + std::to_string(::getpid());
  Manager manager(address);
  const ServiceNotify notify({.notify_socket = address}, kOwnPid);
  notify.send("STOPPING=1");
  EXPECT_EQ(manager.next(), "STOPPING=1");
}

TEST(ServiceNotify, StatusIsOnePrintableLine) {
  const auto address = "@glusterconsul-test-" + std::to_string(::getpid());
  Manager manager(address);
  const ServiceNotify notify({.notify_socket = address}, kOwnPid);
  notify.send_status("a\x1b[31mb\nREADY=1");
  EXPECT_EQ(manager.next(), "STATUS=a\\x1b[31mb");
}

TEST(ServiceNotify, SendsNothingWithoutAManager) {
  for (const auto& address : {std::string(), std::string("relative"), std::string("@"),
                              std::string("/"), "/" + std::string(200, 'x')}) {
    const ServiceNotify notify({.notify_socket = address, .watchdog_usec = "1000000"}, kOwnPid);
    EXPECT_FALSE(notify.has_service_manager()) << address;
    EXPECT_FALSE(notify.watchdog_interval()) << address;
    notify.send("READY=1");
  }
}

TEST(ServiceNotify, DoesNotWaitForAManagerThatHasGone) {
  const ServiceNotify notify({.notify_socket = "/nonexistent/notify"}, kOwnPid);
  notify.send("READY=1");
}

TEST(ServiceNotify, FeedsTheWatchdogTwiceAsOftenAsNecessary) {
  const auto interval = [](const std::string& microseconds, const std::string& process) {
    return ServiceNotify({.notify_socket = "/run/notify",
                          .watchdog_usec = microseconds,
                          .watchdog_pid = process},
                         kOwnPid)
        .watchdog_interval();
  };
  EXPECT_EQ(interval("60000000", ""), milliseconds(30'000));
  EXPECT_EQ(interval("60000000", "4711"), milliseconds(30'000));
  EXPECT_EQ(interval("1", ""), milliseconds(1)) << "0 would not let it wait at all";
  EXPECT_FALSE(interval("60000000", "4712"));
  EXPECT_FALSE(interval("", ""));
  EXPECT_FALSE(interval("0", ""));
  EXPECT_FALSE(interval("-1", ""));
  EXPECT_FALSE(interval("soon", ""));
}

}  // namespace
}  // namespace glusterconsul
