#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace glusterconsul::consul {

/// Consul's own limit for a value, in bytes (`limits.kv_max_value_size`).
inline constexpr std::size_t kMaxKvValue = 512UL * 1024;
/// The maximum number of keys that are used from one list.
inline constexpr std::size_t kMaxKvEntries = 4096;
/// The maximum length of a key, in bytes: our own, below every limit of Consul.
inline constexpr std::size_t kMaxKvKey = 1024;

/// A key and its value, both foreign text. The value may be any bytes, and may be empty.
struct KvEntry {
  std::string key;
  std::string value;
  std::uint64_t modify_index = 0;  ///< changes with each write; never 0 after parsing
  friend bool operator==(const KvEntry&, const KvEntry&) = default;
};

/// The keys below a prefix, in Consul's order.
struct KvList {
  std::vector<KvEntry> entries;
  std::size_t skipped = 0;    ///< entries that could not be used
  std::string first_skipped;  ///< as in LookupResult
};

/// A write that only happens if nobody has written the key since it was read.
struct KvChange {
  enum class Kind { kSet, kDelete };
  Kind kind = Kind::kSet;
  std::string key;
  std::string value;            ///< of kSet
  std::uint64_t index_was = 0;  ///< KvEntry::modify_index; 0 for kSet: the key must not exist
  friend bool operator==(const KvChange&, const KvChange&) = default;
};

/// Where keys are: empty means the agent's own data centre, and the token's namespace and
/// partition.
struct KvPlace {
  std::string datacenter;
  std::string consul_namespace;
  std::string partition;
};

}  // namespace glusterconsul::consul
