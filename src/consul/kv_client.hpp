#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "consul/http_exchange.hpp"
#include "consul/http_reply.hpp"
#include "consul/kv_entry.hpp"
#include "consul/query.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Consul's key/value store, over one connection. Every call returns within the deadline or soon
/// after a cancellation. Errors are those of HttpExchange and judge_status(); kDenied has a hint
/// that names the rule that the token needs. Reports each request, and how it was answered, as
/// steps.
class KvClient {
 public:
  /// Errors: as for HttpExchange::open().
  [[nodiscard]] static Result<KvClient> open(const HttpSettings& settings, KvPlace place);

  /// The key, or none if it does not exist. Also see kv_target().
  [[nodiscard]] Result<std::optional<KvEntry>> read(const std::string& key, const Context& context);

  /// All keys that begin with `prefix`, which ends with a slash. Consul skips keys that the token
  /// has no access to: kDenied if it reports that, or if the list is empty and the token has no
  /// access to the prefix itself.
  [[nodiscard]] Result<KvList> list(const std::string& prefix, const Context& context);

  /// Applies all changes, or none if somebody else has changed one of their keys in the meantime:
  /// those keys are returned, and an empty list means success. `changes` are one of
  /// transactions().
  [[nodiscard]] Result<std::vector<std::string>> apply(std::span<const KvChange> changes,
                                                       const Context& context);

 private:
  KvClient(HttpExchange exchange, const HttpSettings& settings, KvPlace place);
  Result<HttpReply> send(HttpExchange::Method method, const std::string& target,
                         const std::string& body, const Context& context);

  HttpExchange exchange_;
  HttpSettings settings_;
  KvPlace place_;
  Asked asked_;
};

}  // namespace glusterconsul::consul
