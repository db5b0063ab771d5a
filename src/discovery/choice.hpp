#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "config/settings.hpp"

namespace glusterconsul::discovery {

/// The parameters for choosing the servers of one mount.
struct Choice {
  config::Order order = config::Order::kSpread;
  std::size_t servers = 8;
  std::string machine_id;  ///< makes the order differ between machines
  std::string volume;
  unsigned max_weight = std::numeric_limits<unsigned>::max();  ///< from max_weight()
};

}  // namespace glusterconsul::discovery
