#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "consul/dns_query.hpp"
#include "consul/query.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/host.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::consul {

/// "Consul's DNS at 127.0.0.1:8600"
[[nodiscard]] std::string where_of(const Endpoint& dns_server);

/// An exchange with one DNS server over TCP (RFC 1035 section 4.2.2). The server may have several
/// addresses: the query goes to the first; to the next as soon as one refuses, closes the
/// connection or sends something other than a reply; and to the next in parallel if none has
/// replied after a quarter of a second (RFC 8305). The first reply wins. Its connection is kept for
/// further queries (RFC 7766); if the server has closed it in the meantime, the query starts over
/// at the first address.
class DnsExchange {
 public:
  /// Resolves the server's host name, if it has one; does not connect yet. kUnreachable, kTimedOut,
  /// kInterrupted, kSystem.
  [[nodiscard]] static Result<DnsExchange> open(const DnsSettings& settings,
                                                const Deadline& deadline, const Cancel& cancel);

  /// `where` is the server's name in errors. `addresses` are tried in this order. `agent_user` is
  /// DnsSettings::agent_user.
  DnsExchange(std::string where, std::vector<IpAddress> addresses, Port port,
              std::string agent_user = {});

  /// The bytes of a message for which is_reply_to() holds, whatever its RCODE; at most 65,535.
  /// kRejected if the name cannot be queried; kUnreachable, with the cause, if no address replies;
  /// kUntrusted if the process at an address of this machine is not trusted to answer as Consul
  /// (agent_trust.hpp); kBadReply, kTimedOut, kInterrupted, kSystem.
  [[nodiscard]] Result<std::vector<std::uint8_t>> ask(const std::string& name, DnsType type,
                                                      const Deadline& deadline,
                                                      const Cancel& cancel);

 private:
  std::string where_;
  std::string agent_user_;
  std::vector<IpAddress> addresses_;  ///< the address of the last reply comes first
  Port port_;
  UniqueFd connection_;  ///< to the first address; empty if there is none to reuse
};

}  // namespace glusterconsul::consul
