#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consul/kv_entry.hpp"

namespace glusterconsul::consul {

/// Consul's limits for one transaction: docs/facts.md, "Transactions of Consul's KV".
inline constexpr std::size_t kMaxKvOperations = 64;
inline constexpr std::size_t kMaxKvTransaction = 512UL * 1024;

/// The target of the GET request for one key, which must not be empty, begin with a slash, or have
/// two in a row: Consul answers those with a redirect.
[[nodiscard]] std::string kv_target(std::string_view key, const KvPlace& place);

/// The same for all keys that begin with `prefix`, with their values.
[[nodiscard]] std::string kv_list_target(std::string_view prefix, const KvPlace& place);

/// The target of the PUT request for a transaction, and its body: JSON with the values in base64.
[[nodiscard]] std::string transaction_target(const KvPlace& place);
[[nodiscard]] std::string transaction_body(std::span<const KvChange> changes);

/// Splits changes, in order, into as few transactions as Consul's limits allow. A change that alone
/// exceeds them is a transaction of its own, which Consul rejects.
[[nodiscard]] std::vector<std::span<const KvChange>> transactions(
    std::span<const KvChange> changes);

}  // namespace glusterconsul::consul
