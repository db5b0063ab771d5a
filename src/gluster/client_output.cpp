#include "gluster/client_output.hpp"

#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

bool is_loader_message(std::string_view line) {
  const bool ignores_library = line.starts_with("ERROR: ld.so: ") && line.ends_with(": ignored.");
  return ignores_library ||
         line.find(": no version information available (required by ") != std::string_view::npos;
}

}  // namespace

std::string without_loader_messages(std::string_view output) {
  std::string kept;
  for (const auto line : split(output, '\n')) {
    if (!is_loader_message(trim(line))) kept.append(line).append("\n");
  }
  return std::string(trim(kept));
}

}  // namespace glusterconsul::gluster
