#include "mount/arguments.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "util/text.hpp"

using namespace glusterconsul;

/// One argument a line. What is taken has both operands; what is refused is told
/// in one line that holds no control character.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n')) lines.emplace_back(line);
  std::vector<const char*> arguments;
  arguments.reserve(lines.size());
  for (const auto& line : lines) arguments.push_back(line.c_str());

  const auto parsed = mount::parse_arguments(arguments);
  if (!parsed) {
    if (parsed.error().code != ErrorCode::kUsage) std::abort();
    if (printable(parsed.error().message, std::string::npos) != parsed.error().message) {
      std::abort();
    }
  } else if (const auto* request = std::get_if<mount::MountRequest>(&*parsed)) {
    if (request->source.empty() || request->target.empty()) std::abort();
    if (!request->type.starts_with("glusterconsul")) std::abort();
  }
  return 0;
}
