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

/// A server's answer. The owner of the socket measures the time that it took.
struct ProbeAnswer {
  Verdict verdict;
  std::string detail;                     ///< as in ProbeResult
  std::vector<Host> brick_hosts = {};     ///< as in ProbeResult
  VolumeIdentity identity = {};           ///< as in ProbeResult
  std::vector<std::string> volumes = {};  ///< as in ProbeResult
};

/// The protocol of one connection to one glusterd, without the socket: the input is events, the
/// output is bytes to send and finally an answer. After the answer, events have no effect. glusterd
/// is asked for the volfile, and then whether it has the volume and the volume is started: it sends
/// the volfile of a stopped volume, too. If the second reply is inconclusive or does not arrive,
/// the first one decides. With
/// ProbeQuestion::kVolumes, it is asked for its list of volumes instead, and the path is not used.
class Conversation {
 public:
  /// Uses `xid` and the number after it.
  Conversation(ProbeMethod method, std::uint32_t xid, VolumePath path,
               ProbeQuestion question = ProbeQuestion::kVolfile);

  /// The connection is established.
  void connected();
  /// connect(2), send(2) or recv(2) failed with this errno.
  void failed(int error_number);
  /// The bytes still to be sent; empty before connected() and after everything has been sent.
  [[nodiscard]] std::span<const std::byte> to_send() const;
  void sent(std::size_t count);
  void received(std::span<const std::byte> bytes);
  /// The server has closed the connection.
  void closed();
  /// The server did not answer within `waited`.
  void timed_out(milliseconds waited);

  /// Ends the conversation for a reason outside the connection.
  void conclude(Verdict verdict, std::string detail);
  /// Ends the conversation early, with the answer of the first reply if there was one.
  void stop();

  [[nodiscard]] const std::optional<ProbeAnswer>& answer() const { return answer_; }

 private:
  void read_reply(std::span<const std::byte> record);
  void read_volumes(std::span<const std::byte> record);
  void ask_about_the_volume();

  ProbeMethod method_;
  ProbeQuestion question_;
  std::uint32_t xid_;
  VolumePath path_;
  std::vector<std::byte> call_;
  std::size_t sent_ = 0;
  bool is_connected_ = false;
  bool heard_something_ = false;
  RecordReader reader_;
  std::optional<GetspecReply> getspec_reply_;  ///< once set, GET_VOLUME has been called
  std::optional<ProbeAnswer> answer_;
};

/// Interprets glusterd's replies to GETSPEC for `path` and to GET_VOLUME.
///
/// The errno decides only if GET_VOLUME was inconclusive, and for snapshots, which GET_VOLUME does
/// not list: docs/facts.md, "errno of a failed GETSPEC says little". A snapshot does not depend on
/// whether its volume is started.
[[nodiscard]] ProbeAnswer answer_of(const GetspecReply& reply, HasVolume has_volume,
                                    const VolumePath& path);

}  // namespace glusterconsul::gluster
