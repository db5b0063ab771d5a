#include "consul/dns_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "consul/dns_exchange.hpp"
#include "consul/dns_instances.hpp"
#include "consul/dns_question.hpp"
#include "consul/dns_reply.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

// The maximum number of targets that are queried individually because the additional section lacks
// their addresses. Consul always sends the addresses, so only another DNS server exceeds this.
constexpr std::size_t kMaxTargetQuestions = 64;

/// The parameters of one lookup.
struct LookUp {
  DnsExchange& exchange;
  const std::string& name;
  const Domain& domain;
  Port fallback_port;
  std::string where;
  const Deadline& deadline;
  const Cancel& cancel;
  const Report& report;
};

Error judge_code(const LookUp& look_up, unsigned code) {
  constexpr unsigned kNameError = 3;
  constexpr unsigned kServerFailure = 2;
  constexpr unsigned kRefused = 5;
  const auto error = [&](ErrorCode meaning, std::string_view what, std::string hint = {}) {
    return Error{meaning, fmt::format("{} {}", look_up.where, what), std::move(hint)};
  };
  switch (code) {
    case kNameError:
      return error(
          ErrorCode::kUnknown,
          fmt::format("has no healthy instance under {} (DNS cannot distinguish an unknown service "
                      "from one whose instances are all critical or hidden)",
                      look_up.name));
    case kServerFailure:
      return error(ErrorCode::kUnavailable, "is temporarily unavailable (SERVFAIL)");
    case kRefused:
      return error(ErrorCode::kRejected,
                   fmt::format("refuses the query for {} (REFUSED)", look_up.name),
                   fmt::format("check that consul-domain={} is the domain of this Consul",
                               look_up.domain.text()));
    default:
      return error(ErrorCode::kRejected,
                   fmt::format("rejects the query for {} (RCODE {})", look_up.name, code));
  }
}

std::string_view word(DnsType type) {
  switch (type) {
    case DnsType::kA:
      return "A";
    case DnsType::kAaaa:
      return "AAAA";
    case DnsType::kSrv:
      return "SRV";
  }
  return "";
}

/// How a query was answered, for `-v`.
std::string describe(const Result<DnsReply>& reply, const std::string& where) {
  if (!reply) return reply.error().message;
  return fmt::format("{} answered with code {}, {}, {}", where, reply->code,
                     count_of(reply->services.size(), "SRV record"),
                     count_of(reply->addresses.size(), "address record"));
}

Result<DnsReply> ask_for(LookUp& look_up, const std::string& name, DnsType type) {
  look_up.report.step(fmt::format("asking {} for {} {}", look_up.where, word(type), name));
  auto reply = look_up.exchange.ask(name, type, look_up.deadline, look_up.cancel)
                   .and_then([&](const auto& message) -> Result<DnsReply> {
                     auto parsed = parse_dns_reply(message, name);
                     if (!parsed) return with_context(parsed.error(), look_up.where);
                     return parsed;
                   });
  look_up.report.step(describe(reply, look_up.where));
  return reply;
}

/// Adds the skipped records of one reply.
void add_skipped(LookupResult& answer, std::size_t count, const std::string& named) {
  if (count == 0) return;
  note_skipped(answer.skipped, answer.first_skipped, named);
  answer.skipped += count - 1;
}

void note_cut_short(LookupResult& answer, const DnsReply& reply) {
  if (reply.cut_short) add_skipped(answer, 1, "the DNS reply was truncated");
}

/// Queries the addresses of a target. If there is no answer, the target stays without an address,
/// so that one target does not spoil the others; only kInterrupted is an error.
Result<void> add_addresses(LookUp& look_up, const std::string& target,
                           std::vector<AddressRecord>& addresses) {
  for (const auto type : {DnsType::kA, DnsType::kAaaa}) {
    const auto reply = ask_for(look_up, target, type);
    if (!reply && reply.error().code == ErrorCode::kInterrupted) {
      return fail(reply.error());
    }
    if (!reply || reply->code != 0) continue;
    const auto found = instances_of_addresses(*reply, look_up.fallback_port);
    for (const auto& instance : found.instances) {
      addresses.push_back({target, *instance.host.address()});
    }
  }
  return {};
}

Result<LookupResult> answer_of_services(LookUp& look_up, const DnsReply& reply) {
  auto addresses = reply.addresses;
  const auto open = targets_without_address(reply.services, addresses, look_up.domain);
  for (std::size_t i = 0; i < std::min(open.size(), kMaxTargetQuestions); ++i) {
    if (look_up.deadline.expired()) break;
    TRY(add_addresses(look_up, open[i], addresses));
  }
  return instances_of(reply.services, addresses, look_up.domain, look_up.fallback_port);
}

/// For a name that has addresses but no SRV records.
Result<LookupResult> answer_of_addresses(LookUp& look_up) {
  LookupResult answer;
  for (const auto type : {DnsType::kA, DnsType::kAaaa}) {
    TRY_ASSIGN(const auto reply, ask_for(look_up, look_up.name, type));
    if (reply.code != 0) return fail(judge_code(look_up, reply.code));
    auto found = instances_of_addresses(reply, look_up.fallback_port);
    add_skipped(answer, found.skipped, found.first_skipped);
    note_cut_short(answer, reply);
    std::move(found.instances.begin(), found.instances.end(), std::back_inserter(answer.instances));
  }
  return answer;
}

Result<LookupResult> ask(LookUp& look_up) {
  TRY_ASSIGN(const auto reply, ask_for(look_up, look_up.name, DnsType::kSrv));
  if (reply.code != 0) return fail(judge_code(look_up, reply.code));
  TRY_ASSIGN(auto answer, reply.services.empty() ? answer_of_addresses(look_up)
                                                 : answer_of_services(look_up, reply));
  add_skipped(answer, reply.skipped, reply.first_skipped);
  note_cut_short(answer, reply);
  if (!answer.instances.empty()) return answer;
  if (answer.skipped > 0) {
    return fail(ErrorCode::kBadReply, fmt::format("{}: none of its records can be used: {}",
                                                  look_up.where, answer.first_skipped));
  }
  constexpr unsigned kNameError = 3;
  return fail(judge_code(look_up, kNameError));
}

}  // namespace

Result<LookupResult> ask_dns(const DnsSettings& settings, const ServiceQuery& query,
                             Port fallback_port, const Context& context) {
  TRY_ASSIGN(const auto name, question_name(query));
  TRY_ASSIGN(auto exchange, DnsExchange::open(settings, context.deadline, context.cancel));
  LookUp look_up{.exchange = exchange,
                 .name = name,
                 .domain = query.domain,
                 .fallback_port = fallback_port,
                 .where = where_of(settings.server),
                 .deadline = context.deadline,
                 .cancel = context.cancel,
                 .report = context.report};
  auto answer = ask(look_up);
  const bool is_unknown = !answer && answer.error().code == ErrorCode::kUnknown;
  if (is_unknown && query.service.is_bare) add_hint(answer.error(), kPlainHost);
  return answer;
}

}  // namespace glusterconsul::consul
