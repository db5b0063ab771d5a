#pragma once

#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "util/error.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {

/// The settings while the sources are being applied, one after the other.
struct Draft {
  Settings settings;
  /// The TLS and token settings belong to HTTP: they are kept even while it is off, so that the
  /// order of the options does not matter.
  consul::HttpSettings http;
  bool http_on = true;
  std::vector<InForce> in_force;
};

// The functions in the rows of the option table. Each parses a value into the draft; kUsage states
// what the option accepts. The value of an option without a default is empty.

[[nodiscard]] Result<void> set_http_addr(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_dns_addr(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_via(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_health(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_order(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_backup_name(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_probe(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_servers(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_cache(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_verify(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_token_file(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_retry(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> add_tag(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> add_allowed(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_glusterfs(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_verbose(Draft& draft, std::string_view value);
[[nodiscard]] Result<void> set_log(Draft& draft, std::string_view value);

[[nodiscard]] Result<void> set_positive_duration(milliseconds& span, std::string_view value);
[[nodiscard]] Result<void> set_absolute_path(std::string& path, std::string_view value);

template <std::string Settings::* member>
[[nodiscard]] Result<void> set_text(Draft& draft, std::string_view value) {
  draft.settings.*member = value;
  return {};
}

template <consul::Domain Settings::* member>
[[nodiscard]] Result<void> set_text(Draft& draft, std::string_view value) {
  TRY_ASSIGN(draft.settings.*member, consul::Domain::parse(value));
  return {};
}

template <std::string consul::HttpSettings::* member>
[[nodiscard]] Result<void> set_http_text(Draft& draft, std::string_view value) {
  draft.http.*member = value;
  return {};
}

template <std::string consul::HttpSettings::* member>
[[nodiscard]] Result<void> set_http_path(Draft& draft, std::string_view value) {
  return set_absolute_path(draft.http.*member, value);
}

template <milliseconds Settings::* member>
[[nodiscard]] Result<void> set_positive_duration(Draft& draft, std::string_view value) {
  return set_positive_duration(draft.settings.*member, value);
}

}  // namespace glusterconsul::config
