#include "consul/kv_client.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <utility>

#include "consul/http_address.hpp"
#include "consul/kv_reply.hpp"
#include "consul/kv_request.hpp"
#include "consul/reply_secrets.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

using Method = HttpExchange::Method;

/// The advice of judge_status() is about services.
Error about_keys(Error error, std::string_view key, std::string_view access) {
  if (error.code == ErrorCode::kDenied && !error.transient) {
    error.hint = fmt::format("the token needs key_prefix \"{}\" with the policy \"{}\"",
                             shortened(key, 100), access);
  } else if (error.code == ErrorCode::kUnavailable && !error.transient) {
    error.hint = "remove /v1/kv and /v1/txn from the agent's http_config.block_endpoints";
  }
  return error;
}

std::optional<Error> refusal(const HttpReply& reply, const Asked& asked) {
  return judge_status(reply, asked, std::chrono::system_clock::now());
}

constexpr long kNotFound = 404;
constexpr long kTransactionFailed = 409;

}  // namespace

KvClient::KvClient(HttpExchange exchange, const HttpSettings& settings, KvPlace place)
    : exchange_(std::move(exchange)),
      settings_(settings),
      place_(std::move(place)),
      asked_{where_of(settings), !settings.token.empty()} {}

Result<KvClient> KvClient::open(const HttpSettings& settings, KvPlace place) {
  TRY_ASSIGN(auto exchange, HttpExchange::open(settings));
  return KvClient(std::move(exchange), settings, std::move(place));
}

Result<HttpReply> KvClient::send(Method method, const std::string& target, const std::string& body,
                                 const Context& context) {
  context.report.step(fmt::format("asking {}: {} {}", asked_.where,
                                  method == Method::kPut ? "PUT" : "GET", target));
  auto reply = exchange_.send(method, target, body, context.deadline, context.cancel);
  if (reply) hide_secrets(*reply, settings_);
  context.report.step(reply ? fmt::format("{} answered with status {}, {}", asked_.where,
                                          reply->status, count_of(reply->body.size(), "byte"))
                            : reply.error().message);
  return reply;
}

Result<std::optional<KvEntry>> KvClient::read(const std::string& key, const Context& context) {
  TRY_ASSIGN(const auto reply, send(Method::kGet, kv_target(key, place_), "", context));
  if (reply.status == kNotFound && reply.body.empty()) return std::optional<KvEntry>();
  if (const auto error = refusal(reply, asked_)) return fail(about_keys(*error, key, "read"));
  auto parsed = parse_kv_list(reply.body);
  if (!parsed) return with_context(parsed.error(), asked_.where);
  for (auto& entry : parsed->entries) {
    if (entry.key == key) return std::optional<KvEntry>(std::move(entry));
  }
  return fail(
      ErrorCode::kBadReply,
      fmt::format("{}: the reply does not have the key {}{}{}", asked_.where, shortened(key, 100),
                  parsed->skipped > 0 ? ": " : "", parsed->first_skipped));
}

Result<KvList> KvClient::list(const std::string& prefix, const Context& context) {
  TRY_ASSIGN(const auto reply, send(Method::kGet, kv_list_target(prefix, place_), "", context));
  if (reply.headers.filtered_by_acls) {
    return fail(about_keys({ErrorCode::kDenied, fmt::format("{} hides keys below {} from the token",
                                                            asked_.where, shortened(prefix, 100))},
                           prefix, "read"));
  }
  if (reply.status == kNotFound && reply.body.empty()) {
    // ACLs that hide every key have the same reply, but do not allow reading the prefix as a key:
    // docs/facts.md, "Keys that ACLs hide".
    TRY(read(prefix, context));
    return KvList();
  }
  if (const auto error = refusal(reply, asked_)) return fail(about_keys(*error, prefix, "read"));
  auto parsed = parse_kv_list(reply.body);
  if (!parsed) return with_context(parsed.error(), asked_.where);
  for (const auto& entry : parsed->entries) {
    if (!entry.key.starts_with(prefix)) {
      return fail(ErrorCode::kBadReply,
                  fmt::format("{}: the reply has the key {}, which is not below {}", asked_.where,
                              shortened(entry.key, 100), shortened(prefix, 100)));
    }
  }
  return parsed;
}

Result<std::vector<std::string>> KvClient::apply(std::span<const KvChange> changes,
                                                 const Context& context) {
  TRY_ASSIGN(const auto reply,
             send(Method::kPut, transaction_target(place_), transaction_body(changes), context));
  const std::string first = changes.empty() ? "" : changes.front().key;
  if (reply.status != kTransactionFailed) {
    if (const auto error = refusal(reply, asked_)) return fail(about_keys(*error, first, "write"));
  }
  auto conflicts = parse_transaction_reply(reply.body, changes);
  if (!conflicts) {
    return with_context(about_keys(conflicts.error(), first, "write"), asked_.where);
  }
  return conflicts;
}

}  // namespace glusterconsul::consul
