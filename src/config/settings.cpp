#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "config/option_setters.hpp"
#include "config/option_table.hpp"
#include "config/section_service.hpp"
#include "consul/channel.hpp"
#include "consul/http_address.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

using namespace option_name;

constexpr const char* kTokenVariable = "CONSUL_HTTP_TOKEN";
constexpr const char* kBuiltIn = "built in";

Result<const OptionRow*> find_row(const Assignment& assignment) {
  if (const auto* row = find_option(assignment.name)) return row;
  // Without the prefix that all have, which would make any two names similar.
  constexpr std::string_view kPrefix = "consul-";
  std::vector<std::string_view> names;
  for (const auto& known : option_table()) names.push_back(known.name.substr(kPrefix.size()));
  const auto name = std::string_view(assignment.name);
  const auto near = nearest(name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name, names);
  std::string hint =
      assignment.name == "consul-token"
          ? "use consul-token-file= instead: a token on a command line is visible in /proc"
      : near ? fmt::format("did you mean {}{}?", kPrefix, *near)
             : "";
  return fail(
      ErrorCode::kUsage,
      fmt::format("unknown option '{}' ({})", shortened(assignment.name), assignment.origin),
      std::move(hint));
}

/// Whether the only colon of the address, apart from that of a scheme, is followed by something
/// other than a port: perhaps the password of "USER:PASSWORD", whose "@HOST" was forgotten.
bool ends_like_password(std::string_view address) {
  const auto scheme = address.find("://");
  const auto rest = scheme == std::string_view::npos ? address : address.substr(scheme + 3);
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos || colon != rest.rfind(':')) return false;
  const auto port = rest.substr(colon + 1, rest.find('/', colon) - colon - 1);
  return port.find_first_not_of("0123456789") != std::string_view::npos;
}

/// An address in a form that is safe to show: all of it if it has only characters of a host, a port
/// and a plain path, otherwise only the scheme. The rest may be a user, a password or a token.
std::string without_secrets(std::string_view address) {
  const bool is_plain = std::all_of(address.begin(), address.end(), [](char c) {
    return is_ascii_alnum(c) || std::string_view("-._:/[]").find(c) != std::string_view::npos;
  });
  if (is_plain && !ends_like_password(address)) return std::string(address);
  for (const std::string_view scheme : {"http://", "https://", "unix://"}) {
    if (to_lower(address.substr(0, scheme.size())) == scheme) return std::string(scheme) + "...";
  }
  return "...";
}

/// A rejected value in a form that is safe to show: it may be the secret instead of its path.
std::string shown(const Assignment& assignment) {
  const auto& [name, value, origin] = assignment;
  if (name.ends_with("-addr")) return without_secrets(value);
  const bool is_of_secret = name == kTokenFile || name == kClientKey;
  return is_of_secret && !value.starts_with('/') ? "..." : value;
}

/// The error for a value, with its option and origin.
tl::unexpected<Error> refused(Error problem, const Assignment& assignment) {
  return with_context(
      std::move(problem),
      fmt::format("{}={} ({})", assignment.name, shortened(shown(assignment)), assignment.origin));
}

void forget(Draft& draft, std::string_view name) {
  std::erase_if(draft.in_force, [&](const InForce& one) { return one.name == name; });
}

/// Records where the effective value was set.
void note(Draft& draft, const Assignment& assignment) {
  const bool adds = (assignment.name == kTag && draft.settings.tags.size() > 1) ||
                    (assignment.name == kAllow && draft.settings.allowed.size() > 1);
  if (!adds) forget(draft, assignment.name);
  draft.in_force.push_back({assignment.name, assignment.value, assignment.origin});
}

Result<void> apply(Draft& draft, const Assignment& assignment) {
  TRY_ASSIGN(const auto row, find_row(assignment));
  if (assignment.value.find('\0') != std::string::npos) {
    return fail(ErrorCode::kUsage, fmt::format("{} ({}): the value contains a NUL character",
                                               assignment.name, assignment.origin));
  }
  auto applied = row->apply(draft, assignment.value);
  if (!applied) return refused(applied.error(), assignment);
  note(draft, assignment);
  return {};
}

bool has(std::span<const Assignment> assignments, std::string_view name) {
  return std::any_of(assignments.begin(), assignments.end(),
                     [&](const Assignment& one) { return one.name == name; });
}

Result<void> apply_source(Draft& draft, std::span<const Assignment> assignments) {
  if (has(assignments, kTag)) draft.settings.tags.clear();
  if (has(assignments, kAllow)) draft.settings.allowed = {};
  for (const auto& assignment : assignments) {
    TRY(apply(draft, assignment));
  }
  return {};
}

Result<void> apply_environment(Draft& draft, const Environment& environment) {
  if (!environment.token.empty()) {
    draft.http.token = environment.token;
    draft.settings.token_file.clear();
    note(draft, {std::string(kTokenFile), "", kTokenVariable});
  }
  draft.http.basic_auth = environment.basic_auth;
  return apply_source(draft, environment.assignments);
}

