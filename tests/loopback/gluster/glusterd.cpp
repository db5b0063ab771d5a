#include "loopback/gluster/glusterd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include "util/deadline.hpp"

namespace glusterconsul::loopback {

std::string words(std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const auto value : values) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      bytes += static_cast<char>((value >> shift) & 0xFFU);
    }
  }
  return bytes;
}

namespace {

constexpr milliseconds kPause{2};
constexpr std::uint32_t kLast = 0x80000000U;
constexpr std::uint32_t kFailed = 0xFFFFFFFFU;
constexpr std::uint32_t kCommandLine = 1238463;  ///< the program of GET_VOLUME
constexpr std::string_view kVolfile =
    "volume g0-client-0\n    option remote-host gl1\nend-volume\n";

std::uint32_t word_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(offset, 4)) {
    value = (value << 8U) | static_cast<unsigned char>(c);
  }
  return value;
}

std::string fragment(std::string_view body, std::uint32_t flag = kLast) {
  return words({static_cast<std::uint32_t>(body.size()) | flag}) + std::string(body);
}

std::string reply_body(std::uint32_t xid, std::uint32_t op_ret, std::uint32_t op_errno,
                       std::string_view volfile) {
  std::string padded(volfile);
  padded.resize((padded.size() + 3) / 4 * 4);
  return words({xid, 1, 0, 0, 0, 0, op_ret, op_errno, static_cast<std::uint32_t>(volfile.size())}) +
         padded + words({0});
}

/// A reply of the CLI program with a dictionary that contains only the count.
std::string count_body(std::uint32_t xid, std::uint32_t op_ret, char count, char status = 0) {
  std::string dictionary =
      words({status != 0 ? 2U : 1U, 5, 2}) + std::string("count\0", 6) + count + '\0';
  if (status != 0) {
    dictionary += words({14, 2}) + std::string("volume0.status\0", 15) + status + '\0';
  }
  const auto size = static_cast<std::uint32_t>(dictionary.size());
  dictionary.resize((dictionary.size() + 3) / 4 * 4);  // XDR pads to whole words
  return words({xid, 1, 0, 0, 0, 0, op_ret, 0, 0, size}) + dictionary;
}

/// The reply to a call with `xid`, and whether the connection is closed after it.
struct Reply {
  std::string bytes;
  bool closes = false;
};

std::string volfile_with_brick_of(const std::string& address) {
  return "volume g0-client-0\n    type protocol/client\n    option remote-host gl" +
         address.substr(address.rfind('.') + 1) +
         "\n    option remote-subvolume /srv/brick\nend-volume\n";
}

Reply reply_to(GlusterdMode mode, const std::string& address, std::uint32_t xid) {
  const std::string good =
      reply_body(xid, static_cast<std::uint32_t>(kVolfile.size()), 0, kVolfile);
  switch (mode) {
    case GlusterdMode::kServes:
    case GlusterdMode::kSlowly:
      return {fragment(good)};
    case GlusterdMode::kOwnBrick: {
      const auto own = volfile_with_brick_of(address);
      return {fragment(reply_body(xid, static_cast<std::uint32_t>(own.size()), 0, own))};
    }
    case GlusterdMode::kFragments:
      return {fragment(good.substr(0, 20), 0) + fragment("", 0) + fragment(good.substr(20))};
    case GlusterdMode::kNoVolume:
      return {fragment(reply_body(xid, kFailed, ENOENT, ""))};
    case GlusterdMode::kNoMemory:
      return {fragment(reply_body(xid, kFailed, ENOMEM, ""))};
    case GlusterdMode::kNotSupported:
      return {fragment(reply_body(xid, kFailed, EOPNOTSUPP, ""))};
    case GlusterdMode::kNoProgram:
      return {fragment(words({xid, 1, 0, 0, 0, 1}))};
    case GlusterdMode::kWrongXid:
      return {fragment(reply_body(xid + 1, 1, 0, kVolfile))};
    case GlusterdMode::kHugeLength:
      return {words({kLast | 0x7FFFFFFFU}) + "some bytes"};
    case GlusterdMode::kGarbage:
      return {"HTTP/1.1 400 Bad Request\r\n\r\n", true};
    case GlusterdMode::kIncompleteAnswer:
      return {fragment(good).substr(0, good.size() / 2)};
    case GlusterdMode::kHalfAndCloses:
      return {fragment(good).substr(0, good.size() / 2), true};
    case GlusterdMode::kTls:
    case GlusterdMode::kCloses:
    case GlusterdMode::kNoResponse:
      return {};
  }
  return {};
}

Reply reply_to(GetVolumeMode mode, std::uint32_t xid) {
  switch (mode) {
    case GetVolumeMode::kUnknown:
      return {fragment(count_body(xid, kFailed, '0'))};
    case GetVolumeMode::kKnown:
      return {fragment(count_body(xid, 0, '1'))};
    case GetVolumeMode::kStopped:
      return {fragment(count_body(xid, 0, '1', '2'))};
    case GetVolumeMode::kNoProgram:
      return {fragment(words({xid, 1, 0, 0, 0, 1}))};
    case GetVolumeMode::kCloses:
      return {{}, true};
    case GetVolumeMode::kNoResponse:
      return {};
  }
  return {};
}

[[noreturn]] void cannot(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address loopback(const std::string& text, Port port) {
  Address address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof v4;
    std::memcpy(&address.storage, &v4, sizeof v4);
  } else {
    ::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.size = sizeof v6;
    std::memcpy(&address.storage, &v6, sizeof v6);
  }
  return address;
}

