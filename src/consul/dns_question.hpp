#pragma once

#include <string>

#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// The name that Consul's DNS interface answers for the query, as dns_name(). kRejected if
/// DNS cannot ask it: several tags, a filter, a prepared query narrowed by more
/// than its data centre, or a name that DNS cannot hold (RFC 1035 section 2.3.4).
/// `nearest_first` is ignored: it orders the answer, and DNS shuffles it.
[[nodiscard]] Result<std::string> question_name(const ServiceQuery& query);

}  // namespace glusterconsul::consul
