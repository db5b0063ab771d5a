#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gluster/handshake.hpp"
#include "gluster/management.hpp"
#include "gluster/probe.hpp"
#include "gluster/rpc.hpp"

namespace glusterconsul::gluster {

/// What a server answered. The time that it took is measured by whoever holds the socket.
struct ProbeAnswer {
  Verdict verdict;
  std::string detail;                  ///< as in ProbeResult
  std::vector<Host> brick_hosts = {};  ///< as in ProbeResult
  VolumeIdentity identity = {};        ///< as in ProbeResult
};

/// The conversation over one connection to one glusterd, without the socket: events
/// go in, bytes and in the end an answer come out. After the answer, events
/// change nothing. glusterd is asked for the volfile; if that fails, it is asked whether it
/// has the volume. If the second reply does not decide, or does not come, the first one does.
class Conversation {
 public:
  /// `xid` and the number after it are used.
  Conversation(ProbeMethod method, std::uint32_t xid, VolumePath path);

  /// The connection is established.
  void connected();
  /// connect(2), send(2) or recv(2) failed with this errno.
  void failed(int error_number);
  /// What is still to be sent; empty before connected() and once all is sent.
  [[nodiscard]] std::span<const std::byte> to_send() const;
  void sent(std::size_t count);
  void received(std::span<const std::byte> bytes);
  /// The other side sends no more.
  void closed();
  /// It had `waited` to answer, and did not.
  void timed_out(milliseconds waited);

  /// Ends it for a reason that lies outside of the connection.
  void conclude(Verdict verdict, std::string detail);
  /// Ends it early with what has been learnt, if anything has.
  void stop();

  [[nodiscard]] const std::optional<ProbeAnswer>& answer() const { return answer_; }

 private:
  void read_reply(std::span<const std::byte> record);
  void ask_whether_it_has_the_volume();

  ProbeMethod method_;
  std::uint32_t xid_;
  VolumePath path_;
  std::vector<std::byte> call_;
  std::size_t sent_ = 0;
  bool is_connected_ = false;
  bool heard_something_ = false;
  RecordReader reader_;
  std::optional<GetspecReply> without_volfile_;  ///< then GET_VOLUME is asked
  std::optional<ProbeAnswer> answer_;
};

/// What glusterd's replies to GETSPEC for `path` and, if that failed, to GET_VOLUME mean.
///
/// The errno decides only if GET_VOLUME did not, and for snapshots, which GET_VOLUME does not
/// know: docs/facts.md, "errno of a failed GETSPEC says little".
[[nodiscard]] ProbeAnswer answer_of(const GetspecReply& reply, HasVolume has_volume,
                                    const VolumePath& path);

}  // namespace glusterconsul::gluster
