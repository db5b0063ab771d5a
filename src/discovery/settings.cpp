#include "discovery/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <tuple>

#include "consul/channel.hpp"
#include "consul/http_address.hpp"
#include "consul/http_exchange.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::discovery {
namespace {

using consul::Assignment;

constexpr std::size_t kMostServers = 64;

Result<void> expected_words(std::string_view words) {
  return fail(ErrorCode::kUsage, fmt::format("expected {}", words));
}

template <typename Choice>
struct Word {
  std::string_view text;
  Choice choice;
};

/// Sets `choice` to what `value` names, or says what it may be.
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

Result<void> set_positive_duration(milliseconds& span, std::string_view value) {
  TRY(set_duration(span, value));
  return span.count() > 0 ? Result<void>() : expected_words("a duration above 0");
}

Result<void> set_absolute_path(std::string& path, std::string_view value) {
  if (!value.empty() && !value.starts_with('/')) return expected_words("an absolute path");
  path = value;
  return {};
}

/// The TLS and token settings belong to HTTP: they are kept even while it is
/// off, so that the order of options does not matter.
struct Draft {
  Settings settings;
  consul::HttpSettings http;
  bool http_on = true;
  std::vector<InForce> in_force;
};

struct Rule {
  OptionWords words;
  Result<void> (*apply)(Draft&, std::string_view value);
};

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
  const auto count = parse_number(value, 1, kMostServers);
  if (!count) return expected_words(fmt::format("a number from 1 to {}", kMostServers));
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
  static constexpr std::array<Word<bool>, 8> kWords = {{{"true", true},
                                                        {"false", false},
                                                        {"1", true},
                                                        {"0", false},
                                                        {"yes", true},
                                                        {"no", false},
                                                        {"on", true},
                                                        {"off", false}}};
  return choose_word(draft.http.verify, kWords, value);
}

Result<void> set_token_file(Draft& draft, std::string_view value) {
  draft.http.token = Secret();
  return set_absolute_path(draft.settings.token_file, value);
}

template <std::string Settings::* member>
Result<void> text(Draft& draft, std::string_view value) {
  draft.settings.*member = value;
  return {};
}

template <std::string consul::HttpSettings::* member>
Result<void> http_text(Draft& draft, std::string_view value) {
  draft.http.*member = value;
  return {};
}

template <std::string consul::HttpSettings::* member>
Result<void> http_path(Draft& draft, std::string_view value) {
  return set_absolute_path(draft.http.*member, value);
}

