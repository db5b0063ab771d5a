#include "gluster/rpc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr std::uint32_t kCall = 0;
constexpr std::uint32_t kReply = 1;
constexpr std::uint32_t kRpcVersion = 2;
constexpr std::uint32_t kLastFragment = 0x80000000U;
/// RFC 5531, section 8.2: the maximum size of the body of an authenticator.
constexpr std::size_t kMaxVerifier = 400;
/// glusterd sends one. Empty fragments take no memory, but must not continue for ever.
constexpr std::size_t kMaxFragments = 4096;

tl::unexpected<Error> bad_reply(std::string_view why) {
  return fail(ErrorCode::kBadReply, std::string(why));
}

/// RFC 5531, section 9: why a server accepted a call but did not run it.
std::string accept_status_text(std::uint32_t status, const Procedure& procedure) {
  switch (status) {
    case 1:
      return fmt::format("it does not provide the RPC program of {}; it is probably not a glusterd",
                         procedure.name);
    case 2:
      return fmt::format("it provides a different version of the RPC program of {}",
                         procedure.name);
    case 3:
      return fmt::format("it does not know the call {}", procedure.name);
    case 4:
      return "it could not decode the call";
    case 5:
      return "it had an internal error";
    default:
      return "it answered with an unknown RPC status";
  }
}

}  // namespace

std::vector<std::byte> encode_call(std::uint32_t xid, const Procedure& procedure,
                                   std::span<const std::byte> arguments) {
  constexpr std::size_t kHeaderWords = 10;
  XdrWriter call;
  call.word(kLastFragment | static_cast<std::uint32_t>(kHeaderWords * 4 + arguments.size()));
  for (const auto word :
       {xid, kCall, kRpcVersion, procedure.program, procedure.version, procedure.number}) {
    call.word(word);
  }
  // Credential and verifier: AUTH_NONE with an empty body each.
  for (int i = 0; i < 4; ++i) call.word(0);
  auto bytes = std::move(call).take();
  bytes.insert(bytes.end(), arguments.begin(), arguments.end());
  return bytes;
}

Result<void> RecordReader::start_fragment() {
  if (++fragments_ > kMaxFragments) return bad_reply("the answer has too many fragments");
  const std::uint32_t mark = XdrReader(header_).word().value_or(0);
  last_fragment_ = (mark & kLastFragment) != 0;
  fragment_left_ = mark & ~kLastFragment;
  if (fragment_left_ > max_size_ - record_.size()) {
    return bad_reply(
        fmt::format("the answer is too large ({} bytes)", record_.size() + fragment_left_));
  }
  return {};
}

Result<std::span<const std::byte>> RecordReader::add(std::span<const std::byte> bytes) {
  while (!bytes.empty() && !complete_) {
    const bool in_header = header_size_ < header_.size();
    const std::size_t wanted = in_header ? header_.size() - header_size_ : fragment_left_;
    const auto part = bytes.first(std::min(wanted, bytes.size()));
    bytes = bytes.subspan(part.size());
    if (in_header) {
      std::copy(part.begin(), part.end(), header_.begin() + static_cast<long>(header_size_));
      header_size_ += part.size();
      if (header_size_ < header_.size()) return bytes;
      TRY(start_fragment());
    } else {
      record_.insert(record_.end(), part.begin(), part.end());
      fragment_left_ -= part.size();
    }
    if (fragment_left_ > 0) continue;
    complete_ = last_fragment_;
    header_size_ = 0;
  }
  return bytes;
}

std::optional<std::span<const std::byte>> RecordReader::record() const {
  if (!complete_) return std::nullopt;
  return record_;
}

std::optional<std::uint32_t> xid_of(std::span<const std::byte> record) {
  return XdrReader(record).word();
}

bool is_call(std::span<const std::byte> record) {
  XdrReader reader(record);
  const auto xid = reader.word();
  const auto direction = reader.word();
  return xid && direction && *direction == kCall;
}

Result<XdrReader> results(std::span<const std::byte> record, std::uint32_t xid,
                          const Procedure& procedure) {
  XdrReader reader(record);
  const auto reply_xid = reader.word();
  const auto direction = reader.word();
  const auto reply_status = reader.word();
  if (!reply_xid || !direction || !reply_status) return bad_reply("the answer is too short");
  if (*direction != kReply) return bad_reply("the answer is not an RPC reply");
  if (*reply_xid != xid) return bad_reply("the answer is for another call");
  if (*reply_status != 0) return bad_reply("it rejected the RPC call");
  const auto verifier_flavor = reader.word();
  const auto verifier = reader.opaque(kMaxVerifier);
  const auto accept_status = reader.word();
  if (!verifier_flavor || !verifier || !accept_status) {
    return bad_reply("the answer's RPC header is truncated");
  }
  if (*accept_status != 0) return bad_reply(accept_status_text(*accept_status, procedure));
  return reader;
}

tl::unexpected<Error> cut_off() {
  return bad_reply("the answer is truncated");
}

}  // namespace glusterconsul::gluster
