#include "gluster/client_log.hpp"

#include <cstddef>
#include <cstdint>

#include "../check.hpp"

using namespace glusterconsul::fuzz;

/// For any log, there are only a few messages, all of them short and not empty.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto errors = glusterconsul::gluster::log_errors(
      std::string_view(reinterpret_cast<const char*>(data), size));
  require(errors.size() <= 3);
  for (const auto& message : errors) {
    require(!message.empty() && message.size() <= 303);
  }
  return 0;
}
