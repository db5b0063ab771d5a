#include "mount/surroundings.hpp"

#include <sys/auxv.h>

#include <cstdlib>
#include <optional>
#include <utility>

#include "consul/secret_file.hpp"
#include "consul/service_name.hpp"
#include "mount/mount_options.hpp"
#include "mount/source.hpp"

namespace glusterconsul::mount {
namespace {

std::optional<std::string> environment_variable(const char* name) {
  const char* value = ::secure_getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

Result<void> append_file(consul::ConfFile& conf, const std::string& path, consul::Missing missing) {
  const auto text = consul::read_conf_text(path, missing);
  if (!text) return tl::unexpected(text.error());
  auto file = consul::parse_conf_file(*text, path);
  if (!file) return tl::unexpected(file.error());
  consul::append(conf, *std::move(file));
  return {};
}

Result<consul::ConfFile> read_conf(const std::string& path) {
  consul::ConfFile conf;
  auto read = append_file(conf, path, consul::Missing::kIsEmpty);
  if (!read) return tl::unexpected(read.error());
  const auto more = consul::list_conf_folder(path + ".d");
  if (!more) return tl::unexpected(more.error());
  for (const auto& file : *more) {
    read = append_file(conf, file, consul::Missing::kIsAnError);
    if (!read) return tl::unexpected(read.error());
  }
  return conf;
}

}  // namespace

Result<Surroundings> read_surroundings(const std::string& conf_path) {
  Surroundings around;
  auto conf = read_conf(conf_path);
  if (!conf) return tl::unexpected(conf.error());
  around.conf = *std::move(conf);
  if (::getauxval(AT_SECURE) != 0) return around;
  auto environment = consul::read_environment(environment_variable);
  if (!environment) return tl::unexpected(environment.error());
  around.environment = *std::move(environment);
  return around;
}

Result<ShownConfig> show_config(const std::string& source, const std::vector<Option>& options,
                                const Surroundings& surroundings) {
  const auto sorted = sort_options(options);
  if (!sorted) return tl::unexpected(sorted.error());
  const discovery::SettingSources sources{sorted->ours, surroundings.environment,
                                          surroundings.conf};
  const auto domain = discovery::resolve_domain(sources);
  if (!domain) return tl::unexpected(domain.error());
  if (source.empty()) {
    auto general = discovery::resolve(sources, "");
    if (!general) return tl::unexpected(general.error());
    return ShownConfig{"", std::move(general->in_force)};
  }
  const auto parsed = parse_source(source);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto name = consul::parse_service_name(parsed->name, *domain);
  if (!name) return tl::unexpected(name.error());
  auto resolution = discovery::resolve(sources, name->name);
  if (!resolution) return tl::unexpected(resolution.error());
  const auto query = discovery::make_query(*name, resolution->settings);
  if (!query) return tl::unexpected(query.error());
  discovery::add_name(resolution->in_force, *name);
  return ShownConfig{name->name, std::move(resolution->in_force)};
}

Result<void> load_token(discovery::Settings& settings) {
  if (!settings.http || settings.token_file.empty()) return {};
  auto token = consul::read_token_file(settings.token_file);
  if (!token) return tl::unexpected(token.error());
  settings.http->token = *std::move(token);
  return {};
}

}  // namespace glusterconsul::mount
