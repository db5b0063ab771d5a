#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gluster/dictionary.hpp"
#include "gluster/volume_info.hpp"
#include "gluster/volume_path.hpp"
#include "util/error.hpp"

// Calls of the RPC program for gluster's command line (1238463 version 2); only those in
// docs/facts.md, "glusterd's read-only calls".

namespace glusterconsul::gluster {

/// A GET_VOLUME call (procedure 5) for one volume, as one record.
[[nodiscard]] std::vector<std::byte> encode_get_volume(std::uint32_t xid, const VolumeName& volume);

/// A LIST_VOLUME call (procedure 33), as one record.
[[nodiscard]] std::vector<std::byte> encode_list_volume(std::uint32_t xid);

/// The maximum number of volumes in one reply. A glusterd with a thousand is already slow.
inline constexpr std::size_t kMaxVolumes = 4096;

/// The names in one reply record to LIST_VOLUME, in glusterd's order. A name that is not one
/// (VolumeName) is skipped. kBadReply as for decode_get_volume(), if glusterd reports a failure, if
/// it announces more than kMaxVolumes, and if it lists fewer than it announces: what is missing in
/// a list counts as deleted.
[[nodiscard]] Result<std::vector<std::string>> decode_list_volume(std::span<const std::byte> record,
                                                                  std::uint32_t xid);

/// A LIST_FRIENDS call (procedure 3), as one record. glusterd logs one line for it.
[[nodiscard]] std::vector<std::byte> encode_list_friends(std::uint32_t xid);

/// The maximum number of peers read from one reply.
inline constexpr std::size_t kMaxPeers = 4096;

/// The whole pool in one reply record to LIST_FRIENDS, in the order of its numbers: the glusterd
/// that was asked, as is_itself() reports, and its peers. kBadReply as for decode_get_volume(), if
/// glusterd reports a failure, if a peer lacks its UUID, its host or whether it is connected, and
/// if there are more than kMaxPeers.
[[nodiscard]] Result<std::vector<Peer>> decode_list_friends(std::span<const std::byte> record,
                                                            std::uint32_t xid);

/// Whether it is the glusterd that was asked.
[[nodiscard]] bool is_itself(const Peer& peer);

/// glusterd's reply to GET_VOLUME.
struct GetVolumeReply {
  std::int32_t op_ret = -1;
  Dictionary dictionary;  ///< `count`, and the volume as `volume0.…` if there is one
};

/// Decodes one reply record. kBadReply if it is not an accepted, successful RPC reply to `xid`, a
/// length extends beyond its end, or its dictionary is malformed. Fields after the known ones are
/// ignored.
[[nodiscard]] Result<GetVolumeReply> decode_get_volume(std::span<const std::byte> record,
                                                       std::uint32_t xid);

enum class HasVolume {
  kYes,         ///< and it is started, or the reply does not show whether it is
  kNotStarted,  ///< but it was never started, or was stopped
  kNo,
  kUnknown,
};

/// Whether glusterd has the volume. kNo means op_ret -1 with a `count` of 0: without a `count`,
/// glusterd failed to process the call.
[[nodiscard]] HasVolume has_volume(const GetVolumeReply& reply);

}  // namespace glusterconsul::gluster
