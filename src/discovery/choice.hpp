#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "config/settings.hpp"

namespace glusterconsul::discovery {

/// How the servers of one mount are chosen.
struct Choice {
  config::Order order = config::Order::kSpread;
  std::size_t servers = 8;
  std::string machine_id;  ///< what makes one machine's order differ from another's
  std::string volume;
  unsigned max_weight = std::numeric_limits<unsigned>::max();  ///< as max_weight()
};

}  // namespace glusterconsul::discovery
