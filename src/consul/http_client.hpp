#pragma once

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Queries Consul's HTTP API once (`GET /v1/health/service/NAME`, or `/v1/query/NAME/execute`),
/// including unhealthy instances, and returns within the deadline or soon after a cancellation. If
/// there is no leader, or it does not answer within 300 ms, the answer of any server is accepted.
/// Without a leader, the answer has its age in `stale`; if Consul holds back its answer because it
/// has no leader, the error is kUnavailable and its message says so. An instance registered without
/// a port gets `fallback_port`. Redirects are not followed; the body is limited to 20 MiB. An empty
/// list is an error:
///   kHidden   if the token has no access to the service (from a header, or a second query),
///   kUnknown  if no such service is registered, or no instance with such a tag.
/// kDenied, kUnavailable (with retry_after), kRejected, kUntrusted, kUnreachable, kTimedOut,
/// kBadReply and kInterrupted mean what ErrorCode says; kUsage means that the token or the TLS
/// server name cannot be sent. The message names the address and never contains a token or a
/// password. Reports each request, and how it was answered, as steps. May be called from several
/// threads at once.
[[nodiscard]] Result<LookupResult> ask_http(const HttpSettings& settings, const ServiceQuery& query,
                                            Port fallback_port, const Context& context);

}  // namespace glusterconsul::consul
