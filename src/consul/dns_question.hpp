#pragma once

#include <string>

#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// The name to query at Consul's DNS interface, from dns_name(). kRejected if DNS cannot express
/// the query: several tags, a filter, a prepared query narrowed by more than its data centre, or a
/// name that is not valid in DNS (RFC 1035 section 2.3.4). `nearest_first` is ignored, since it
/// sorts the answer, and DNS shuffles it.
[[nodiscard]] Result<std::string> question_name(const ServiceQuery& query);

}  // namespace glusterconsul::consul
