#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "consul/instance.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Parses the body of `/v1/health/service/NAME`. An entry that cannot be parsed is skipped and
/// counted, and the first such entry is described; entries after the first 10,000 are skipped as
/// well. kBadReply if the body is not a JSON list. An empty list is an answer without instances.
/// For each instance, the first 64 checks and 256 tags are kept, and up to 4 KiB of each text; its
/// health is the worst of all its checks. A missing or zero port becomes `fallback_port`. The
/// weight is at least 1 and at most 65535. If `peer` is set, instances from other peers are
/// skipped: Consul before 1.13 ignores the peer in the query and returns its own instances.
[[nodiscard]] Result<LookupResult> parse_health_reply(std::string_view body, Port fallback_port,
                                                      std::string_view peer = {});

/// Parses the body of `/v1/query/NAME/execute` in the same way, including the data centre that
/// answered and the number of data centres that were queried in vain before it.
[[nodiscard]] Result<LookupResult> parse_query_reply(std::string_view body, Port fallback_port);

/// The names in the body of `/v1/catalog/services`: at most the first 10,000, each truncated to 255
/// bytes; kBadReply if the body is not a JSON object.
[[nodiscard]] Result<std::vector<std::string>> parse_service_names(std::string_view body);

/// The body of `POST /v1/internal/acl/authorize` with one question: whether the access is allowed.
/// kBadReply if the body does not state this.
[[nodiscard]] Result<bool> parse_authorize_reply(std::string_view body);

}  // namespace glusterconsul::consul
