#include "gluster/management.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "gluster/rpc.hpp"
#include "util/try.hpp"

namespace glusterconsul::gluster {
namespace {

constexpr Procedure kGetVolume{1238463, 2, 5, "GET_VOLUME"};
constexpr Procedure kListFriends{1238463, 2, 3, "LIST_FRIENDS"};
constexpr Procedure kListVolume{1238463, 2, 33, "LIST_VOLUME"};
/// GF_CLI_GET_VOLUME: the named volume, not the one after it.
constexpr std::string_view kNamedVolume = "2";
/// GF_CLI_LIST_POOL_NODES: with itself.
constexpr std::uint32_t kWholePool = 2;

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

tl::unexpected<Error> no_volumes(std::string_view why) {
  return fail(ErrorCode::kBadReply, fmt::format("it did not list its volumes: {}", why));
}

tl::unexpected<Error> no_peers(std::string_view why) {
  return fail(ErrorCode::kBadReply, fmt::format("it did not list its peers: {}", why));
}

/// `friendN` of a reply to LIST_FRIENDS.
Result<Peer> read_peer(const Dictionary& dictionary, std::uint64_t number) {
  const auto key = [&](std::string_view name) { return fmt::format("friend{}.{}", number, name); };
  const auto uuid = dictionary.text(key("uuid"));
  const auto host = dictionary.text(key("hostname"));
  const auto connected = dictionary.number(key("connected"));
  if (!uuid || !host || !connected) return no_peers("an entry is incomplete");
  // The glusterd that was asked has no state.
  const auto state_id = dictionary.number(key("stateId")).value_or(0);
  if (state_id > std::numeric_limits<std::uint32_t>::max()) return no_peers("an impossible state");
  return Peer{std::string(*uuid), std::string(*host), static_cast<std::uint32_t>(state_id),
              std::string(dictionary.text(key("state")).value_or("")), *connected != 0};
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
  if (reply.op_ret != 0) return no_volumes("it failed");
  if (!count || *count > kMaxVolumes) return no_volumes("it announced no number, or too many");
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto text = reply.dictionary.text(fmt::format("volume{}", i));
    if (!text) return no_volumes("an entry is missing");
    const auto name = VolumeName::parse(*text);
    if (name) names.push_back(name->text());
  }
  return names;
}

std::vector<std::byte> encode_list_friends(std::uint32_t xid) {
  XdrWriter arguments;
  arguments.word(kWholePool);
  arguments.opaque({});
  return encode_call(xid, kListFriends, std::move(arguments).take());
}

Result<std::vector<Peer>> decode_list_friends(std::span<const std::byte> record,
                                              std::uint32_t xid) {
  // gf1_cli_peer_list_rsp
  TRY_ASSIGN(auto reader, results(record, xid, kListFriends));
  const auto op_ret = reader.word();
  const auto op_errno = reader.word();
  const auto bytes = reader.opaque(kMaxReply);
  if (!op_ret || !op_errno || !bytes) return cut_off();
  TRY_ASSIGN(const auto dictionary, Dictionary::decode(*bytes));
  if (*op_ret != 0) return no_peers("it failed");
  const auto count = dictionary.number("count");
  if (!count || *count > kMaxPeers) return no_peers("it announced no number, or too many");
  std::vector<Peer> peers;
  for (std::uint64_t number = 1; number <= *count; ++number) {
    TRY_ASSIGN(auto peer, read_peer(dictionary, number));
    peers.push_back(std::move(peer));
  }
  return peers;
}

bool is_itself(const Peer& peer) {
  return peer.host == "localhost" && peer.state_id == 0;
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
