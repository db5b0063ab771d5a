#include "consul/meta_values.hpp"

#include <fmt/format.h>

#include <chrono>
#include <set>

#include "consul/bounded_json.hpp"
#include "consul/http_address.hpp"
#include "consul/http_exchange.hpp"
#include "consul/http_request.hpp"
#include "consul/instance.hpp"
#include "consul/reply_secrets.hpp"
#include "consul/request_target.hpp"
#include "consul/split_list.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {

Result<std::vector<std::string>> parse_meta_values(std::string_view body, const std::string& key) {
  const auto list = split_list(body, "", kMaxInstances);
  TRY(parse_json(list.rest));
  if (!list.is_found) {
    return fail(ErrorCode::kBadReply, "the reply is not a list of instances");
  }
  std::set<std::string> values;
  for (const auto text : list.elements) {
    if (values.size() == kMaxMetaValues) break;
    if (is_too_large(text)) continue;
    TRY_ASSIGN(const auto entry, parse_json(text));
    const auto& value = member(member(entry, "ServiceMeta"), key.c_str());
    if (!value.is_string()) continue;
    const auto& found = value.get_ref<const std::string&>();
    if (!found.empty() && found.size() <= kMaxMetaValue) values.insert(found);
  }
  return std::vector<std::string>(values.begin(), values.end());
}

std::string meta_target(const ServiceQuery& query, std::string_view key, std::string_view value) {
  const auto& service = query.service;
  RequestTarget target("/v1/catalog/service/" + percent_encoded(service.name));
  target.add("dc", service.datacenter);
  target.add("ns", service.consul_namespace);
  target.add("partition", service.partition);
  target.add("peer", service.peer);
  for (const auto& tag : query.tags) target.add("tag", tag);
  if (!value.empty()) target.add("filter", fmt::format("ServiceMeta.{} == \"{}\"", key, value));
  return target.text();
}

Result<std::vector<std::string>> ask_meta_values(const HttpSettings& settings,
                                                 const ServiceQuery& query,
                                                 const MetaQuestion& question,
                                                 const Context& context) {
  TRY_ASSIGN(auto exchange, HttpExchange::open(settings));
  const Asked asked{where_of(settings), !settings.token.empty()};
  const auto target = meta_target(query, question.key, question.value);
  context.report.step(fmt::format("asking {}: GET {}", asked.where, target));
  TRY_ASSIGN(auto reply, exchange.get(target, context.deadline, context.cancel));
  hide_secrets(reply, settings);
  context.report.step(fmt::format("{} answered with status {}", asked.where, reply.status));
  if (const auto error = judge_status(reply, asked, std::chrono::system_clock::now())) {
    return fail(*error);
  }
  auto values = parse_meta_values(reply.body, question.key);
  if (!values) return with_context(values.error(), asked.where);
  return values;
}

}  // namespace glusterconsul::consul