template <milliseconds Settings::* member>
Result<void> positive_duration(Draft& draft, std::string_view value) {
  return set_positive_duration(draft.settings.*member, value);
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

constexpr std::string_view kTag = "consul-tag";
constexpr std::string_view kAllow = "consul-allow";
constexpr const char* kFromSpec = "SPEC";
constexpr std::string_view kHttpAddress = "consul-http-addr";
constexpr std::string_view kTokenFile = "consul-token-file";
constexpr std::string_view kClientKey = "consul-client-key";
constexpr std::string_view kCaCert = "consul-ca-cert";
constexpr std::string_view kCaPath = "consul-ca-path";
constexpr std::string_view kServerName = "consul-tls-server-name";
constexpr std::string_view kVerify = "consul-ssl-verify";
constexpr const char* kTokenVariable = "CONSUL_HTTP_TOKEN";
constexpr std::string_view kDomain = "consul-domain";
constexpr std::string_view kAgentUser = "consul-agent-user";
constexpr std::string_view kDnsAddr = "consul-dns-addr";
constexpr const char* kBuiltIn = "built in";

// The one list of options: parsing, defaults, messages and the tests of the
// manual all read it.
constexpr std::array kRules = {
    Rule{{kHttpAddress, "127.0.0.1:8500"}, set_http_addr},
    Rule{{kDnsAddr, "127.0.0.1:8600"}, set_dns_addr},
    Rule{{"consul-via", "auto"}, set_via},
    Rule{{kDomain, "consul"}, text<&Settings::domain>},
    Rule{{"consul-dc", ""}, text<&Settings::datacenter>},
    Rule{{kTag, ""}, add_tag},
    Rule{{"consul-ns", ""}, text<&Settings::consul_namespace>},
    Rule{{"consul-partition", ""}, text<&Settings::partition>},
    Rule{{"consul-peer", ""}, text<&Settings::peer>},
    Rule{{"consul-filter", ""}, text<&Settings::filter>},
    Rule{{kAllow, ""}, add_allowed},
    Rule{{"consul-health", "passing"}, set_health},
    Rule{{"consul-order", "spread"}, set_order},
    Rule{{"consul-servers", "8"}, set_servers},
    Rule{{"consul-backup-name", "auto"}, set_backup_name},
    Rule{{"consul-probe", "volume"}, set_probe},
    Rule{{"consul-probe-timeout", "1s"}, positive_duration<&Settings::probe_timeout>},
    Rule{{"consul-timeout", "5s"}, positive_duration<&Settings::timeout>},
    Rule{{"consul-retry", "60s"}, set_retry},
    Rule{{"consul-cache", "7d"}, set_cache},
    Rule{{kTokenFile, ""}, set_token_file},
    Rule{{kCaCert, ""}, http_path<&consul::HttpSettings::ca_cert>},
    Rule{{kCaPath, ""}, http_path<&consul::HttpSettings::ca_path>},
    Rule{{"consul-client-cert", ""}, http_path<&consul::HttpSettings::client_cert>},
    Rule{{kClientKey, ""}, http_path<&consul::HttpSettings::client_key>},
    Rule{{kServerName, ""}, http_text<&consul::HttpSettings::tls_server_name>},
    Rule{{kVerify, "true"}, set_verify},
    Rule{{kAgentUser, ""}, http_text<&consul::HttpSettings::agent_user>},
    Rule{{"consul-glusterfs", ""}, set_glusterfs},
};

Result<const Rule*> find_rule(const Assignment& assignment) {
  const auto* rule = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& candidate) {
    return candidate.words.name == assignment.name;
  });
  if (rule != kRules.end()) return rule;
  std::vector<std::string_view> names;
  for (const auto& known : kRules) names.push_back(known.words.name);
  const auto near = nearest(assignment.name, names);
  std::string hint =
      assignment.name == "consul-token"
          ? "use consul-token-file= instead: a token on a command line is visible in /proc"
      : near ? fmt::format("did you mean {}?", *near)
             : "";
  return fail(
      ErrorCode::kUsage,
      fmt::format("unknown option '{}' ({})", printable(assignment.name), assignment.origin),
      std::move(hint));
}

/// An address as it may be shown: of one with a user, a password or a query only the scheme.
std::string without_secrets(std::string_view address) {
  if (address.find_first_of("@?") == std::string_view::npos) return std::string(address);
  const auto scheme = address.find("://");
  const bool has_scheme = scheme < address.find_first_of("@?");
  return std::string(address.substr(0, has_scheme ? scheme + 3 : 0)) + "...";
}

/// What is wrong with a value, and whose it is. No message holds a secret that was written into
/// an address.
tl::unexpected<Error> refused(Error problem, const Assignment& assignment) {
  const auto raw = printable(assignment.value);
  const bool is_address = assignment.name.ends_with("-addr");
  const auto shown = is_address ? printable(without_secrets(assignment.value)) : raw;
  const auto at = problem.message.find(raw);
  if (shown != raw && at != std::string::npos) problem.message.replace(at, raw.size(), shown);
  return with_context(std::move(problem),
                      fmt::format("{}={} ({})", assignment.name, shown, assignment.origin));
}

void forget(Draft& draft, std::string_view name) {
  std::erase_if(draft.in_force, [&](const InForce& said) { return said.name == name; });
}

/// Notes who has said what holds now.
void note(Draft& draft, const Assignment& said) {
  const bool adds = (said.name == kTag && draft.settings.tags.size() > 1) ||
                    (said.name == kAllow && draft.settings.allowed.size() > 1);
  if (!adds) forget(draft, said.name);
  draft.in_force.push_back({said.name, said.value, said.origin});
}

