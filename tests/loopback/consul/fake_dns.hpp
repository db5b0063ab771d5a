#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "loopback/consul/dns_message.hpp"
#include "loopback/consul/loopback_server.hpp"

namespace glusterconsul::loopback {

struct DnsQuestion {
  std::string name;
  RecordType type = RecordType::kSrv;
  std::uint16_t id = 0;
};

/// What the server does with one query; false closes the connection.
using DnsBehaviour = std::function<bool(Connection&)>;

/// The bytes of a message, preceded by its length (RFC 1035 section 4.2.2).
[[nodiscard]] Bytes framed(const DnsMessage& message);
/// Sends the message, framed.
[[nodiscard]] DnsBehaviour replies(const DnsMessage& message);
/// The same, then closes the connection.
[[nodiscard]] DnsBehaviour replies_and_closes(const DnsMessage& message);
/// Sends these bytes without a length, then closes the connection.
[[nodiscard]] DnsBehaviour sends_raw(Bytes bytes);
/// Sends nothing until the peer closes the connection.
[[nodiscard]] DnsBehaviour does_not_respond();

/// A fake of Consul's DNS interface over TCP.
class FakeDns {
 public:
  using Decide = std::function<DnsBehaviour(const DnsQuestion&)>;

  /// On a free port of 127.0.0.1.
  explicit FakeDns(Decide decide);
  FakeDns(Decide decide, const IpAddress& address, Port port);

  [[nodiscard]] Port port() const { return server_.port(); }
  [[nodiscard]] std::vector<DnsQuestion> questions() const;

 private:
  void serve(Connection& connection);
  Decide decide_;
  mutable std::mutex mutex_;
  std::vector<DnsQuestion> questions_;
  LoopbackServer server_;  // last: its threads use the members above
};

}  // namespace glusterconsul::loopback
