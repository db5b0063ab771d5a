#include "gluster/handshake.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glusterconsul::gluster {
namespace {

constexpr std::uint32_t kCall = 0;
constexpr std::uint32_t kReply = 1;
constexpr std::uint32_t kRpcVersion = 2;
constexpr std::uint32_t kHandshakeProgram = 14398633;
constexpr std::uint32_t kHandshakeVersion = 2;
constexpr std::uint32_t kGetspec = 2;
constexpr std::uint32_t kLastFragment = 0x80000000U;
/// RFC 5531, section 8.2: the body of an authenticator.
constexpr std::size_t kMostVerifier = 400;
/// glusterd sends one. Empty ones take no memory, but must not go on for ever.
constexpr std::size_t kMostFragments = 4096;

void put_byte(std::vector<std::byte>& out, std::uint32_t value) {
  out.push_back(static_cast<std::byte>(value & 0xFFU));
}

void put_word(std::vector<std::byte>& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) put_byte(out, value >> shift);
}

void put_text(std::vector<std::byte>& out, std::string_view text) {
  for (const char c : text) put_byte(out, static_cast<unsigned char>(c));
}

/// XDR's string and opaque: the length, the bytes, zeros up to a multiple of four.
void put_opaque(std::vector<std::byte>& out, std::span<const std::byte> bytes) {
  put_word(out, static_cast<std::uint32_t>(bytes.size()));
  out.insert(out.end(), bytes.begin(), bytes.end());
  out.resize((out.size() + 3) / 4 * 4);
}

std::uint32_t word_of(std::span<const std::byte, 4> bytes) {
  std::uint32_t value = 0;
  for (const std::byte b : bytes) value = (value << 8U) | std::to_integer<std::uint32_t>(b);
  return value;
}

struct DictEntry {
  std::string_view key;
  std::string_view value;
};

/// gluster's own serialisation of a dictionary: the count, then per entry the
/// length of key and value, and both with a NUL that only the value's length counts.
std::vector<std::byte> dictionary(std::span<const DictEntry> entries) {
  std::vector<std::byte> out;
  put_word(out, static_cast<std::uint32_t>(entries.size()));
  for (const auto& [key, value] : entries) {
    put_word(out, static_cast<std::uint32_t>(key.size()));
    put_word(out, static_cast<std::uint32_t>(value.size() + 1));
    put_text(out, key);
    put_byte(out, 0);
    put_text(out, value);
    put_byte(out, 0);
  }
  return out;
}

/// Takes XDR items off the front of a record; empty once one does not fit.
class XdrReader {
 public:
  explicit XdrReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::optional<std::uint32_t> word() {
    if (rest_.size() < 4) return std::nullopt;
    const auto value = word_of(rest_.first<4>());
    rest_ = rest_.subspan(4);
    return value;
  }

  std::optional<std::span<const std::byte>> opaque(std::size_t most) {
    const auto length = word();
    if (!length || *length > most) return std::nullopt;
    const std::size_t padded = (std::size_t{*length} + 3) / 4 * 4;
    if (padded > rest_.size()) return std::nullopt;
    const auto bytes = rest_.first(*length);
    rest_ = rest_.subspan(padded);
    return bytes;
  }

 private:
  std::span<const std::byte> rest_;
};

tl::unexpected<Error> bad_reply(std::string_view why) {
  return fail(ErrorCode::kBadReply, std::string(why));
}

/// RFC 5531, section 9: why a server took a call and did not run it.
std::string_view accept_status_text(std::uint32_t status) {
  switch (status) {
    case 1:
      return "it does not know gluster's handshake (is it a glusterd?)";
    case 2:
      return "it knows another version of gluster's handshake only";
    case 3:
      return "it does not know the GETSPEC call";
    case 4:
      return "it could not read the call";
    case 5:
      return "it had an error of its own";
    default:
      return "it answered with an unknown RPC status";
  }
}

