#pragma once

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// Asks Consul's HTTP API once (`GET /v1/health/service/NAME`, or
/// `/v1/query/NAME/execute`), unhealthy instances included, and returns within
/// the deadline or soon after `cancel`. If there is no leader, or none that
/// answers in 300 ms, any server's answer is taken; without a leader it
/// comes with its age in `stale`, and a Consul that holds its answer back for want of a leader
/// is kUnavailable, and the message says that it has none. An instance registered without a port
/// gets `fallback_port`. No redirect is followed; the body is bounded to 24 MiB. An empty list is
/// an error:
///   kHidden   if the token has no access to the service (header, or a second question),
///   kUnknown  if no such service is registered, or none with such a tag.
/// kDenied, kUnavailable (with retry_after), kRejected, kUntrusted, kUnreachable,
/// kTimedOut, kBadReply and kInterrupted mean what ErrorCode says; kUsage
/// is a token or a TLS server name that cannot be sent. The message names the
/// address asked and never holds a token or a password.
/// May be called from several threads at once.
[[nodiscard]] Result<LookupResult> ask_http(const HttpSettings& settings, const ServiceQuery& query,
                                            Port fallback_port, const Deadline& deadline,
                                            const Cancel& cancel);

}  // namespace glusterconsul::consul
