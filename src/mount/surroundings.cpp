#include "mount/surroundings.hpp"

#include <sys/auxv.h>

#include <cstdlib>
#include <optional>

#include "consul/secret_file.hpp"

namespace glusterconsul::mount {
namespace {

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace

Result<Surroundings> read_surroundings(const std::string& conf_path) {
  Surroundings around;
  const auto text = consul::read_conf_text(conf_path);
  if (!text) return tl::unexpected(text.error());
  auto conf = consul::parse_conf_file(*text, conf_path);
  if (!conf) return tl::unexpected(conf.error());
  around.conf = *std::move(conf);
  if (::getauxval(AT_SECURE) != 0) return around;
  auto environment = consul::read_environment(environment_variable);
  if (!environment) return tl::unexpected(environment.error());
  around.environment = *std::move(environment);
  return around;
}

Result<void> load_token(discovery::Settings& settings) {
  if (!settings.http || settings.token_file.empty()) return {};
  auto token = consul::read_token_file(settings.token_file);
  if (!token) return tl::unexpected(token.error());
  settings.http->token = *std::move(token);
  return {};
}

}  // namespace glusterconsul::mount
