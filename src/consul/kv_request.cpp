#include "consul/kv_request.hpp"

#include <nlohmann/json.hpp>

#include "consul/http_request.hpp"
#include "consul/request_target.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

std::string in_place(RequestTarget target, const KvPlace& place) {
  target.add("dc", place.datacenter);
  target.add("ns", place.consul_namespace);
  target.add("partition", place.partition);
  return target.text();
}

std::string path_of(std::string_view key) {
  std::string path = "/v1/kv";
  for (const auto part : split(key, '/')) {
    path += '/';
    path += percent_encoded(part);
  }
  return path;
}

std::string dumped(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json operation(const KvChange& change) {
  const bool is_set = change.kind == KvChange::Kind::kSet;
  nlohmann::ordered_json kv = {{"Verb", is_set ? "cas" : "delete-cas"}, {"Key", change.key}};
  if (is_set) kv["Value"] = base64(change.value);
  kv["Index"] = change.index_was;
  return {{"KV", std::move(kv)}};
}

}  // namespace

std::string kv_target(std::string_view key, const KvPlace& place) {
  return in_place(RequestTarget(path_of(key)), place);
}

std::string kv_list_target(std::string_view prefix, const KvPlace& place) {
  RequestTarget target(path_of(prefix));
  target.add_flag("recurse");
  return in_place(std::move(target), place);
}

std::string transaction_target(const KvPlace& place) {
  return in_place(RequestTarget("/v1/txn"), place);
}

std::string transaction_body(std::span<const KvChange> changes) {
  auto operations = nlohmann::ordered_json::array();
  for (const auto& change : changes) operations.push_back(operation(change));
  return dumped(operations);
}

std::vector<std::span<const KvChange>> transactions(std::span<const KvChange> changes) {
  constexpr std::size_t kBrackets = 2;
  std::vector<std::span<const KvChange>> pieces;
  std::size_t begin = 0;
  std::size_t size = kBrackets;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::size_t added = dumped(operation(changes[i])).size() + 1;
    const bool is_full = i - begin == kMaxKvOperations || size + added > kMaxKvTransaction;
    if (is_full && i > begin) {
      pieces.push_back(changes.subspan(begin, i - begin));
      begin = i;
      size = kBrackets;
    }
    size += added;
  }
  if (begin < changes.size()) pieces.push_back(changes.subspan(begin));
  return pieces;
}

}  // namespace glusterconsul::consul
