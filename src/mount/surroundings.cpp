#include "mount/surroundings.hpp"

#include <sys/auxv.h>

#include <cstdlib>
#include <optional>
#include <utility>

#include "consul/secret_file.hpp"
#include "consul/service_name.hpp"
#include "mount/mount_options.hpp"
#include "mount/source.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

std::optional<std::string> environment_variable(const char* name) {
  const char* value = ::secure_getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

Result<void> append_file(consul::ConfFile& conf, const std::string& path, consul::Missing missing) {
  TRY_ASSIGN(const auto text, consul::read_conf_text(path, missing));
  TRY_ASSIGN(auto file, consul::parse_conf_file(text, path));
  consul::append(conf, std::move(file));
  return {};
}

Result<consul::ConfFile> read_conf(const std::string& path) {
  consul::ConfFile conf;
  TRY(append_file(conf, path, consul::Missing::kIsEmpty));
  TRY_ASSIGN(const auto more, consul::list_conf_folder(path + ".d"));
  for (const auto& file : more) TRY(append_file(conf, file, consul::Missing::kIsAnError));
  return conf;
}

}  // namespace

Result<Surroundings> read_surroundings(const std::string& conf_path) {
  Surroundings around;
  TRY_ASSIGN(around.conf, read_conf(conf_path));
  if (::getauxval(AT_SECURE) != 0) return around;
  TRY_ASSIGN(around.environment, consul::read_environment(environment_variable));
  return around;
}

Result<ShownConfig> show_config(const std::string& source, const std::vector<Option>& options,
                                const Surroundings& surroundings) {
  TRY_ASSIGN(const auto sorted, sort_options(options));
  const discovery::SettingSources sources{sorted.ours, surroundings.environment, surroundings.conf};
  TRY_ASSIGN(const auto domain, discovery::resolve_domain(sources));
  if (source.empty()) {
    TRY_ASSIGN(auto general, discovery::resolve(sources, ""));
    return ShownConfig{"", std::move(general.in_force)};
  }
  TRY_ASSIGN(const auto parsed, parse_source(source));
  TRY_ASSIGN(const auto name, consul::parse_service_name(parsed.name, domain));
  TRY_ASSIGN(auto resolution, discovery::resolve(sources, name.name));
  TRY_ASSIGN(const auto query, discovery::make_query(name, resolution.settings));
  discovery::add_name(resolution.in_force, name);
  return ShownConfig{name.name, std::move(resolution.in_force)};
}

Result<void> load_token(discovery::Settings& settings) {
  if (!settings.http || settings.token_file.empty()) return {};
  TRY_ASSIGN(settings.http->token, consul::read_token_file(settings.token_file));
  return {};
}

}  // namespace glusterconsul::mount
