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

/// Listens at a socket in a directory of its own, as journald does at /dev/log.
class SyslogListener {
 public:
  SyslogListener() {
    std::string folder = ::testing::TempDir() + "syslog-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("mkdtemp " + folder);
    folder_ = folder;
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
  ~SyslogListener() { std::filesystem::remove_all(folder_); }

  /// What sends to it as "prog".
  [[nodiscard]] Syslog log() const { return {"prog", path(), std::chrono::milliseconds(20)}; }

  /// The next message, which is there already; empty if there is none.
  [[nodiscard]] std::string received() {
    std::array<char, 4096> buffer{};
    const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

  /// As if its process had ended.
  void close() { socket_.reset(); }

 private:
  [[nodiscard]] std::string path() const { return folder_ / "log"; }

  std::filesystem::path folder_;
  UniqueFd socket_;
};

}  // namespace glusterconsul
