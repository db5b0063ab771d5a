#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consul/http_reply.hpp"
#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// What further questions brought after an empty list. What was not asked, or
/// not answered, is nothing.
struct EmptyFindings {
  bool filtered_by_acls = false;  ///< the header of the empty list
  std::optional<std::vector<std::string>>
      tags_without;                                 ///< of the instances without tag and filter
  std::optional<std::vector<std::string>> catalog;  ///< the services that the token sees
  std::optional<bool> may_read;                     ///< service:read; true if ACLs are off
};

/// Why the list was empty: kHidden or kUnknown, and what to do about it. An
/// anonymous token never gets the header (Consul hides even that), and Consul
/// before 1.11 has none: there the findings decide. kHidden is returned
/// only if access control is known to be the cause.
[[nodiscard]] Error explain_empty(const ServiceQuery& query, const Asked& asked,
                                  const EmptyFindings& findings);

}  // namespace glusterconsul::consul
