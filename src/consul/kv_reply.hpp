#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consul/kv_entry.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Decodes base64 (RFC 4648, section 4) with its padding; nothing if the text is anything else.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// Parses the body of `GET /v1/kv/…`. An entry that cannot be used (a key or value that is larger
/// than the limit, not base64, no index) is skipped, counted, and the first ones are described;
/// those after the first kMaxKvEntries too. kBadReply if the body is not a JSON list.
[[nodiscard]] Result<KvList> parse_kv_list(std::string_view body);

/// Parses the body of `PUT /v1/txn` with status 200 or 409: the keys of `changes` that somebody
/// else has changed in the meantime; empty if the transaction was applied. kDenied if the token has
/// no access to a key, kRejected for every other error that Consul reports, kBadReply if the body
/// cannot be understood.
[[nodiscard]] Result<std::vector<std::string>> parse_transaction_reply(
    std::string_view body, std::span<const KvChange> changes);

}  // namespace glusterconsul::consul
