#include "config/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "config/token_file.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

struct Variable {
  const char* variable;
  const char* option;
};

constexpr const char* kToken = "CONSUL_HTTP_TOKEN";
constexpr const char* kTokenFile = "CONSUL_HTTP_TOKEN_FILE";
constexpr const char* kAuth = "CONSUL_HTTP_AUTH";
constexpr const char* kSsl = "CONSUL_HTTP_SSL";
constexpr const char* kVerify = "CONSUL_HTTP_SSL_VERIFY";

constexpr std::array<Variable, 9> kPlain = {{
    {"CONSUL_HTTP_ADDR", "consul-http-addr"},
    {kTokenFile, "consul-token-file"},
    {"CONSUL_CACERT", "consul-ca-cert"},
    {"CONSUL_CAPATH", "consul-ca-path"},
    {"CONSUL_CLIENT_CERT", "consul-client-cert"},
    {"CONSUL_CLIENT_KEY", "consul-client-key"},
    {"CONSUL_TLS_SERVER_NAME", "consul-tls-server-name"},
    {"CONSUL_NAMESPACE", "consul-ns"},
    {"CONSUL_PARTITION", "consul-partition"},
}};

/// Nothing where it is unset or empty.
std::optional<std::string> value_of(const Getenv& getenv, const char* variable) {
  auto value = getenv(variable);
  if (value && value->empty()) return std::nullopt;
  return value;
}

/// The spellings that Consul itself takes (strconv.ParseBool of Go).
std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "True", "TRUE"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "false", "False", "FALSE"};
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  return std::nullopt;
}

/// Nothing where it is unset; kUsage where it is no boolean.
Result<std::optional<bool>> bool_of(const Getenv& getenv, const char* variable) {
  const auto value = value_of(getenv, variable);
  if (!value) return std::optional<bool>();
  const auto flag = parse_bool(*value);
  if (!flag) {
    return fail(ErrorCode::kUsage, fmt::format("{} is '{}', which is neither true nor false",
                                               variable, printable(*value, 80)));
  }
  return flag;
}

}  // namespace

std::vector<std::string_view> environment_variables() {
  std::vector<std::string_view> names = {kToken, kAuth, kSsl, kVerify};
  for (const auto& plain : kPlain) names.emplace_back(plain.variable);
  return names;
}

Result<Environment> read_environment(const Getenv& getenv) {
  Environment environment;
  for (const auto& [variable, option] : kPlain) {
    if (auto value = value_of(getenv, variable)) {
      environment.assignments.push_back({option, *std::move(value), variable});
    }
  }
  TRY_ASSIGN(const auto verify, bool_of(getenv, kVerify));
  if (verify) {
    environment.assignments.push_back({"consul-ssl-verify", *verify ? "true" : "false", kVerify});
  }
  TRY_ASSIGN(const auto ssl, bool_of(getenv, kSsl));
  environment.ssl = ssl.value_or(false);
  if (!value_of(getenv, kTokenFile)) {
    const auto token = value_of(getenv, kToken).value_or("");
    if (!token.empty() && !is_token(token)) {
      return fail(ErrorCode::kUsage,
                  fmt::format("{} is not a token (letters, digits and -._~+/=)", kToken));
    }
    environment.token = Secret(token);
  }
  environment.basic_auth = Secret(value_of(getenv, kAuth).value_or(""));
  return environment;
}

}  // namespace glusterconsul::config
