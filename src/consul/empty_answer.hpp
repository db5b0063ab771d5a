#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consul/http_reply.hpp"
#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// The results of further queries after an empty list. Anything that was not queried, or not
/// answered, is none.
struct EmptyFindings {
  bool filtered_by_acls = false;  ///< from the header of the empty list
  std::optional<std::vector<std::string>>
      tags_without;                                 ///< of the instances, ignoring tag and filter
  std::optional<std::vector<std::string>> catalog;  ///< the services that the token can see
  std::optional<bool> may_read;  ///< whether service:read is granted; true if ACLs are off
  bool is_node = false;          ///< there is a node of the service's name
};

/// Explains an empty list: kHidden or kUnknown, with a hint on what to do. With an anonymous token,
/// Consul never sends the header (it hides even that), and Consul before 1.11 does not have it; in
/// these cases the findings decide. kHidden is returned only if access control is known to be the
/// cause.
[[nodiscard]] Error explain_empty(const ServiceQuery& query, const Asked& asked,
                                  const EmptyFindings& findings);

}  // namespace glusterconsul::consul
