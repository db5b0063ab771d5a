#include <cstddef>
#include <cstdint>

#include "check.hpp"
#include "consul/health_reply.hpp"

using namespace glusterconsul::consul;

/// Reply bodies of executed prepared queries.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto answer = parse_query_reply(body, 24007)) {
    require_sound(*answer);
    require(answer->datacenter.size() <= 4096 && answer->failovers <= 1000);
  }
  return 0;
}
