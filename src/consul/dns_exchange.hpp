#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::consul {

/// "Consul's DNS at 127.0.0.1:8600"
[[nodiscard]] std::string where_of(const Endpoint& dns_server);

/// One conversation with one DNS server, over TCP. Neither /etc/resolv.conf nor
/// /etc/hosts has a say, and no search domain is added.
class DnsExchange {
 public:
  enum class Type { kA, kAaaa, kSrv };

  /// A server that is a host name is looked up as the system's resolv.conf and
  /// hosts file say, within the deadline. kUnreachable, kTimedOut, kInterrupted, kSystem.
  [[nodiscard]] static Result<DnsExchange> open(const Endpoint& server, const Deadline& deadline,
                                                const Cancel& cancel);

  DnsExchange(DnsExchange&&) noexcept;
  DnsExchange& operator=(DnsExchange&&) noexcept;
  DnsExchange(const DnsExchange&) = delete;
  DnsExchange& operator=(const DnsExchange&) = delete;
  ~DnsExchange();

  /// The bytes of the reply, whatever its RCODE. kUnreachable, kTimedOut,
  /// kBadReply, kInterrupted or kSystem else.
  [[nodiscard]] Result<std::vector<std::uint8_t>> ask(const std::string& name, Type type,
                                                      const Deadline& deadline,
                                                      const Cancel& cancel);

 private:
  class Channel;
  DnsExchange(std::string where, std::unique_ptr<Channel> channel);
  std::string where_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace glusterconsul::consul