Port port_of(int socket) {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(socket, address.get(), &address.size) != 0) cannot("getsockname");
  // The port has the same offset in both families.
  sockaddr_in v4{};
  std::memcpy(&v4, &address.storage, sizeof v4);
  return ntohs(v4.sin_port);
}

}  // namespace

std::string reply(std::uint32_t xid, std::string_view results) {
  return fragment(words({xid, 1, 0, 0, 0, 0}) + std::string(results));
}

std::string opaque(std::string_view bytes) {
  std::string padded(bytes);
  padded.resize((padded.size() + 3) / 4 * 4);
  return words({static_cast<std::uint32_t>(bytes.size())}) + padded;
}

std::string dictionary(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string bytes = words({static_cast<std::uint32_t>(entries.size())});
  for (const auto& [key, value] : entries) {
    bytes += words(
        {static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size() + 1)});
    bytes += key + '\0' + value + '\0';
  }
  return bytes;
}

struct Glusterd::Connection {
  UniqueFd socket;
  std::string received;
  std::string to_send;
  bool closes = false;
  bool is_over = false;
};

Glusterd::Glusterd(GlusterdMode mode, const std::string& address, GetVolumeMode get_volume)
    : mode_(mode), get_volume_(get_volume), address_(address) {
  listen_on(0);
}

Glusterd::Glusterd(Script script, const std::string& address, Port port)
    : mode_(GlusterdMode::kServes),
      get_volume_(GetVolumeMode::kUnknown),
      script_(std::move(script)),
      address_(address) {
  listen_on(port);
}

void Glusterd::listen_on(Port port) {
  Address where = loopback(address_, port);
  listener_.reset(::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener_) cannot("socket");
  const int yes = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(listener_.get(), where.get(), where.size) != 0) cannot("bind");
  if (::listen(listener_.get(), SOMAXCONN) != 0) cannot("listen");
  port_ = port_of(listener_.get());
  thread_ = std::thread([this] { serve(); });
}

Glusterd::~Glusterd() {
  stop_.request();
  thread_.join();
}

Endpoint Glusterd::endpoint() const {
  return {*Host::parse(address_), port_};
}

void Glusterd::take_calls(Connection& connection) {
  constexpr std::size_t kUpToProgram = 20;
  constexpr std::size_t kHeader = 44;  ///< with the record's mark, the credential and the verifier
  std::array<char, 4096> buffer{};
  const auto got = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) {
    connection.is_over = true;
    return;
  }
  if (mode_ == GlusterdMode::kTls) {
    constexpr char kHandshake = 22;
    connection.is_over = buffer[0] != kHandshake;
    connection.to_send = "\x15\x03\x03" + std::string("\0\2\2\50", 4);
    return;
  }
  auto& received = connection.received;
  received.append(buffer.data(), static_cast<std::size_t>(got));
  while (received.size() >= kUpToProgram) {
    const std::size_t size = 4 + (word_at(received, 0) & ~kLast);
    if (received.size() < size) return;
    const auto xid = word_at(received, 4);
    const auto program = word_at(received, 16);
    Reply reply;
    if (script_) {
      const auto scripted =
          script_({xid, program, word_at(received, 24), received.substr(kHeader, size - kHeader)});
      reply = {scripted.bytes, scripted.closes};
    } else if (program == kCommandLine && mode_ != GlusterdMode::kGarbage &&
               mode_ != GlusterdMode::kNoResponse) {
      reply = reply_to(get_volume_, xid);
    } else {
      reply = reply_to(mode_, address_, xid);
    }
    received.erase(0, size);
    ++calls_;
    connection.to_send += reply.bytes;
    connection.closes = reply.closes;
    if (reply.closes && connection.to_send.empty()) connection.is_over = true;
  }
}

void Glusterd::send_some(Connection& connection) const {
  auto& rest = connection.to_send;
  const std::size_t size = mode_ == GlusterdMode::kSlowly ? 1 : rest.size();
  const auto sent = ::send(connection.socket.get(), rest.data(), size, MSG_NOSIGNAL);
  if (sent < 0) {
    connection.is_over = true;
    return;
  }
  rest.erase(0, static_cast<std::size_t>(sent));
  if (rest.empty() && connection.closes) connection.is_over = true;
}

void Glusterd::serve() {
  std::vector<Connection> connections;
  while (!stop_.requested()) {
    std::vector<pollfd> watched = {{stop_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    bool is_pausing = false;
    for (const auto& connection : connections) {
      const bool sends = !connection.to_send.empty();
      is_pausing = is_pausing || (sends && mode_ == GlusterdMode::kSlowly);
      const bool asks_to_send = sends && mode_ != GlusterdMode::kSlowly;
      watched.push_back({connection.socket.get(),
                         static_cast<short>(asks_to_send ? POLLIN | POLLOUT : POLLIN), 0});
    }
    const int wait = is_pausing ? static_cast<int>(kPause.count()) : -1;
    if (::poll(watched.data(), watched.size(), wait) < 0) continue;
    for (std::size_t i = 0; i < connections.size(); ++i) {
      if ((watched[i + 2].revents & ~POLLOUT) != 0) take_calls(connections[i]);
      if (!connections[i].to_send.empty()) send_some(connections[i]);
    }
    std::erase_if(connections, [](const Connection& connection) { return connection.is_over; });
    if ((watched[1].revents & POLLIN) != 0) {
      UniqueFd accepted(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      ++connections_;
      if (mode_ != GlusterdMode::kCloses && accepted) {
        connections.push_back({std::move(accepted), {}, {}, false, false});
      }
      max_open_ = std::max(max_open_.load(), static_cast<int>(connections.size()));
    }
  }
}

}  // namespace glusterconsul::loopback
