#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gluster/handshake.hpp"
#include "gluster/probe.hpp"
#include "gluster/rpc.hpp"

namespace glusterconsul::gluster {

/// What a conversation came to. The time that it took is measured by whoever
/// holds the socket.
struct Answer {
  Verdict verdict;
  std::string detail;                  ///< as in ProbeResult
  std::vector<Host> brick_hosts = {};  ///< as in ProbeResult
};

/// What is said over one connection to one glusterd, without the socket: events
/// go in, bytes and in the end an answer come out. After the answer, events
/// change nothing.
class Conversation {
 public:
  Conversation(ProbeMethod method, std::uint32_t xid, const std::string& volfile_id);

  /// The connection stands.
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

  [[nodiscard]] const std::optional<Answer>& answer() const { return answer_; }

 private:
  void read_reply(std::span<const std::byte> record);

  ProbeMethod method_;
  std::uint32_t xid_;
  std::vector<std::byte> call_;
  std::size_t sent_ = 0;
  bool is_connected_ = false;
  bool heard_something_ = false;
  RecordReader reader_;
  std::optional<Answer> answer_;
};

/// The answer in what glusterd says of the volume.
[[nodiscard]] Answer answer_of(const GetspecReply& reply);

}  // namespace glusterconsul::gluster
