#pragma once

#include <string_view>

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// The body of `/v1/health/service/NAME`. An entry that cannot be understood is
/// skipped and counted, with a sentence on the first; so is what comes after
/// 10,000 entries, and an entry that is too large. kBadReply if the whole is not a JSON list. An
/// empty list is an answer without instances. Per instance the first 64 checks and 256 tags are
/// kept (its health is the worst of all its checks), each text to 4 KiB, and of all instances
/// together about 12 MiB: then first the checks and tags of further ones are dropped.
/// Port 0 or none becomes the default one of Ports (Consul 1.22), or else `fallback_port`. A weight
/// is at least 1 and at most 65535. Entries outside of what `query` was narrowed to are skipped
/// (narrowing.hpp); if nothing is left because of that, it is kRejected.
[[nodiscard]] Result<LookupResult> parse_health_reply(std::string_view body, Port fallback_port,
                                                      const ServiceQuery& query = {});

/// The body of `/v1/query/NAME/execute`, in the same way; with the data centre
/// that answered and how many were asked in vain before it.
[[nodiscard]] Result<LookupResult> parse_query_reply(std::string_view body, Port fallback_port);

}  // namespace glusterconsul::consul
