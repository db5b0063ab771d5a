#include "gluster/client_log.hpp"

#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "gluster/failure_cause.hpp"

using namespace glusterconsul::fuzz;

/// For any log, there are only a few messages, all of them short and not empty.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto errors = glusterconsul::gluster::log_errors(
      std::string_view(reinterpret_cast<const char*>(data), size));
  require(errors.size() <= 3);
  for (const auto& message : errors) {
    require(!message.empty() && message.size() <= 303);
  }
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  require(glusterconsul::gluster::attached_bricks(log) <= size);
  const auto path = glusterconsul::gluster::parse_volume_path("/g0/a");
  const auto cause = glusterconsul::gluster::cause_in_log(log, *path);
  require(!cause || (!cause->hint.empty() && cause->message.find("g0") != std::string::npos));
  return 0;
}
