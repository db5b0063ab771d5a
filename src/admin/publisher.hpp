#pragma once

#include "admin/publication.hpp"
#include "admin/server_state.hpp"
#include "consul/kv_client.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

/// Publishes the volumes of a server once: reads the keys, and writes the differences with
/// check-and-set. If another server has written in between, reads and decides anew, at most five
/// times. Returns what was done. Errors are those of plan_publication() and KvClient; kUnavailable
/// if others wrote each time. After an error, some of the differences may have been written.
[[nodiscard]] Result<Publication> publish(const ServerState& seen, const PublicationPolicy& policy,
                                          consul::KvClient& client, const Context& context);

/// The differences that publish() would write.
[[nodiscard]] Result<Publication> compare(const ServerState& seen, const PublicationPolicy& policy,
                                          consul::KvClient& client, const Context& context);

}  // namespace glusterconsul::admin
