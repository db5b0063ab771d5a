#include "gluster/management.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gluster/rpc.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr Procedure kGetVolume{1238463, 2, 5, "GET_VOLUME"};
constexpr Procedure kListVolume{1238463, 2, 33, "LIST_VOLUME"};
/// GF_CLI_GET_VOLUME: the named volume, not the one after it.
constexpr std::string_view kNamedVolume = "2";

/// gf_cli_rsp, with which glusterd replies to every call of this program.
Result<GetVolumeReply> decode_cli_reply(std::span<const std::byte> record, std::uint32_t xid,
                                        const Procedure& procedure) {
  TRY_ASSIGN(auto reader, results(record, xid, procedure));
  const auto op_ret = reader.word();
  const auto op_errno = reader.word();
  const auto message = reader.opaque(kMaxReply);
  const auto bytes = reader.opaque(kMaxReply);
  if (!op_ret || !op_errno || !message || !bytes) return cut_off();
  TRY_ASSIGN(auto dictionary, Dictionary::decode(*bytes));
  return GetVolumeReply{static_cast<std::int32_t>(*op_ret), std::move(dictionary)};
}

}  // namespace

std::vector<std::byte> encode_get_volume(std::uint32_t xid, const VolumeName& volume) {
  const std::array<DictionaryEntry, 2> which = {
      {{"flags", kNamedVolume}, {"volname", volume.text()}}};
  XdrWriter arguments;
  arguments.opaque(encode_dictionary(which));
  return encode_call(xid, kGetVolume, std::move(arguments).take());
}

Result<GetVolumeReply> decode_get_volume(std::span<const std::byte> record, std::uint32_t xid) {
  return decode_cli_reply(record, xid, kGetVolume);
}

std::vector<std::byte> encode_list_volume(std::uint32_t xid) {
  XdrWriter arguments;
  arguments.opaque(encode_dictionary({}));
  return encode_call(xid, kListVolume, std::move(arguments).take());
}

Result<std::vector<std::string>> decode_list_volume(std::span<const std::byte> record,
                                                    std::uint32_t xid) {
  TRY_ASSIGN(const auto reply, decode_cli_reply(record, xid, kListVolume));
  const auto count = reply.dictionary.number("count");
  if (reply.op_ret != 0 || !count) {
    return fail(ErrorCode::kBadReply, "it did not list its volumes");
  }
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(*count, kMaxVolumes); ++i) {
    const auto text = reply.dictionary.text(fmt::format("volume{}", i));
    const auto name = VolumeName::parse(text.value_or(""));
    if (name) names.push_back(name->text());
  }
  return names;
}

HasVolume has_volume(const GetVolumeReply& reply) {
  constexpr std::uint64_t kStarted = 1;  // 0: created, 2: stopped (glusterd_volume_status)
  const auto count = reply.dictionary.number("count");
  if (reply.op_ret == 0 && count == 1U) {
    const auto status = reply.dictionary.number("volume0.status");
    return status.value_or(kStarted) == kStarted ? HasVolume::kYes : HasVolume::kNotStarted;
  }
  if (reply.op_ret < 0 && count == 0U) return HasVolume::kNo;
  return HasVolume::kUnknown;
}

}  // namespace glusterconsul::gluster
