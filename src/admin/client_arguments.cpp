#include "admin/client_arguments.hpp"

#include <algorithm>
#include <optional>

#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

/// The value of `--name=value` or, in two arguments, `--name value`; advances past the latter.
std::optional<std::string> value_of(std::span<const std::string> arguments, std::size_t& at,
                                    std::string_view name) {
  const std::string_view argument = arguments[at];
  if (!argument.starts_with(name)) return std::nullopt;
  const auto rest = argument.substr(name.size());
  if (rest.starts_with('=')) return std::string(rest.substr(1));
  if (!rest.empty() || at + 1 == arguments.size()) return std::nullopt;
  return arguments[++at];
}

std::vector<std::string> missing_in(const std::vector<std::string>& other,
                                    const std::vector<std::string>& list) {
  std::vector<std::string> missing;
  for (const auto& one : list) {
    const auto has = [&](const auto& names) {
      return std::find(names.begin(), names.end(), one) != names.end();
    };
    if (!has(other) && !has(missing)) missing.push_back(one);
  }
  return missing;
}

}  // namespace

ClientArguments parse_client_arguments(std::span<const std::string> arguments) {
  ClientArguments parsed;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (const auto port = value_of(arguments, i, "--volfile-server-port")) {
      parsed.port = static_cast<Port>(parse_number(*port, 1, 65535).value_or(parsed.port));
    } else if (const auto server = value_of(arguments, i, "--volfile-server")) {
      parsed.servers.push_back(*server);
    } else if (const auto name = value_of(arguments, i, "--fs-display-name")) {
      parsed.display_name = *name;
    }
  }
  if (arguments.size() > 1) parsed.target = arguments.back();
  return parsed;
}

bool is_from_consul(const ClientArguments& client, std::string_view source) {
  if (!client.display_name.empty()) return true;
  const auto name = source.substr(0, source.find(':'));
  return !client.servers.empty() &&
         std::find(client.servers.begin(), client.servers.end(), name) == client.servers.end();
}

ServerDifference compare_servers(const std::vector<std::string>& before,
                                 const std::vector<std::string>& now) {
  return {missing_in(now, before), missing_in(before, now)};
}

}  // namespace glusterconsul::admin
