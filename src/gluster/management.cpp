#include "gluster/management.hpp"

#include <array>

#include "gluster/rpc.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr Procedure kGetVolume{1238463, 2, 5, "GET_VOLUME"};
/// GF_CLI_GET_VOLUME: the named volume, not the one after it.
constexpr std::string_view kNamedVolume = "2";

}  // namespace

std::vector<std::byte> encode_get_volume(std::uint32_t xid, const VolumeName& volume) {
  const std::array<DictionaryEntry, 2> which = {
      {{"flags", kNamedVolume}, {"volname", volume.text()}}};
  XdrWriter arguments;
  arguments.opaque(encode_dictionary(which));
  return encode_call(xid, kGetVolume, std::move(arguments).take());
}

Result<GetVolumeReply> decode_get_volume(std::span<const std::byte> record, std::uint32_t xid) {
  TRY_ASSIGN(auto reader, results(record, xid, kGetVolume));
  const auto op_ret = reader.word();
  const auto op_errno = reader.word();
  const auto message = reader.opaque(kMaxReply);
  const auto bytes = reader.opaque(kMaxReply);
  if (!op_ret || !op_errno || !message || !bytes) return cut_off();
  TRY_ASSIGN(auto dictionary, Dictionary::decode(*bytes));
  return GetVolumeReply{static_cast<std::int32_t>(*op_ret), std::move(dictionary)};
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
