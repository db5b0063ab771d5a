#include "consul/kv_reply.hpp"

#include <cstddef>
#include <cstdint>

#include "check.hpp"
#include "consul/http_request.hpp"
#include "consul/meta_values.hpp"

using namespace glusterconsul::consul;

/// Replies of the key/value store: what is parsed is within its bounds, base64 is decoded to what
/// encodes to the same text, and conflicts are only about keys that were written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto list = parse_kv_list(body)) {
    require(list->entries.size() <= kMaxKvEntries);
    require((list->skipped == 0) == list->first_skipped.empty());
    for (const auto& entry : list->entries) {
      require(entry.key.size() <= kMaxKvKey && entry.value.size() <= kMaxKvValue);
      require(entry.modify_index != 0);
    }
  } else {
    require_sentence(list.error());
  }
  if (const auto bytes = from_base64(body)) require(base64(*bytes).size() == body.size());
  const std::vector<KvChange> changes = {{KvChange::Kind::kSet, "a", "", 0}};
  if (const auto conflicts = parse_transaction_reply(body, changes)) {
    for (const auto& key : *conflicts) require(key == "a");
  } else {
    require_sentence(conflicts.error());
  }
  if (const auto values = parse_meta_values(body, "gluster_volume")) {
    require(values->size() <= kMaxMetaValues);
    for (const auto& value : *values) require(!value.empty() && value.size() <= kMaxMetaValue);
  }
  return 0;
}
