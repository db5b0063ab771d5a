#include "gluster/client_log.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace glusterconsul::gluster;

/// Whatever stands in a log: few, short, printable messages, none of them empty.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto errors = log_errors(std::string_view(reinterpret_cast<const char*>(data), size));
  if (errors.size() > 3) std::abort();
  for (const auto& message : errors) {
    if (message.empty() || message.size() > 310) std::abort();
    for (const char c : message) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
    }
  }
  return 0;
}
