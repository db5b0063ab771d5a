#include "consul/empty_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

constexpr std::size_t kMaxShownTags = 12;

std::string in_quotes(std::string_view text) {
  return fmt::format("'{}'", shortened(text, 100));
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::vector<std::string> shown;
  for (const auto& text : texts) {
    if (shown.size() == kMaxShownTags) {
      shown.emplace_back("...");
      break;
    }
    shown.push_back(in_quotes(text));
  }
  return join(shown, ", ");
}

/// "'gluster'" or "'gluster' in dc2".
std::string service_words(const ServiceQuery& query) {
  const auto& service = query.service;
  if (service.datacenter.empty()) return in_quotes(service.name);
  return fmt::format("{} in {}", in_quotes(service.name), shortened(service.datacenter, 100));
}

constexpr std::string_view kSetToken =
    "set consul-token-file= to a token with service:read and node:read";

/// `missing` is the permission that the ACL rules do not grant. Without service:read, we cannot
/// know whether the service exists, so the message does not say so.
Error hidden(const ServiceQuery& query, const Asked& asked, std::string_view missing) {
  const char* whom = asked.has_token ? "this token" : "the anonymous token";
  return {ErrorCode::kHidden,
          fmt::format("the ACLs of {} hide every instance of {} from {}: {} is missing",
                      asked.where, service_words(query), whom, missing),
          asked.has_token ? "grant the token service:read and node:read" : std::string(kSetToken)};
}

/// The hint for wanted tags that no instance has.
std::string advice_on_tags(const std::vector<std::string>& wanted,
                           const std::vector<std::string>& tags) {
  const std::vector<std::string_view> known(tags.begin(), tags.end());
  for (const auto& tag : wanted) {
    if (std::find(tags.begin(), tags.end(), tag) != tags.end()) continue;
    if (const auto near = nearest(tag, known)) {
      return fmt::format("did you mean {}?", in_quotes(*near));
    }
  }
  return "correct the tag in the source or consul-tag=, or add it to the registrations";
}

Error no_such_tag(const ServiceQuery& query, const Asked& asked,
                  const std::vector<std::string>& tags) {
  std::vector<std::string> wanted;
  if (!query.tags.empty()) wanted.push_back("the tag " + quoted_list(query.tags));
  if (!query.filter.empty()) wanted.push_back("the filter " + in_quotes(query.filter));
  Error error{ErrorCode::kUnknown,
              fmt::format("{} has {}, but no instance of it matches {}", asked.where,
                          service_words(query), join(wanted, " and "))};
  // Their tags do not explain why a filter matches nothing.
  if (!query.tags.empty() || query.filter.empty()) {
    error.message += tags.empty() ? " (they have no tags)"
                                  : fmt::format(" (their tags are {})", quoted_list(tags));
    error.hint = advice_on_tags(query.tags, tags);
  }
  if (!query.filter.empty()) {
    add_hint(error,
             "compare consul-filter= with the fields of an instance, as /v1/health/service/NAME "
             "returns them; field names are case-sensitive");
  }
  return error;
}

Error unknown(const ServiceQuery& query, const Asked& asked, const EmptyFindings& findings) {
  Error error{ErrorCode::kUnknown,
              fmt::format("{} has no service {}", asked.where, service_words(query))};
  if (findings.catalog) {
    const std::vector<std::string_view> names(findings.catalog->begin(), findings.catalog->end());
    if (const auto near = nearest(query.service.name, names)) {
      error.hint = fmt::format("did you mean {}?", in_quotes(*near));
    }
  }
  if (findings.is_node) {
    add_hint(error, fmt::format("{} is a node of Consul, not a service",
                                shortened(query.service.name, 100)));
  }
  if (findings.is_node || query.service.is_bare) add_hint(error, kPlainHost);
  if (!findings.may_read) {
    error.message += ", or its ACLs hide it";
    add_hint(error, asked.has_token ? "grant the token service:read and node:read" : kSetToken);
  }
  return error;
}

Error empty_query(const ServiceQuery& query, const Asked& asked) {
  return {ErrorCode::kUnknown,
          fmt::format("{}: the prepared query {} returned no instance: none is healthy enough for "
                      "its definition, or the token that it runs with has no access to them",
                      asked.where, service_words(query))};
}

}  // namespace

Error explain_empty(const ServiceQuery& query, const Asked& asked, const EmptyFindings& findings) {
  if (findings.filtered_by_acls) return hidden(query, asked, "service:read or node:read");
  if (query.service.kind == ServiceName::Kind::kPreparedQuery) return empty_query(query, asked);
  if (findings.tags_without) return no_such_tag(query, asked, *findings.tags_without);
  if (findings.may_read == false) return hidden(query, asked, "service:read");
  const auto& catalog = findings.catalog;
  if (catalog &&
      std::find(catalog->begin(), catalog->end(), query.service.name) != catalog->end()) {
    return hidden(query, asked, "node:read");
  }
  return unknown(query, asked, findings);
}

}  // namespace glusterconsul::consul
