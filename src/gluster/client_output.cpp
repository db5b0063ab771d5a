#include "gluster/client_output.hpp"

#include <fmt/format.h>

#include "gluster/known_options.hpp"
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

Error rejected_argument(std::string_view output) {
  constexpr std::string_view kUnknown = "unrecognized option '--";
  const auto text = without_loader_messages(output);
  auto words = std::string_view(text).substr(0, text.find('\n'));
  if (const auto at = words.find(kUnknown); at != std::string_view::npos) {
    const auto rest = words.substr(at + kUnknown.size());
    const auto name = rest.substr(0, rest.find_first_of("='"));
    const auto similar = similar_option(name);
    return {
        ErrorCode::kUsage,
        fmt::format("option {}: the installed GlusterFS client does not know it", shortened(name)),
        similar ? fmt::format("did you mean {}?", *similar)
                : "the options are listed in mount.glusterfs(8); with -s, mount ignores others"};
  }
  // The name of the program, which is also in a message of getopt_long(3).
  if (const auto end = words.find(": "); end != std::string_view::npos)
    words.remove_prefix(end + 2);
  return {ErrorCode::kUsage,
          fmt::format("the installed GlusterFS client rejects an option: {}", shortened(words))};
}

}  // namespace glusterconsul::gluster
