#pragma once

#include <cstddef>

#include "consul/curl_handle.hpp"

namespace glusterconsul::consul {

/// Takes the handles of a transfer whose name is still being looked up, since to free them would
/// wait for the system's resolver (docs/facts.md, "libcurl by version"). Nothing that the transfer
/// refers to is used any more. Frees those that were left earlier and whose lookup has ended, so
/// that a service that repeats its lookups only keeps those that hang.
void leave_lookup(CurlEasy easy, CurlMulti multi);

/// Frees those whose lookup has ended, and returns how many remain.
std::size_t free_ended_lookups();

}  // namespace glusterconsul::consul