/// A built-in value must not weaken authenticated HTTP.
void switch_off_built_in_dns(Resolution& resolution) {
  for (auto& one : resolution.in_force) {
    if (one.name != kDnsAddr || one.origin != kBuiltIn) continue;
    one.value = "off";
    resolution.settings.dns.reset();
  }
}

/// Checks the sections of all services, so that a typing error in any of them is an error, and
/// replaces the name of each section by that of its service. A section need not contain everything
/// that a mount needs.
Result<void> check_sections(ConfFile& conf, const consul::Domain& domain) {
  for (auto& section : conf.sections) {
    TRY_ASSIGN(section.service, section_service(section, domain));
    Draft scratch;
    TRY(apply_source(scratch, section.assignments));
  }
  return {};
}

/// The option's position in the manual; a name that is not an option comes after all options.
std::size_t place(const InForce& one) {
  const auto table = option_table();
  const auto row = std::find_if(table.begin(), table.end(), [&](const OptionRow& candidate) {
    return candidate.name == one.name;
  });
  return static_cast<std::size_t>(row - table.begin());
}

std::vector<InForce> in_force(Draft& draft, const Environment& environment) {
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

/// Applies the built-in values and those of the conf file, which the other sources override.
Result<void> apply_conf(Draft& draft, const ConfFile& conf, std::string_view service) {
  std::vector<Assignment> built_in;
  for (const auto& row : option_table()) {
    built_in.push_back({std::string(row.name), std::string(row.fallback), kBuiltIn});
  }
  auto applied = apply_source(draft, built_in);
  if (applied) applied = apply_source(draft, conf.general);
  if (applied) applied = apply_source(draft, section_lines(conf, service));
  return applied;
}

/// The options that decide where a request is sent, and which server is accepted as Consul.
constexpr std::array kDestination = {kHttpAddress, kCaCert, kCaPath, kServerName, kVerify};

bool have_same_destination(const Draft& one, const Draft& other) {
  const auto parts = [](const Draft& draft) {
    const auto& http = draft.http;
    return std::tie(draft.http_on, http.scheme, http.server, http.path_prefix, http.unix_socket,
                    http.ca_cert, http.ca_path, http.tls_server_name, http.verify);
  };
  return parts(one) == parts(other);
}

/// The token file or client key that the conf file or the options (fstab) set, if one is in use.
std::optional<InForce> credential_of_machine(const Draft& draft, const Sources& sources) {
  for (const auto& one : draft.in_force) {
    const bool is_credential = one.name == kTokenFile || one.name == kClientKey;
    if (!is_credential || !one.value || one.value->empty()) continue;
    const bool is_of_environment =
        has(sources.environment.assignments, one.name) && !has(sources.options, one.name);
    if (!is_of_environment) return one;
  }
  return std::nullopt;
}

/// The caller controls the environment, so it must not send the machine's credentials elsewhere.
Result<void> check_destination(const Draft& draft, const Sources& sources,
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
              fmt::format("{} ({}) is only for the Consul set in the configuration file or with "
                          "-o, but {} would change that",
                          credential->name, credential->origin, names),
              fmt::format("use -o {}, or unset {}", join(options, ","), names));
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

Result<consul::Domain> resolve_domain(const Sources& sources) {
  Assignment domain{std::string(kDomain), std::string(find_option(kDomain)->fallback), kBuiltIn};
  const auto take = [&](std::span<const Assignment> assignments) {
    for (const auto& assignment : assignments) {
      if (assignment.name == kDomain) domain = assignment;
    }
  };
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
  auto parsed = consul::Domain::parse(domain.value);
  if (!parsed) return refused(parsed.error(), domain);
  return parsed;
}

Result<Resolution> resolve(const Sources& as_written, std::string_view service) {
  Draft draft;
  auto sources = as_written;
  TRY_ASSIGN(const auto domain, resolve_domain(sources));
  TRY(check_sections(sources.conf, domain));
  TRY(apply_conf(draft, sources.conf, service));
  TRY(apply_environment(draft, sources.environment));
  TRY(apply_source(draft, sources.options));
  TRY(check_destination(draft, sources, service));

  if (draft.http.client_cert.empty() != draft.http.client_key.empty()) {
    return fail(ErrorCode::kUsage, "consul-client-cert and consul-client-key must both be set");
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

std::vector<Error> check_assignments(std::span<const Assignment> assignments) {
  std::vector<Error> problems;
  for (const auto& assignment : assignments) {
    Draft scratch;
    auto applied = apply(scratch, assignment);
    if (!applied) problems.push_back(std::move(applied).error());
  }
  return problems;
}

Result<Settings> resolve_settings(const Sources& sources, std::string_view service) {
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
        {"consul-ssl-verify=false: anyone who can impersonate Consul can choose the servers and "
         "receive the token",
         "set consul-ca-cert= instead"});
  }
  const bool has_secret =
      !http.token.empty() || !settings.token_file.empty() || !http.basic_auth.empty();
  if (is_plain && has_secret && !consul::stays_on_this_machine(http)) {
    warnings.push_back({fmt::format("requests to {} carry the token or password without encryption",
                                    consul::where_of(http)),
                        "use https://"});
  }
  return warnings;
}

}  // namespace glusterconsul::config
