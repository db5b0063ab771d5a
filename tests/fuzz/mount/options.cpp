#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../check.hpp"
#include "config/query.hpp"
#include "config/settings.hpp"
#include "consul/dns_question.hpp"
#include "consul/http_request.hpp"
#include "gluster/client_options.hpp"
#include "mount/arguments.hpp"
#include "mount/mount_options.hpp"

using namespace glusterconsul;
using namespace glusterconsul::fuzz;

namespace {

bool is_ours(std::string_view name) {
  return name.starts_with("consul-");
}

/// Whether the option must not reach the client, which would exit, for some of them with status 0.
bool is_not_for_the_client(std::string_view name) {
  return is_ours(name) || name.empty() || name.starts_with("x-") || name.starts_with("X-") ||
         name == "defaults" || name == "relatime" || name == "sync" || name == "remount";
}

void require_usage(const Error& error) {
  require(error.code == ErrorCode::kUsage);
  require_sentence(error);
}

/// Checks the arguments of the client for these options.
void check_client(const std::vector<Option>& options) {
  require(std::none_of(options.begin(), options.end(),
                       [](const auto& option) { return is_not_for_the_client(option.name); }));
  const auto translated = gluster::translate(options);
  if (!translated) return require_usage(translated.error());
  for (const auto& word : translated->arguments) require(!has_control_character(word));
  for (const auto& word : translated->fuse_mount_options) require(!has_control_character(word));
  for (const auto& warning : translated->warnings) require_sentence(warning);
}

bool is_absolute_or_empty(std::string_view path) {
  return path.empty() || path.starts_with('/');
}

/// For any options, the query to Consul stays on one line.
void check_question(const config::Settings& settings) {
  consul::ServiceName name;
  name.name = "gluster";
  const auto query = config::make_query(name, settings);
  if (!query) return require_usage(query.error());
  if (const auto target = consul::question_target(*query, consul::Consistency::kDefault)) {
    require(!has_control_character(*target));
    require(target->starts_with("/v1/health/service/gluster"));
    require(target->find_first_of(" #") == std::string::npos);
  }
  if (const auto asked = consul::question_name(*query)) {
    require(asked->size() <= 253 && !has_control_character(*asked));
  }
}

void check_ours(const std::vector<config::Assignment>& ours) {
  require(std::all_of(ours.begin(), ours.end(),
                      [](const auto& assignment) { return is_ours(assignment.name); }));
  const auto settings = config::resolve_settings({ours, {}, {}}, "gluster");
  if (!settings) return require_usage(settings.error());
  require(settings->servers >= 1 && settings->servers <= 64);
  require(settings->timeout.count() > 0 && settings->probe_timeout.count() > 0);
  require(settings->retry.count() >= 0);
  require(!settings->cache || settings->cache->count() > 0);
  require(is_absolute_or_empty(settings->token_file) && is_absolute_or_empty(settings->glusterfs));
  if (settings->http) {
    require(settings->http->client_cert.empty() == settings->http->client_key.empty());
    require(is_absolute_or_empty(settings->http->ca_cert));
  }
  check_question(*settings);
}

}  // namespace

/// An option string, up to all recipients: every option has a name, each one reaches only its
/// recipient, and nothing that reaches the client or Consul contains a control character.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto options =
      mount::split_options(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!options) return require_usage(options.error()), 0;
  for (const auto& option : *options) {
    require(!option.name.empty() && option.name.find('"') == std::string::npos);
  }
  const auto sorted = mount::sort_options(*options);
  if (!sorted) return require_usage(sorted.error()), 0;
  for (const auto& warning : sorted->warnings) require_sentence(warning);
  check_client(sorted->client);
  check_ours(sorted->ours);
  return 0;
}
