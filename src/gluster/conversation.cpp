#include "gluster/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "gluster/brick_hosts.hpp"
#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

Verdict verdict_of_failure(int error_number, bool was_connected) {
  if (was_connected) return Verdict::kClosed;
  return error_number == ETIMEDOUT ? Verdict::kNoResponse : Verdict::kRefused;
}

}  // namespace

Conversation::Conversation(ProbeMethod method, std::uint32_t xid, VolumePath path,
                           ProbeQuestion question)
    : method_(method),
      question_(question),
      xid_(xid),
      path_(std::move(path)),
      call_(question == ProbeQuestion::kVolumes ? encode_list_volume(xid)
                                                : encode_getspec(xid, path_.volfile_id())) {}

void Conversation::conclude(Verdict verdict, std::string detail) {
  stop();
  if (!answer_) answer_ = ProbeAnswer{verdict, std::move(detail)};
}

void Conversation::stop() {
  if (!answer_ && getspec_reply_) answer_ = answer_of(*getspec_reply_, HasVolume::kUnknown, path_);
}

void Conversation::connected() {
  is_connected_ = true;
  if (method_ == ProbeMethod::kTcp) conclude(Verdict::kAccepts, "accepted the connection");
}

void Conversation::failed(int error_number) {
  conclude(verdict_of_failure(error_number, is_connected_), errno_text(error_number));
}

std::span<const std::byte> Conversation::to_send() const {
  if (!is_connected_ || answer_) return {};
  return std::span(call_).subspan(sent_);
}

void Conversation::sent(std::size_t count) {
  sent_ = std::min(sent_ + count, call_.size());
}

void Conversation::received(std::span<const std::byte> bytes) {
  if (answer_ || bytes.empty()) return;
  heard_something_ = true;
  while (!bytes.empty() && !answer_) {
    const auto rest = reader_.add(bytes);
    if (!rest) return conclude(Verdict::kBadReply, rest.error().message);
    bytes = *rest;
    const auto record = reader_.record();
    if (!record) return;
    const std::vector<std::byte> complete(record->begin(), record->end());
    reader_ = RecordReader();
    if (is_call(complete)) {
      heard_something_ = false;
    } else {
      read_reply(complete);
    }
  }
}

void Conversation::read_reply(std::span<const std::byte> record) {
  if (question_ == ProbeQuestion::kVolumes) {
    read_volumes(record);
    return;
  }
  if (getspec_reply_) {
    const auto reply = decode_get_volume(record, xid_);
    if (reply) answer_ = answer_of(*getspec_reply_, has_volume(*reply), path_);
    stop();
    return;
  }
  auto reply = decode_getspec(record, xid_);
  if (!reply) {
    conclude(Verdict::kBadReply, std::move(reply).error().message);
  } else if (reply->op_ret >= 0 && !path_.snapshot.empty()) {
    answer_ = answer_of(*reply, HasVolume::kUnknown, path_);
  } else {
    getspec_reply_ = *std::move(reply);
    ask_about_the_volume();
  }
}

void Conversation::read_volumes(std::span<const std::byte> record) {
  auto volumes = decode_list_volume(record, xid_);
  if (!volumes) {
    conclude(Verdict::kBadReply, std::move(volumes).error().message);
    return;
  }
  answer_ = ProbeAnswer{
      .verdict = Verdict::kServes, .detail = "listed its volumes", .volumes = *std::move(volumes)};
}

void Conversation::ask_about_the_volume() {
  ++xid_;
  call_ = encode_get_volume(xid_, path_.volume);
  sent_ = 0;
  reader_ = RecordReader();
}

void Conversation::closed() {
  if (heard_something_) {
    conclude(Verdict::kBadReply, "closed the connection before its answer was complete");
  } else {
    conclude(Verdict::kClosed, "closed the connection without an answer");
  }
}

void Conversation::timed_out(milliseconds waited) {
  const std::string_view what = !is_connected_     ? "no connection"
                                : heard_something_ ? "no complete answer"
                                                   : "connected, but no answer";
  conclude(Verdict::kNoResponse,
           fmt::format("{} within {}", what, glusterconsul::to_string(waited)));
}

ProbeAnswer answer_of(const GetspecReply& reply, HasVolume has_volume, const VolumePath& path) {
  if (has_volume == HasVolume::kNotStarted && path.snapshot.empty()) {
    return {Verdict::kNotStarted, "the volume is not started"};
  }
  if (reply.op_ret >= 0 && reply.volfile.empty()) return {Verdict::kBadReply, "sent no volfile"};
  if (reply.op_ret >= 0) {
    return {Verdict::kServes, "serves the volume", brick_hosts(reply.volfile),
            volume_identity(reply.volfile)};
  }
  const bool errno_decides = has_volume == HasVolume::kUnknown || !path.snapshot.empty();
  if (has_volume == HasVolume::kNo || (errno_decides && reply.op_errno == ENOENT)) {
    return {Verdict::kNoVolume, "has no such volume"};
  }
  return {Verdict::kBadReply,
          fmt::format("{}: {} (errno {})",
                      has_volume == HasVolume::kYes || has_volume == HasVolume::kNotStarted
                          ? "has the volume, but did not send its volfile"
                          : "glusterd returned",
                      reply.op_errno > 0 ? errno_text(reply.op_errno) : "an unspecified error",
                      reply.op_errno)};
}

}  // namespace glusterconsul::gluster
