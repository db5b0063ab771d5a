#pragma once

#include <poll.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gluster/rpc.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/host.hpp"
#include "util/resolver.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::gluster {

/// How one RPC call ended.
struct CallEnd {
  enum class Kind {
    kReply,       ///< `record` is the reply, or there was no call and the connection is established
    kUnresolved,  ///< the system's resolver has no address for the name
    kRefused,     ///< connection refused, or no route
    kNoResponse,  ///< no connection, or no reply, within the time
    kClosed,      ///< the connection broke before a reply
  };
  Kind kind = Kind::kNoResponse;
  std::string detail;             ///< for people: "Connection refused"
  std::vector<std::byte> record;  ///< only with kReply
};

/// One RPC call on a connection of its own, or only a connection. Nothing blocks: run_calls() waits
/// for all calls together.
class RpcCall {
 public:
  /// An empty `call` only connects.
  RpcCall(Endpoint server, std::vector<std::byte> call)
      : server_(std::move(server)), call_(std::move(call)) {}

  void start();
  [[nodiscard]] pollfd watched() const;
  /// To be called after poll(2) has reported events.
  void advance();
  void time_out();
  /// Nothing while the call is under way.
  [[nodiscard]] const std::optional<CallEnd>& end() const { return end_; }

 private:
  void connect(const IpAddress& address);
  void finish(CallEnd::Kind kind, std::string detail);
  void take_addresses();
  void finish_connecting();
  void exchange();

  Endpoint server_;
  std::vector<std::byte> call_;
  std::optional<NameLookup> lookup_;
  UniqueFd socket_;
  bool is_connected_ = false;
  std::size_t sent_ = 0;
  RecordReader reader_;
  std::optional<CallEnd> end_;
};

/// Runs all calls in parallel, until each has ended, or until the deadline or `cancel`, which ends
/// the others as kNoResponse. Of the addresses of a name, the first one that the client
/// would connect to is used (in_clients_order()).
void run_calls(std::span<RpcCall> calls, const Deadline& deadline, const Cancel& cancel);

}  // namespace glusterconsul::gluster
