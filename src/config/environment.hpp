#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/assignment.hpp"
#include "util/error.hpp"
#include "util/secret.hpp"

namespace glusterconsul::config {

/// Looks up one variable; nothing if it is unset.
using Getenv = std::function<std::optional<std::string>(const char* name)>;

/// What the `CONSUL_*` variables of Consul's own command line set.
struct Environment {
  std::vector<Assignment> assignments;  ///< as the `consul-` options with the same meaning
  Secret token;                         ///< CONSUL_HTTP_TOKEN, if no token file is set
  Secret basic_auth;                    ///< CONSUL_HTTP_AUTH
  bool ssl = false;                     ///< CONSUL_HTTP_SSL: https even if the address has http
};

/// Variables: those of the option table (option_table.hpp), CONSUL_HTTP_TOKEN
/// (CONSUL_HTTP_TOKEN_FILE takes precedence), CONSUL_HTTP_AUTH and CONSUL_HTTP_SSL. Empty ones
/// count as unset. Booleans are spelled as Consul accepts them, and returned as "true" or "false".
/// Any other spelling is kUsage, with the name of the variable, and so is a token that is_token()
/// (token_file.hpp) rejects.
[[nodiscard]] Result<Environment> read_environment(const Getenv& getenv);

/// The names of these variables.
[[nodiscard]] std::vector<std::string_view> environment_variables();

}  // namespace glusterconsul::config