Result<void> apply(Draft& draft, const Assignment& assignment) {
  TRY_ASSIGN(const auto rule, find_rule(assignment));
  if (assignment.value.find('\0') != std::string::npos) {
    return fail(ErrorCode::kUsage, fmt::format("{} ({}): the value contains a NUL character",
                                               assignment.name, assignment.origin));
  }
  auto applied = rule->apply(draft, assignment.value);
  if (!applied) return refused(applied.error(), assignment);
  note(draft, assignment);
  return {};
}

Result<void> apply_source(Draft& draft, std::span<const Assignment> assignments) {
  const auto sets = [&](std::string_view name) {
    return std::any_of(assignments.begin(), assignments.end(),
                       [&](const Assignment& a) { return a.name == name; });
  };
  if (sets(kTag)) draft.settings.tags.clear();
  if (sets(kAllow)) draft.settings.allowed = {};
  for (const auto& assignment : assignments) {
    TRY(apply(draft, assignment));
  }
  return {};
}

Result<void> apply_environment(Draft& draft, const consul::Environment& environment) {
  if (!environment.token.empty()) {
    draft.http.token = environment.token;
    draft.settings.token_file.clear();
    note(draft, {std::string(kTokenFile), "", kTokenVariable});
  }
  draft.http.basic_auth = environment.basic_auth;
  return apply_source(draft, environment.assignments);
}

/// What is built in must not weaken an HTTP that is authenticated.
void switch_off_built_in_dns(Resolution& resolution) {
  for (auto& said : resolution.in_force) {
    if (said.name != kDnsAddr || said.origin != kBuiltIn) continue;
    said.value = "off";
    resolution.settings.dns.reset();
  }
}

/// Another service's sections hold too little to mount with, but a typing error in them counts.
Result<void> check_sections(const consul::ConfFile& conf) {
  for (const auto& section : conf.sections) {
    Draft scratch;
    TRY(apply_source(scratch, section.assignments));
  }
  return {};
}

/// Where its name stands in the manual; what is no option stands behind them.
std::size_t place(const InForce& said) {
  const auto* rule = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& candidate) {
    return candidate.words.name == said.name;
  });
  return static_cast<std::size_t>(rule - kRules.begin());
}

std::vector<InForce> in_force(Draft& draft, const consul::Environment& environment) {
  auto all = std::move(draft.in_force);
  std::stable_sort(all.begin(), all.end(),
                   [](const InForce& a, const InForce& b) { return place(a) < place(b); });
  if (!draft.http.token.empty()) all.push_back({"token", std::nullopt, kTokenVariable});
  if (!draft.http.basic_auth.empty()) {
    all.push_back({"basic-auth", std::nullopt, "CONSUL_HTTP_AUTH"});
  }
  if (environment.ssl) all.push_back({"ssl", "true", "CONSUL_HTTP_SSL"});
  return all;
}

bool has(std::span<const Assignment> assignments, std::string_view name) {
  return std::any_of(assignments.begin(), assignments.end(),
                     [&](const Assignment& one) { return one.name == name; });
}

/// The built-in values and the conf file's, over which the others come.
Result<void> apply_conf(Draft& draft, const consul::ConfFile& conf, std::string_view service) {
  std::vector<Assignment> built_in;
  for (const auto& rule : kRules) {
    built_in.push_back({std::string(rule.words.name), std::string(rule.words.fallback), kBuiltIn});
  }
  auto applied = apply_source(draft, built_in);
  if (applied) applied = apply_source(draft, conf.general);
  if (applied) applied = apply_source(draft, consul::section_lines(conf, service));
  return applied;
}

/// What decides who receives a request, and who is taken for Consul.
constexpr std::array kDestination = {kHttpAddress, kCaCert, kCaPath, kServerName, kVerify};

bool have_same_destination(const Draft& one, const Draft& other) {
  const auto parts = [](const Draft& draft) {
    const auto& http = draft.http;
    return std::tie(draft.http_on, http.scheme, http.authority, http.path_prefix, http.unix_socket,
                    http.ca_cert, http.ca_path, http.tls_server_name, http.verify);
  };
  return parts(one) == parts(other);
}

