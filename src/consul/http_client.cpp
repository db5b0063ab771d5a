#include "consul/http_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "consul/empty_answer.hpp"
#include "consul/health_reply.hpp"
#include "consul/http_address.hpp"
#include "consul/http_exchange.hpp"
#include "consul/http_request.hpp"
#include "consul/narrowing.hpp"
#include "consul/other_replies.hpp"
#include "consul/reply_secrets.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

/// The parameters of one lookup.
struct LookUp {
  HttpExchange& exchange;
  const ServiceQuery& query;
  Port fallback_port;
  Asked asked;
  const HttpSettings& settings;
  const Deadline& deadline;
  const Cancel& cancel;
  const Report& report;
};

/// How a request was answered, for `-v`.
std::string describe(const Result<HttpReply>& reply, const std::string& where) {
  if (!reply) return reply.error().message;
  return fmt::format("{} answered with status {}, {}", where, reply->status,
                     count_of(reply->body.size(), "byte"));
}

/// GET, or POST if there is a body. Reports the request and the reply.
Result<HttpReply> request(LookUp& look_up, const std::string& target, const std::string& body,
                          const Deadline& deadline) {
  const auto& where = look_up.asked.where;
  look_up.report.step(
      fmt::format("asking {}: {} {}", where, body.empty() ? "GET" : "POST", target));
  auto reply = body.empty() ? look_up.exchange.get(target, deadline, look_up.cancel)
                            : look_up.exchange.post(target, body, deadline, look_up.cancel);
  if (reply) hide_secrets(*reply, look_up.settings);
  look_up.report.step(describe(reply, where));
  return reply;
}

Result<HttpReply> ask_with(LookUp& look_up, const ServiceQuery& query, Consistency consistency,
                           const Deadline& deadline) {
  TRY_ASSIGN(const auto target, question_target(query, consistency));
  return request(look_up, target, "", deadline);
}

bool is_prepared(const ServiceQuery& query) {
  return query.service.kind == ServiceName::Kind::kPreparedQuery;
}

Result<LookupResult> parse_reply(const LookUp& look_up, const ServiceQuery& query,
                                 const HttpReply& reply) {
  auto answer = is_prepared(query) ? parse_query_reply(reply.body, look_up.fallback_port)
                                   : parse_health_reply(reply.body, look_up.fallback_port, query);
  if (!answer) return with_context(answer.error(), look_up.asked.where);
  return answer;
}

bool is_narrowed(const ServiceQuery& query) {
  return !query.tags.empty() || !query.filter.empty();
}

