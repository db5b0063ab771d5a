#include "gluster/handshake.hpp"

#include <array>

#include "gluster/dictionary.hpp"
#include "gluster/rpc.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr Procedure kGetspec{14398633, 2, 2, "GETSPEC"};

}  // namespace

std::vector<std::byte> encode_getspec(std::uint32_t xid, std::string_view volfile_id) {
  // glusterd rejects a client that does not send the op-versions that it supports; the op-version
  // of every glusterd is within these bounds.
  static constexpr std::array<DictionaryEntry, 2> kOpVersions = {
      {{"min-op-version", "1"}, {"max-op-version", "100000"}}};
  XdrWriter arguments;
  arguments.word(0);  // flags
  arguments.opaque(std::as_bytes(std::span(volfile_id)));
  arguments.opaque(encode_dictionary(kOpVersions));
  return encode_call(xid, kGetspec, std::move(arguments).take());
}

Result<GetspecReply> decode_getspec(std::span<const std::byte> record, std::uint32_t xid) {
  TRY_ASSIGN(auto reader, results(record, xid, kGetspec));
  const auto op_ret = reader.word();
  const auto op_errno = reader.word();
  const auto volfile = reader.opaque(kMaxReply);
  const auto xdata = reader.opaque(kMaxReply);
  if (!op_ret || !op_errno || !volfile || !xdata) return cut_off();
  GetspecReply reply{static_cast<std::int32_t>(*op_ret), static_cast<std::int32_t>(*op_errno), {}};
  if (reply.op_ret >= 0) {
    reply.volfile.assign(reinterpret_cast<const char*>(volfile->data()), volfile->size());
  }
  return reply;
}

}  // namespace glusterconsul::gluster
