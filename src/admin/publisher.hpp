#pragma once

#include <functional>
#include <optional>

#include "admin/publication.hpp"
#include "admin/server_state.hpp"
#include "consul/kv_client.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::admin {

/// Looks at the server, as look_at_server() does.
using LookAtServer = std::function<Result<ServerState>(const Context&)>;

/// What publish() did.
struct Published {
  Publication publication = {};  ///< its steps were carried out, even if there is a problem
  /// Those of plan_publication(), KvClient and LookAtServer; kUnavailable if others wrote each
  /// time.
  std::optional<Error> problem = {};
};

/// Publishes the volumes of a server once: reads the keys, then looks at the server, and writes the
/// differences with check-and-set. In this order, whatever others write after the list makes the
/// write fail, and whatever they wrote before it is older than the look. If another server has
/// written in between, reads, looks and decides again, at most five times.
[[nodiscard]] Published publish(const LookAtServer& look, const PublicationPolicy& policy,
                                consul::KvClient& client, const Context& context);

/// The differences that publish() would write.
[[nodiscard]] Result<Publication> compare(const LookAtServer& look, const PublicationPolicy& policy,
                                          consul::KvClient& client, const Context& context);

}  // namespace glusterconsul::admin
