#include "config/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "config/option_table.hpp"
#include "config/token_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

constexpr const char* kToken = "CONSUL_HTTP_TOKEN";
constexpr const char* kTokenFileVariable = "CONSUL_HTTP_TOKEN_FILE";
constexpr const char* kAuth = "CONSUL_HTTP_AUTH";
constexpr const char* kSsl = "CONSUL_HTTP_SSL";

/// Nothing if the variable is unset or empty.
std::optional<std::string> value_of(const Getenv& getenv, const char* variable) {
  auto value = getenv(variable);
  if (value && value->empty()) return std::nullopt;
  return value;
}

/// Accepts the spellings that Consul itself accepts (strconv.ParseBool of Go).
std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "True", "TRUE"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "false", "False", "FALSE"};
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  return std::nullopt;
}

/// Nothing if the variable is unset or empty; kUsage if it is not a boolean.
Result<std::optional<bool>> bool_of(const Getenv& getenv, const char* variable) {
  const auto value = value_of(getenv, variable);
  if (!value) return std::optional<bool>();
  const auto flag = parse_bool(*value);
  if (!flag) {
    return fail(ErrorCode::kUsage,
                fmt::format("{}: '{}' is not a boolean", variable, shortened(*value, 80)));
  }
  return flag;
}

/// The value of an option's environment variable, in the syntax of the option.
Result<std::optional<std::string>> option_value(const Getenv& getenv, const OptionRow& row) {
  const std::string variable(row.variable);
  if (row.syntax != "true|false") return value_of(getenv, variable.c_str());
  TRY_ASSIGN(const auto flag, bool_of(getenv, variable.c_str()));
  if (!flag) return std::optional<std::string>();
  return std::optional<std::string>(*flag ? "true" : "false");
}

}  // namespace

std::vector<std::string_view> environment_variables() {
  std::vector<std::string_view> names = {kToken, kAuth, kSsl};
  for (const auto& row : option_table()) {
    if (!row.variable.empty()) names.push_back(row.variable);
  }
  return names;
}

Result<Environment> read_environment(const Getenv& getenv) {
  Environment environment;
  for (const auto& row : option_table()) {
    if (row.variable.empty()) continue;
    TRY_ASSIGN(auto value, option_value(getenv, row));
    if (!value) continue;
    environment.assignments.push_back(
        {std::string(row.name), *std::move(value), std::string(row.variable)});
  }
  TRY_ASSIGN(const auto ssl, bool_of(getenv, kSsl));
  environment.ssl = ssl.value_or(false);
  if (!value_of(getenv, kTokenFileVariable)) {
    const auto token = value_of(getenv, kToken).value_or("");
    if (!token.empty() && !is_token(token)) {
      return fail(ErrorCode::kUsage,
                  fmt::format("{} is not a token: {}", kToken, why_no_token(token)));
    }
    environment.token = Secret(token);
  }
  environment.basic_auth = Secret(value_of(getenv, kAuth).value_or(""));
  return environment;
}

}  // namespace glusterconsul::config
