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

/// One conversation with one DNS server over TCP (RFC 1035 section 4.2.2). The server
/// may have several addresses: the question goes to the first, to the next as soon as
/// one refuses, hangs up or sends something else than a reply, and to the next in
/// parallel if none has replied after a quarter of a second (RFC 8305). The
/// first reply counts. Its connection is kept for the next questions (RFC 7766); if the
/// server has closed it meanwhile, the question starts at the first address again.
class DnsExchange {
 public:
  /// Resolves the server's host name, if it is one; connects to nothing yet.
  /// kUnreachable, kTimedOut, kInterrupted, kSystem.
  [[nodiscard]] static Result<DnsExchange> open(const DnsSettings& settings,
                                                const Deadline& deadline, const Cancel& cancel);

  /// `where` is how errors name the server. `addresses` are tried in this order.
  /// `agent_user` is that of DnsSettings.
  DnsExchange(std::string where, std::vector<IpAddress> addresses, Port port,
              std::string agent_user = {});

  /// The bytes of a message that is_reply_to() the question, whatever its RCODE: at
  /// most 65,535. kRejected if the name cannot be asked; kUnreachable if no address
  /// replies, with the cause; kUntrusted if the process at an address of this machine may
  /// not answer for Consul (agent_trust.hpp); kBadReply, kTimedOut, kInterrupted, kSystem.
  [[nodiscard]] Result<std::vector<std::uint8_t>> ask(const std::string& name, DnsType type,
                                                      const Deadline& deadline,
                                                      const Cancel& cancel);

 private:
  std::string where_;
  std::string agent_user_;
  std::vector<IpAddress> addresses_;  ///< the one of the last reply first
  Port port_;
  UniqueFd connection_;  ///< to the first address; empty if there is none to use again
};

}  // namespace glusterconsul::consul