/// The token or client key of the conf file or the options (fstab), if one of them is used.
std::optional<InForce> credential_of_machine(const Draft& draft, const SettingSources& sources) {
  for (const auto& one : draft.in_force) {
    const bool is_credential = one.name == kTokenFile || one.name == kClientKey;
    if (!is_credential || !one.value || one.value->empty()) continue;
    const bool is_of_environment =
        has(sources.environment.assignments, one.name) && !has(sources.options, one.name);
    if (!is_of_environment) return one;
  }
  return std::nullopt;
}

/// The environment is whoever's calls: it must not send the machine's credentials elsewhere.
Result<void> check_destination(const Draft& draft, const SettingSources& sources,
                               std::string_view service) {
  if (!draft.http_on || draft.settings.via == Via::kDns) return {};
  const auto credential = credential_of_machine(draft, sources);
  if (!credential) return {};
  Draft without;
  auto applied = apply_conf(without, sources.conf, service);
  if (applied) applied = apply_source(without, sources.options);
  if (!applied) return applied;
  if (have_same_destination(draft, without)) return {};
  std::vector<std::string> variables;
  std::vector<std::string> options;
  for (const auto& one : sources.environment.assignments) {
    const bool decides =
        std::find(kDestination.begin(), kDestination.end(), one.name) != kDestination.end();
    if (!decides || has(sources.options, one.name)) continue;
    variables.push_back(one.origin);
    options.push_back(one.name + "=");
  }
  const auto names = join(variables, ", ");
  return fail(ErrorCode::kUsage,
              fmt::format("{} ({}) is only for the Consul that the configuration file or -o names, "
                          "and {} would change that",
                          credential->name, credential->origin, names),
              fmt::format("use -o {}, or unset {}", join(options, ","), names));
}

/// Merges what the name of the SPEC says with what an option says.
Result<void> merge(std::string& from_name, const std::string& from_option,
                   std::string_view option) {
  if (from_option.empty() || from_option == from_name) return {};
  if (!from_name.empty()) {
    return fail(ErrorCode::kUsage,
                fmt::format("the source specifies '{}' and {} specifies '{}'", printable(from_name),
                            option, printable(from_option)),
                "specify only one");
  }
  from_name = from_option;
  return {};
}

}  // namespace

bool is_authenticated(const Settings& settings) {
  return has_authenticated_http(settings) && settings.via != Via::kDns;
}

bool has_authenticated_http(const Settings& settings) {
  return settings.http && consul::is_authenticated(consul::channel_of(*settings.http));
}

std::vector<std::string> consul_identity(const Settings& settings) {
  std::vector<std::string> parts;
  if (settings.http && settings.via != Via::kDns) {
    parts.push_back(consul::address_of(*settings.http));
    if (!settings.http->tls_server_name.empty()) parts.push_back(settings.http->tls_server_name);
  }
  if (settings.dns && settings.via != Via::kHttp)
    parts.push_back(consul::address_of(*settings.dns));
  return parts;
}

std::vector<OptionWords> option_words() {
  std::vector<OptionWords> words;
  for (const auto& rule : kRules) words.push_back(rule.words);
  return words;
}

Result<std::string> resolve_domain(const SettingSources& sources) {
  std::string domain;
  const auto take = [&](std::span<const Assignment> assignments) {
    for (const auto& assignment : assignments) {
      if (assignment.name == kDomain) domain = assignment.value;
    }
  };
  for (const auto& rule : kRules) {
    if (rule.words.name == kDomain) domain = rule.words.fallback;
  }
  take(sources.conf.general);
  take(sources.options);
  for (const auto& section : sources.conf.sections) {
    for (const auto& assignment : section.assignments) {
      if (assignment.name != kDomain) continue;
      return fail(ErrorCode::kUsage,
                  fmt::format("{} ({}) cannot be set in a section: it is needed to parse the "
                              "service's name",
                              kDomain, assignment.origin),
                  "set it before the first section");
    }
  }
  if (!HostName::parse(domain)) {
    return fail(ErrorCode::kUsage,
                fmt::format("{}={} is not a domain name", kDomain, printable(domain)));
  }
  return domain;
}

