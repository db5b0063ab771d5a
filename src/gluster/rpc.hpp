#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gluster/xdr.hpp"
#include "util/error.hpp"

namespace glusterconsul::gluster {

/// A procedure of one of gluster's RPC programs.
struct Procedure {
  std::uint32_t program;
  std::uint32_t version;
  std::uint32_t number;
  std::string_view name;  ///< in messages: "GETSPEC"
};

/// A call as one record of ONC RPC over TCP (RFC 5531; record marking: section 11), with AUTH_NONE
/// as credential and verifier. `arguments` are in XDR.
[[nodiscard]] std::vector<std::byte> encode_call(std::uint32_t xid, const Procedure& procedure,
                                                 std::span<const std::byte> arguments);

/// The maximum size of a reply: the volfile of a very large volume has a few MiB.
inline constexpr std::size_t kMaxReply = std::size_t{16} * 1024 * 1024;

/// Assembles a record from data that arrives piece by piece. Memory use grows with the data that
/// has arrived, never with the size that a fragment's header announces.
class RecordReader {
 public:
  explicit RecordReader(std::size_t max_size = kMaxReply) : max_size_(max_size) {}

  /// Adds bytes up to the end of the record, and returns those after it. kBadReply if a fragment or
  /// the whole record is larger than the maximum size, or if there are too many fragments, even
  /// empty ones.
  [[nodiscard]] Result<std::span<const std::byte>> add(std::span<const std::byte> bytes);
  /// The record; nothing until its last fragment is complete. Points into the reader.
  [[nodiscard]] std::optional<std::span<const std::byte>> record() const;

 private:
  [[nodiscard]] Result<void> start_fragment();

  std::size_t max_size_;
  std::array<std::byte, 4> header_{};
  std::size_t header_size_ = 0;    ///< how much of the fragment's header has been read
  std::size_t fragment_left_ = 0;  ///< bytes of the fragment still to come
  bool last_fragment_ = false;
  std::size_t fragments_ = 0;
  std::vector<std::byte> record_;
  bool complete_ = false;
};

/// The xid of a record: of a call without its record mark, or of a reply. Nothing if it is too
/// short.
[[nodiscard]] std::optional<std::uint32_t> xid_of(std::span<const std::byte> record);

/// Whether the record is a call. glusterd sends its clients some of its own, at any time:
/// docs/facts.md, "glusterd calls its clients".
[[nodiscard]] bool is_call(std::span<const std::byte> record);

/// A reader for the results in a reply record. kBadReply if the record is not an accepted,
/// successful reply to call `xid` of the procedure.
[[nodiscard]] Result<XdrReader> results(std::span<const std::byte> record, std::uint32_t xid,
                                        const Procedure& procedure);

/// The error for a record that ends before its results do.
[[nodiscard]] tl::unexpected<Error> cut_off();

}  // namespace glusterconsul::gluster
