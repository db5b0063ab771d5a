#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "util/syslog.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// Listens on a socket in a temporary directory, as journald does on /dev/log.
class SyslogListener {
 public:
  SyslogListener() {
    std::string directory = ::testing::TempDir() + "syslog-XXXXXX";
    if (::mkdtemp(directory.data()) == nullptr) throw std::runtime_error("mkdtemp " + directory);
    directory_ = directory;
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("bind " + path());
    }
  }
  SyslogListener(const SyslogListener&) = delete;
  SyslogListener& operator=(const SyslogListener&) = delete;
  ~SyslogListener() { std::filesystem::remove_all(directory_); }

  /// A log that sends to this socket as "prog".
  [[nodiscard]] Syslog log() const { return {"prog", path(), std::chrono::milliseconds(20)}; }

  /// The next message in the queue; empty if there is none.
  [[nodiscard]] std::string received() {
    std::array<char, 4096> buffer{};
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

  /// Closes the socket, as if the daemon had exited.
  void close() { socket_.reset(); }

 private:
  [[nodiscard]] std::string path() const { return directory_ / "log"; }

  std::filesystem::path directory_;
  UniqueFd socket_;
};

}  // namespace glusterconsul
