#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "util/cancel.hpp"
#include "util/host.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::loopback {

/// What a fake glusterd does with a GETSPEC call or with a connection.
enum class GlusterdMode {
  kServes,            ///< answers every volume with a small volfile
  kOwnBrick,          ///< the same, and its brick is on host "gl11" if its address ends in .11
  kFragments,         ///< the same, in three fragments, the second one empty
  kSlowly,            ///< the same, byte by byte with a pause after each
  kNoVolume,          ///< op_ret -1, op_errno ENOENT
  kNoMemory,          ///< op_ret -1, op_errno ENOMEM
  kNotSupported,      ///< op_ret -1, op_errno EOPNOTSUPP
  kNoProgram,         ///< RPC: PROG_UNAVAIL
  kWrongXid,          ///< a valid answer to another call
  kHugeLength,        ///< announces a fragment of 2 GiB
  kGarbage,           ///< speaks HTTP
  kIncompleteAnswer,  ///< part of a valid answer, then nothing
  kHalfAndCloses,     ///< part of a valid answer, then closes
  kTls,               ///< answers what begins like TLS with an alert, and closes other connections
  kCloses,            ///< accepts the connection and closes it
  kNoResponse,        ///< accepts the connection and does not respond
};

/// What it does with any call of the CLI program.
enum class GetVolumeMode {
  kUnknown,     ///< op_ret -1, count 0
  kKnown,       ///< op_ret 0, count 1
  kStopped,     ///< the same, and the volume is not started
  kNoProgram,   ///< RPC: PROG_UNAVAIL
  kCloses,      ///< closes the connection
  kNoResponse,  ///< does not respond
};

/// A call as a scripted glusterd receives it.
struct ReceivedCall {
  std::uint32_t xid;
  std::uint32_t program;
  std::uint32_t procedure;
  std::string arguments;  ///< in XDR
};

/// The bytes to send for a call: records of reply(), or anything else.
struct Scripted {
  std::string bytes = {};
  bool closes = false;  ///< and then the connection is closed
};
using Script = std::function<Scripted(const ReceivedCall&)>;

/// An accepted, successful RPC reply with these results in XDR, as one record.
[[nodiscard]] std::string reply(std::uint32_t xid, std::string_view results);
/// Words of XDR.
[[nodiscard]] std::string words(std::initializer_list<std::uint32_t> values);
/// An opaque in XDR.
[[nodiscard]] std::string opaque(std::string_view bytes);
/// A dictionary of texts as glusterd serialises it.
[[nodiscard]] std::string dictionary(
    const std::vector<std::pair<std::string, std::string>>& entries);

/// A fake glusterd on loopback. It serves any number of connections at the same time, in its
/// own thread, which the destructor ends.
class Glusterd {
 public:
  /// Listens on a free port of `address` ("127.0.0.1" or "::1"); throws
  /// std::system_error on failure.
  explicit Glusterd(GlusterdMode mode, const std::string& address = "127.0.0.1",
                    GetVolumeMode get_volume = GetVolumeMode::kUnknown);
  Glusterd(GlusterdMode mode, GetVolumeMode get_volume) : Glusterd(mode, "127.0.0.1", get_volume) {}
  /// Answers each call as the script says, which is called in the server's thread. `port` 0 is a
  /// free one.
  explicit Glusterd(Script script, const std::string& address = "127.0.0.1", Port port = 0);
  Glusterd(const Glusterd&) = delete;
  Glusterd& operator=(const Glusterd&) = delete;
  ~Glusterd();

  [[nodiscard]] Port port() const { return port_; }
  [[nodiscard]] Endpoint endpoint() const;
  /// Connections accepted so far.
  [[nodiscard]] int connections() const { return connections_; }
  /// Calls read so far, on all connections.
  [[nodiscard]] int calls() const { return calls_; }
  /// The maximum number of connections that were open at the same time.
  [[nodiscard]] int max_open() const { return max_open_; }

 private:
  struct Connection;

  void listen_on(Port port);
  void serve();
  void take_calls(Connection& connection);
  void send_some(Connection& connection) const;

  GlusterdMode mode_;
  GetVolumeMode get_volume_;
  Script script_;
  std::string address_;
  UniqueFd listener_;
  Port port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<int> calls_{0};
  std::atomic<int> max_open_{0};
  Cancel stop_;
  std::thread thread_;
};

}  // namespace glusterconsul::loopback