Result<Resolution> resolve(const SettingSources& sources, std::string_view service) {
  Draft draft;
  TRY(check_sections(sources.conf));
  TRY(apply_conf(draft, sources.conf, service));
  TRY(apply_environment(draft, sources.environment));
  TRY(apply_source(draft, sources.options));
  TRY(check_destination(draft, sources, service));

  if (draft.http.client_cert.empty() != draft.http.client_key.empty()) {
    return fail(ErrorCode::kUsage,
                "consul-client-cert and consul-client-key must be set together: one is missing");
  }
  if (sources.environment.ssl) draft.http.scheme = consul::HttpSettings::Scheme::kHttps;
  Resolution resolution;
  resolution.in_force = in_force(draft, sources.environment);
  if (draft.settings.dns) draft.settings.dns->agent_user = draft.http.agent_user;
  if (draft.http_on) draft.settings.http = std::move(draft.http);
  resolution.settings = std::move(draft.settings);
  if (is_authenticated(resolution.settings)) switch_off_built_in_dns(resolution);
  return resolution;
}

Result<Settings> resolve_settings(const SettingSources& sources, std::string_view service) {
  TRY_ASSIGN(auto resolution, resolve(sources, service));
  return std::move(resolution.settings);
}

std::vector<Warning> trust_warnings(const Settings& settings) {
  std::vector<Warning> warnings;
  if (!settings.http || settings.via == Via::kDns) return warnings;
  const auto& http = *settings.http;
  const bool is_plain = http.scheme == consul::HttpSettings::Scheme::kHttp;
  if (!is_plain && !http.verify) {
    warnings.push_back(
        {"consul-ssl-verify=false: whoever answers in place of Consul chooses the servers and "
         "receives the token",
         "set consul-ca-cert= instead"});
  }
  const bool has_secret =
      !http.token.empty() || !settings.token_file.empty() || !http.basic_auth.empty();
  if (is_plain && has_secret && !consul::stays_on_this_machine(http)) {
    warnings.push_back({fmt::format("the token or password is sent to {} without encryption",
                                    consul::where_of(http)),
                        "use https://"});
  }
  return warnings;
}

void add_name(std::vector<InForce>& in_force, const consul::ServiceName& name) {
  const auto said = [&](std::string_view option, const std::string& value) {
    if (value.empty()) return;
    InForce from_spec{std::string(option), value, kFromSpec};
    const auto same_name = [&](const InForce& one) { return one.name == option; };
    const auto same = [&](const InForce& one) { return same_name(one) && one.value == value; };
    const auto at = std::find_if(in_force.begin(), in_force.end(), same_name);
    const bool is_said = std::any_of(in_force.begin(), in_force.end(), same);
    if (option == kTag && at != in_force.end() && !at->value->empty()) {
      if (!is_said) in_force.insert(at, std::move(from_spec));
    } else if (at != in_force.end()) {
      *at = std::move(from_spec);
    }
  };
  said(kTag, name.tag);
  said("consul-dc", name.datacenter);
  said("consul-ns", name.consul_namespace);
  said("consul-partition", name.partition);
  said("consul-peer", name.peer);
}

Result<consul::ServiceQuery> make_query(const consul::ServiceName& name, const Settings& settings) {
  consul::ServiceQuery query;
  query.service = name;
  TRY(merge(query.service.datacenter, settings.datacenter, "consul-dc"));
  TRY(merge(query.service.consul_namespace, settings.consul_namespace, "consul-ns"));
  TRY(merge(query.service.partition, settings.partition, "consul-partition"));
  TRY(merge(query.service.peer, settings.peer, "consul-peer"));
  if (!name.tag.empty()) query.tags.push_back(name.tag);
  for (const auto& tag : settings.tags) {
    if (std::find(query.tags.begin(), query.tags.end(), tag) == query.tags.end()) {
      query.tags.push_back(tag);
    }
  }
  query.filter = settings.filter;
  query.nearest_first = settings.order == Order::kConsul;
  query.domain = settings.domain;
  return query;
}

}  // namespace glusterconsul::discovery
