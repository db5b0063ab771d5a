#pragma once

#include "../check.hpp"
#include "consul/instance.hpp"

namespace glusterconsul::consul {

using fuzz::has_control_character;
using fuzz::is_harmless;
using fuzz::require;
using fuzz::require_sentence;

/// Checks what the header promises for every answer, whatever the input.
inline void require_sound(const LookupResult& answer) {
  require(answer.instances.size() <= 10'000);
  require((answer.skipped == 0) == answer.first_skipped.empty());
  for (const auto& instance : answer.instances) {
    require(instance.port != 0);
    require(instance.weight >= 1 && instance.weight <= 65'535);
    require(Host::parse(instance.host.text()) == instance.host);
    require(instance.tags.size() <= 256 && instance.checks.size() <= 64);
    require(instance.node.size() <= 4096 && instance.service_id.size() <= 4096);
    for (const auto& check : instance.checks) {
      require(check.status <= instance.health);
      require(check.name.size() <= 4096 && check.output.size() <= 4096);
    }
  }
}

}  // namespace glusterconsul::consul
