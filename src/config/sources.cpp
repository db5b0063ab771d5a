#include "config/sources.hpp"

#include <fmt/format.h>
#include <sys/auxv.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "util/text.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

constexpr std::size_t kMaxFileSize = 1024UL * 1024;
constexpr std::size_t kMaxFiles = 100;

std::optional<std::string> environment_variable(const char* name) {
  const char* value = ::secure_getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

bool is_conf_name(const std::string& name) {
  return name.ends_with(".conf") && !name.starts_with('.');
}

Result<void> append_file(ConfFile& conf, const std::string& path, Missing missing) {
  TRY_ASSIGN(const auto text, read_trusted_file(path, Readers::kAnybody, kMaxFileSize, missing));
  TRY_ASSIGN(auto file, parse_conf_file(text, path));
  append(conf, std::move(file));
  return {};
}

Result<ConfFile> read_conf(const std::string& path) {
  ConfFile conf;
  TRY(append_file(conf, path, Missing::kIsEmpty));
  TRY_ASSIGN(const auto more, list_conf_directory(path + ".d"));
  for (const auto& file : more) TRY(append_file(conf, file, Missing::kIsAnError));
  return conf;
}

}  // namespace

Result<std::vector<std::string>> list_conf_directory(const std::string& path) {
  TRY_ASSIGN(auto names, names_in_trusted_directory(path, Missing::kIsEmpty));
  std::erase_if(names, [](const std::string& name) { return !is_conf_name(name); });
  if (names.size() > kMaxFiles) {
    return fail(ErrorCode::kUsage,
                fmt::format("{}: more than {} configuration files", path, kMaxFiles));
  }
  std::sort(names.begin(), names.end());
  for (auto& name : names) name.insert(0, path + "/");
  return names;
}

Result<Sources> read_sources(const std::string& conf_path) {
  Sources sources;
  TRY_ASSIGN(sources.conf, read_conf(conf_path));
  if (::getauxval(AT_SECURE) != 0) return sources;
  TRY_ASSIGN(sources.environment, read_environment(environment_variable));
  return sources;
}

}  // namespace glusterconsul::config
