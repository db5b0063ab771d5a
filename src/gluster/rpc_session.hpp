#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "gluster/address_book.hpp"
#include "gluster/rpc.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/host.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::gluster {

/// How a session ended.
struct SessionEnd {
  enum class Kind {
    kAnswered,      ///< every call has its reply
    kUnresolved,    ///< the name has no address
    kLookupFailed,  ///< the system's resolver failed or did not respond: it may have one
    kRefused,       ///< connection refused
    kNoConnection,  ///< no connection within the time, or the host is unreachable
    kNoAnswer,      ///< connected, but a call was not answered within the time
    kClosed,        ///< the connection broke before the last reply
    kBadReply,      ///< what was received is not a reply to one of the calls, or is too large
    kNotAsked,      ///< the time was over first, or this machine is short of descriptors or threads
  };
  Kind kind = Kind::kNotAsked;
  std::string detail = {};  ///< for people: "Connection refused"
};

/// RPC calls to one server over one connection. They are sent without waiting for each reply, and
/// glusterd answers them in any order, so that each reply is recognised by its xid. Nothing blocks:
/// run_sessions() waits for all sessions together.
class RpcSession {
 public:
  using Record = std::vector<std::byte>;
  /// By the xid of their calls.
  using Replies = std::map<std::uint32_t, Record>;
  /// What to ask after the replies so far, with new xids; empty: nothing more.
  using NextCalls = std::function<std::vector<Record>(const Replies&)>;

  /// The maximum number of calls waiting for a reply, so that glusterd stays available to
  /// others.
  static constexpr std::size_t kInFlight = 16;
  /// The maximum number of bytes received over one connection.
  static constexpr std::size_t kMaxReceived = std::size_t{64} * 1024 * 1024;

  /// `calls` are of encode_call(), at least one, each with another xid.
  RpcSession(Endpoint server, std::vector<Record> calls, NextCalls next = {});
  /// Instead of calls, a greeting in TLS, which is answered by a server with TLS (tls_greeting()).
  [[nodiscard]] static RpcSession with_tls_greeting(Endpoint server);
  /// The same session, which ends as kBadReply at a reply of more than `bytes`, instead of
  /// kMaxReply: a hostile server must not fill the memory of one that asks many for a few words.
  [[nodiscard]] RpcSession with_replies_up_to(std::size_t bytes) &&;

  /// Nothing before run_sessions() has returned.
  [[nodiscard]] const std::optional<SessionEnd>& end() const { return end_; }
  /// Those that arrived, even if the session failed later.
  [[nodiscard]] const Replies& replies() const { return replies_; }
  /// The reply to this call; nullptr if there is none.
  [[nodiscard]] const Record* reply(std::uint32_t xid) const;

 private:
  friend class SessionRun;

  void begin(std::vector<IpAddress> addresses);
  void connect_to_next();
  void finish(SessionEnd::Kind kind, std::string detail);
  [[nodiscard]] pollfd watched() const;
  void advance();
  void finish_connecting();
  void top_up();
  void send_some();
  void receive_some();
  void read(std::span<const std::byte> bytes);
  void take_reply(Record record);
  void time_out();

  Endpoint server_;
  std::vector<Record> calls_;
  std::size_t sent_calls_ = 0;       ///< of calls_, including those that are in `to_send_`
  std::set<std::uint32_t> pending_;  ///< the xids of those without a reply
  NextCalls next_;
  bool is_tls_ = false;
  std::vector<IpAddress> addresses_;
  std::size_t next_address_ = 0;
  UniqueFd socket_;
  bool is_connected_ = false;
  bool has_progress_ = false;  ///< since the last look of SessionRun: its step starts again
  std::vector<std::byte> to_send_;
  std::size_t received_ = 0;
  std::size_t max_reply_ = kMaxReply;
  RecordReader reader_;
  Replies replies_;
  std::optional<SessionEnd> end_;
};

/// The maximum number of connections at the same time.
inline constexpr std::size_t kMaxSessionsAtOnce = 64;

/// How long sessions may take.
struct SessionLimits {
  /// For each of: resolving the name, connecting, and the wait for the next reply.
  milliseconds step;
  /// For all together. A session that it ends within its step is kNotAsked, since nothing is known
  /// about a server that had less time than the step.
  Deadline deadline;
};

/// Runs all sessions in one poll loop, at most kMaxSessionsAtOnce of them at the same time, until
/// each has ended, or until the deadline or `cancel`. If the connection to an address of a name is
/// refused, the next one is tried.
void run_sessions(std::span<RpcSession> sessions, AddressBook& addresses,
                  const SessionLimits& limits, const Cancel& cancel);

}  // namespace glusterconsul::gluster
