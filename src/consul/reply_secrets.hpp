#pragma once

#include "consul/http_reply.hpp"
#include "consul/query.hpp"

namespace glusterconsul::consul {

/// Removes our secrets from a reply that repeats them, such as that of a proxy that shows the
/// request, since the text of a reply can get into messages, the cached list and JSON. Text that is
/// too short to be a secret is kept, since replacing it could change other words in the reply. The
/// body of an error is truncated to 64 KiB.
void hide_secrets(HttpReply& reply, const HttpSettings& settings);

}  // namespace glusterconsul::consul
