#include "config/sources.hpp"

#include <fmt/format.h>
#include <sys/auxv.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

constexpr std::size_t kMaxConfFile = 1024UL * 1024;
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
  TRY_ASSIGN(const auto text, read_conf_text(path, missing));
  TRY_ASSIGN(auto file, parse_conf_file(text, path));
  append(conf, std::move(file));
  return {};
}

Result<void> read_conf(const std::string& path, Sources& sources) {
  TRY(append_file(sources.conf, path, Missing::kIsEmpty));
  TRY_ASSIGN(auto more, list_conf_directory(path + ".d"));
  if (more.skipped) sources.warnings.push_back(*std::move(more.skipped));
  for (const auto& file : more.paths) TRY(append_file(sources.conf, file, Missing::kIsAnError));
  return {};
}

}  // namespace

Result<std::string> read_conf_text(const std::string& path, Missing missing) {
  return read_trusted_file(path, Readers::kAnybody, kMaxConfFile, missing);
}

Result<ConfFiles> list_conf_directory(const std::string& path) {
  TRY_ASSIGN(auto names, names_in_trusted_directory(path, Missing::kIsEmpty));
  for (auto* list : {&names.trusted, &names.foreign}) {
    std::erase_if(*list, [](const std::string& name) { return !is_conf_name(name); });
    std::sort(list->begin(), list->end());
  }
  if (names.trusted.size() > kMaxFiles) {
    return fail(ErrorCode::kUsage,
                fmt::format("{}: more than {} configuration files", path, kMaxFiles));
  }
  ConfFiles files{std::move(names.trusted)};
  for (auto& name : files.paths) name.insert(0, path + "/");
  if (!names.foreign.empty()) {
    files.skipped = Warning{
        fmt::format("{}: skipped {} that another user may have created, such as '{}'", path,
                    count_of(names.foreign.size(), "file"), shortened(names.foreign.front(), 80)),
        "remove it, and the permission of others to write to the directory"};
  }
  return files;
}

Result<Sources> read_sources(const std::string& conf_path) {
  Sources sources;
  TRY(read_conf(conf_path, sources));
  if (::getauxval(AT_SECURE) != 0) return sources;
  TRY_ASSIGN(sources.environment, read_environment(environment_variable));
  return sources;
}

}  // namespace glusterconsul::config