/// Reads the header up to the results of a successful call.
Result<void> take_reply_header(XdrReader& reader, std::uint32_t xid) {
  const auto reply_xid = reader.word();
  const auto direction = reader.word();
  const auto reply_status = reader.word();
  if (!reply_xid || !direction || !reply_status) return bad_reply("the answer is too short");
  if (*direction != kReply) return bad_reply("the answer is no RPC reply");
  if (*reply_xid != xid) return bad_reply("the answer belongs to another question");
  if (*reply_status != 0) return bad_reply("it denied the RPC call");
  const auto verifier_flavor = reader.word();
  const auto verifier = reader.opaque(kMostVerifier);
  const auto accept_status = reader.word();
  if (!verifier_flavor || !verifier || !accept_status) {
    return bad_reply("the answer's RPC header is cut off");
  }
  if (*accept_status != 0) return bad_reply(accept_status_text(*accept_status));
  return {};
}

}  // namespace

std::vector<std::byte> encode_getspec(std::uint32_t xid, std::string_view volfile_id) {
  // A glusterd refuses a client that does not say which op-versions it knows;
  // with these bounds every one of them finds itself in range.
  static constexpr std::array<DictEntry, 2> kOpVersions = {
      {{"min-op-version", "1"}, {"max-op-version", "100000"}}};
  std::vector<std::byte> call;
  put_word(call, 0);  // the record mark, known at the end
  for (const auto word :
       {xid, kCall, kRpcVersion, kHandshakeProgram, kHandshakeVersion, kGetspec}) {
    put_word(call, word);
  }
  // Credential and verifier: AUTH_NONE with an empty body each.
  for (int i = 0; i < 4; ++i) put_word(call, 0);
  put_word(call, 0);  // flags
  put_opaque(call, std::as_bytes(std::span(volfile_id)));
  put_opaque(call, dictionary(kOpVersions));

  std::vector<std::byte> mark;
  put_word(mark, kLastFragment | static_cast<std::uint32_t>(call.size() - 4));
  std::copy(mark.begin(), mark.end(), call.begin());
  return call;
}

Result<void> RecordReader::start_fragment() {
  if (++fragments_ > kMostFragments) return bad_reply("the answer does not end");
  const std::uint32_t mark = word_of(header_);
  last_fragment_ = (mark & kLastFragment) != 0;
  fragment_left_ = mark & ~kLastFragment;
  if (fragment_left_ > kMostReply - record_.size()) {
    return bad_reply(fmt::format("the answer announces {} bytes, more than any volfile has",
                                 record_.size() + fragment_left_));
  }
  return {};
}

Result<void> RecordReader::add(std::span<const std::byte> bytes) {
  while (!bytes.empty() && !complete_) {
    const bool in_header = header_size_ < header_.size();
    const std::size_t wanted = in_header ? header_.size() - header_size_ : fragment_left_;
    const auto part = bytes.first(std::min(wanted, bytes.size()));
    bytes = bytes.subspan(part.size());
    if (in_header) {
      std::copy(part.begin(), part.end(), header_.begin() + static_cast<long>(header_size_));
      header_size_ += part.size();
      if (header_size_ < header_.size()) return {};
      if (auto started = start_fragment(); !started) return started;
    } else {
      record_.insert(record_.end(), part.begin(), part.end());
      fragment_left_ -= part.size();
    }
    if (fragment_left_ > 0) continue;
    complete_ = last_fragment_;
    header_size_ = 0;
  }
  return {};
}

std::optional<std::span<const std::byte>> RecordReader::record() const {
  if (!complete_) return std::nullopt;
  return record_;
}

Result<GetspecReply> decode_getspec(std::span<const std::byte> record, std::uint32_t xid) {
  XdrReader reader(record);
  if (auto header = take_reply_header(reader, xid); !header) {
    return tl::unexpected(std::move(header).error());
  }
  const auto op_ret = reader.word();
  const auto op_errno = reader.word();
  const auto volfile = reader.opaque(kMostReply);
  const auto xdata = reader.opaque(kMostReply);
  if (!op_ret || !op_errno || !volfile || !xdata) return bad_reply("the answer is cut off");
  GetspecReply reply{static_cast<std::int32_t>(*op_ret), static_cast<std::int32_t>(*op_errno), {}};
  if (reply.op_ret >= 0) {
    reply.volfile.assign(reinterpret_cast<const char*>(volfile->data()), volfile->size());
  }
  return reply;
}

}  // namespace glusterconsul::gluster