/// The tags of all instances, ignoring the tag and the filter of the query; none if there are no
/// such instances.
std::optional<std::vector<std::string>> tags_without_narrowing(LookUp& look_up) {
  ServiceQuery wider = look_up.query;
  wider.tags.clear();
  wider.filter.clear();
  const auto reply = ask_with(look_up, wider, Consistency::kDefault, look_up.deadline);
  if (!reply || reply->status != 200) return std::nullopt;
  const auto answer = parse_reply(look_up, wider, *reply);
  if (!answer || answer->instances.empty()) return std::nullopt;
  std::vector<std::string> tags;
  for (const auto& instance : answer->instances) {
    tags.insert(tags.end(), instance.tags.begin(), instance.tags.end());
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

std::optional<std::vector<std::string>> visible_services(LookUp& look_up) {
  const auto reply = request(look_up, catalog_target(look_up.query), "", look_up.deadline);
  if (!reply || reply->status != 200) return std::nullopt;
  auto names = parse_service_names(reply->body);
  if (!names) return std::nullopt;
  return *std::move(names);
}

/// Whether the service's name, which Consul does not know, is that of a node.
bool names_a_node(LookUp& look_up) {
  const auto reply = request(look_up, node_target(look_up.query), "", look_up.deadline);
  if (!reply || reply->status != 200) return false;
  return parse_node_reply(reply->body).value_or(false);
}

/// Consul returns 401 here if its access control is off, and then everybody has access.
std::optional<bool> may_read_service(LookUp& look_up) {
  const auto reply = request(look_up, authorize_target(look_up.query),
                             authorize_body(look_up.query.service.name), look_up.deadline);
  if (!reply) return std::nullopt;
  if (reply->status == 401 && reply->body.find("disabled") != std::string::npos) return true;
  if (reply->status != 200) return std::nullopt;
  const auto allowed = parse_authorize_reply(reply->body);
  if (!allowed) return std::nullopt;
  return *allowed;
}

/// Makes only the queries that are needed to distinguish "hidden" from "unknown".
EmptyFindings look_into_empty(LookUp& look_up, const HttpReply& empty) {
  EmptyFindings findings;
  findings.filtered_by_acls = empty.headers.filtered_by_acls;
  if (findings.filtered_by_acls || is_prepared(look_up.query)) return findings;
  if (is_narrowed(look_up.query)) findings.tags_without = tags_without_narrowing(look_up);
  if (findings.tags_without) return findings;
  findings.may_read = may_read_service(look_up);
  findings.catalog = visible_services(look_up);
  findings.is_node = names_a_node(look_up);
  return findings;
}

/// The timeout for the leader's answer: docs/facts.md, "Consul without a leader". It is short
/// enough for another server to answer before the lookup falls back to DNS, which knows less.
constexpr milliseconds kLeaderTimeout{300};

/// Consul answers this query at once, even while it holds back all other answers.
bool has_no_leader(LookUp& look_up) {
  const auto reply = request(look_up, kLeaderTarget, "", look_up.deadline);
  return reply && names_no_leader(*reply);
}

/// Asks for the data of any server. A server that has never had a leader holds this answer back as
/// well, so a quarter of the time is reserved for finding out the reason.
Result<HttpReply> ask_anybody(LookUp& look_up) {
  const auto its_deadline = look_up.deadline.sooner(look_up.deadline.remaining() * 3 / 4);
  auto reply = ask_with(look_up, look_up.query, Consistency::kStale, its_deadline);
  if (reply) reply->allowed_stale = true;
  if (reply || reply.error().code != ErrorCode::kTimedOut || !has_no_leader(look_up)) return reply;
  return fail(without_leader(look_up.asked));
}

/// Asks for the leader's answer; if there is no leader, or it does not answer in time, asks for the
/// data of any server.
Result<HttpReply> ask_leader_or_anybody(LookUp& look_up) {
  const auto leader_deadline =
      look_up.deadline.sooner(std::min(kLeaderTimeout, look_up.deadline.remaining() / 2));
  auto reply = ask_with(look_up, look_up.query, Consistency::kDefault, leader_deadline);
  const bool is_without_leader =
      reply ? lacks_leader(*reply) : reply.error().code == ErrorCode::kTimedOut;
  if (!is_without_leader) return reply;
  auto again = ask_anybody(look_up);
  // Without a second answer, the first error is reported.
  const bool is_better = again || !reply || again.error().code == ErrorCode::kInterrupted;
  return is_better ? std::move(again) : std::move(reply);
}

/// A server without a leader may not know of later registrations.
Error empty_without_leader(const LookUp& look_up) {
  auto error = without_leader(look_up.asked);
  error.message +=
      fmt::format(", and the last known data of another server has no instance of '{}'",
                  shortened(look_up.query.service.name, 100));
  return error;
}

/// Checks that Consul applies filters, which the returned instances do not prove.
Result<void> check_filter(LookUp& look_up) {
  if (look_up.query.filter.empty() || is_prepared(look_up.query)) return {};
  TRY_ASSIGN(auto reply,
             ask_with(look_up, filter_test(look_up.query), Consistency::kStale, look_up.deadline));
  if (const auto refusal = judge_status(reply, look_up.asked, std::chrono::system_clock::now())) {
    return fail(*refusal);
  }
  const auto is_applied = is_empty_list(reply.body);
  if (!is_applied) return with_context(is_applied.error(), look_up.asked.where);
  if (*is_applied) return {};
  return fail(
      ErrorCode::kRejected,
      fmt::format("{} ignores filters: it returned instances for a filter that matches nothing",
                  look_up.asked.where),
      "filters require Consul 1.5 or later");
}

Result<LookupResult> ask(LookUp& look_up) {
  TRY_ASSIGN(const auto reply, ask_leader_or_anybody(look_up));
  if (const auto refusal = judge_status(reply, look_up.asked, std::chrono::system_clock::now())) {
    return fail(*refusal);
  }

  TRY_ASSIGN(auto answer, parse_reply(look_up, look_up.query, reply));
  answer.stale = age_without_leader(reply);
  if (answer.instances.empty() && answer.skipped > 0) {
    return fail(ErrorCode::kBadReply,
                fmt::format("{}: none of its entries can be used ({} skipped): {}",
                            look_up.asked.where, answer.skipped, answer.first_skipped));
  }
  if (!answer.instances.empty()) {
    TRY(check_filter(look_up));
    return answer;
  }
  if (answer.stale) return fail(empty_without_leader(look_up));
  const auto findings = look_into_empty(look_up, reply);
  if (look_up.cancel.requested()) {
    return fail(ErrorCode::kInterrupted,
                fmt::format("interrupted while querying {}", look_up.asked.where));
  }
  return fail(explain_empty(look_up.query, look_up.asked, findings));
}

}  // namespace

Result<LookupResult> ask_http(const HttpSettings& settings, const ServiceQuery& query,
                              Port fallback_port, const Context& context) {
  TRY_ASSIGN(auto exchange, HttpExchange::open(settings));
  LookUp look_up{.exchange = exchange,
                 .query = query,
                 .fallback_port = fallback_port,
                 .asked = {where_of(settings), !settings.token.empty()},
                 .settings = settings,
                 .deadline = context.deadline,
                 .cancel = context.cancel,
                 .report = context.report};
  return ask(look_up);
}

}  // namespace glusterconsul::consul
