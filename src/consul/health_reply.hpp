#pragma once

#include <string_view>

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Parses the body of `/v1/health/service/NAME`. An entry that cannot be parsed or is too large is
/// skipped and counted, and the first such entry is described; entries after the first 10,000 are
/// skipped as well. kBadReply if the body is not a JSON list. An empty list is an answer without
/// instances. For each instance, the first 64 checks and 256 tags are kept, and up to 4 KiB of each
/// text; about 12 MiB are kept for all instances together; checks and tags are dropped first. The
/// health of an instance is the worst of all its checks. A missing or zero port is replaced by the
/// default port in `Ports` (Consul 1.22), or else by `fallback_port`. The weight is at least 1 and
/// at most 65535. Entries that do not match `query` are skipped (narrowing.hpp); if
/// no instance is left because of that, the error is kRejected.
[[nodiscard]] Result<LookupResult> parse_health_reply(std::string_view body, Port fallback_port,
                                                      const ServiceQuery& query = {});

/// Parses the body of `/v1/query/NAME/execute` in the same way, including the data centre that
/// answered and the number of data centres that were queried in vain before it.
[[nodiscard]] Result<LookupResult> parse_query_reply(std::string_view body, Port fallback_port);

}  // namespace glusterconsul::consul
