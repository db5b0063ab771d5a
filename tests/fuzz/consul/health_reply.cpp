#include "consul/health_reply.hpp"

#include "consul/other_replies.hpp"

#include <cstddef>
#include <cstdint>

#include "check.hpp"

using namespace glusterconsul::consul;

/// Bodies of the HTTP API: parsed values are within their bounds, and the replies to the
/// queries after an empty list are either parsed or rejected.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto answer = parse_health_reply(body, 24007)) {
    require_sound(*answer);
    require(answer->knows_health);
  } else {
    require_sentence(answer.error());
  }
  if (const auto names = parse_service_names(body)) {
    require(names->size() <= 10'000);
    for (const auto& name : *names) require(name.size() <= 255);
  }
  static_cast<void>(parse_authorize_reply(body));
  return 0;
}
