#include "config/option_setters.hpp"

#include <fmt/format.h>

#include <array>

#include "consul/http_address.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

constexpr std::size_t kMaxServers = 64;

Result<void> expected_words(std::string_view words) {
  return fail(ErrorCode::kUsage, fmt::format("expected {}", words));
}

template <typename Choice>
struct Word {
  std::string_view text;
  Choice choice;
};

constexpr std::array<Word<bool>, 8> kBooleans = {{{"true", true},
                                                  {"false", false},
                                                  {"1", true},
                                                  {"0", false},
                                                  {"yes", true},
                                                  {"no", false},
                                                  {"on", true},
                                                  {"off", false}}};

/// Sets `choice` to the one that `value` names; kUsage lists the possible values.
template <typename Choice, std::size_t size>
Result<void> choose_word(Choice& choice, const std::array<Word<Choice>, size>& words,
                         std::string_view value) {
  std::vector<std::string> known;
  for (const auto& word : words) {
    if (word.text == value) {
      choice = word.choice;
      return {};
    }
    known.emplace_back(word.text);
  }
  return expected_words(join(known, ", "));
}

Result<void> set_duration(milliseconds& span, std::string_view value) {
  TRY_ASSIGN(span, parse_duration(value));
  return {};
}

}  // namespace

Result<void> set_positive_duration(milliseconds& span, std::string_view value) {
  TRY(set_duration(span, value));
  return span.count() > 0 ? Result<void>() : expected_words("a duration greater than 0");
}

Result<void> set_absolute_path(std::string& path, std::string_view value) {
  if (!value.empty() && !value.starts_with('/')) return expected_words("an absolute path");
  path = value;
  return {};
}

Result<void> set_http_addr(Draft& draft, std::string_view value) {
  draft.http_on = value != "off";
  return draft.http_on ? consul::set_http_address(draft.http, value) : Result<void>();
}

Result<void> set_dns_addr(Draft& draft, std::string_view value) {
  draft.settings.dns.reset();
  if (value == "off") return {};
  TRY_ASSIGN(draft.settings.dns, consul::parse_dns_address(value));
  return {};
}

Result<void> set_via(Draft& draft, std::string_view value) {
  static constexpr std::array<Word<Via>, 3> kWords = {
      {{"auto", Via::kAuto}, {"http", Via::kHttp}, {"dns", Via::kDns}}};
  return choose_word(draft.settings.via, kWords, value);
}

Result<void> set_health(Draft& draft, std::string_view value) {
  static constexpr std::array<Word<HealthPolicy>, 3> kWords = {{{"passing", HealthPolicy::kPassing},
                                                                {"warning", HealthPolicy::kWarning},
                                                                {"any", HealthPolicy::kAny}}};
  return choose_word(draft.settings.health, kWords, value);
}

Result<void> set_order(Draft& draft, std::string_view value) {
  static constexpr std::array<Word<Order>, 3> kWords = {
      {{"spread", Order::kSpread}, {"nearest", Order::kNearest}, {"consul", Order::kConsul}}};
  return choose_word(draft.settings.order, kWords, value);
}

Result<void> set_backup_name(Draft& draft, std::string_view value) {
  static constexpr std::array<Word<BackupName>, 3> kWords = {
      {{"auto", BackupName::kAuto}, {"on", BackupName::kOn}, {"off", BackupName::kOff}}};
  return choose_word(draft.settings.backup_name, kWords, value);
}

Result<void> set_probe(Draft& draft, std::string_view value) {
  using gluster::ProbeMethod;
  static constexpr std::array<Word<ProbeMethod>, 3> kWords = {
      {{"volume", ProbeMethod::kVolume}, {"tcp", ProbeMethod::kTcp}, {"off", ProbeMethod::kOff}}};
  return choose_word(draft.settings.probe, kWords, value);
}

Result<void> set_servers(Draft& draft, std::string_view value) {
  const auto count = parse_number(value, 1, kMaxServers);
  if (!count) return expected_words(fmt::format("a number from 1 to {}", kMaxServers));
  draft.settings.servers = *count;
  return {};
}

Result<void> set_cache(Draft& draft, std::string_view value) {
  draft.settings.cache.reset();
  if (value == "off") return {};
  milliseconds age{0};
  TRY(set_positive_duration(age, value));
  draft.settings.cache = age;
  return {};
}

Result<void> set_verify(Draft& draft, std::string_view value) {
  return choose_word(draft.http.verify, kBooleans, value);
}

Result<void> set_verbose(Draft& draft, std::string_view value) {
  return choose_word(draft.settings.verbose, kBooleans, value);
}

Result<void> set_log(Draft& draft, std::string_view value) {
  static constexpr std::array<Word<LogTo>, 4> kWords = {{{"auto", LogTo::kAuto},
                                                         {"syslog", LogTo::kSyslog},
                                                         {"stderr", LogTo::kStandardError},
                                                         {"both", LogTo::kBoth}}};
  return choose_word(draft.settings.log, kWords, value);
}

Result<void> set_token_file(Draft& draft, std::string_view value) {
  draft.http.token = Secret();
  return set_absolute_path(draft.settings.token_file, value);
}

Result<void> set_retry(Draft& draft, std::string_view value) {
  return set_duration(draft.settings.retry, value);
}

Result<void> add_tag(Draft& draft, std::string_view value) {
  if (value.empty()) {
    draft.settings.tags.clear();
  } else {
    draft.settings.tags.emplace_back(value);
  }
  return {};
}

Result<void> add_allowed(Draft& draft, std::string_view value) {
  if (!value.empty()) return draft.settings.allowed.add(value);
  draft.settings.allowed = {};
  return {};
}

Result<void> set_glusterfs(Draft& draft, std::string_view value) {
  return set_absolute_path(draft.settings.glusterfs, value);
}

}  // namespace glusterconsul::config
