#include "mount/arguments.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "../check.hpp"
#include "util/text.hpp"

using namespace glusterconsul;
using namespace glusterconsul::fuzz;

/// One argument per line. Valid arguments have both operands; errors are one line of
/// printable text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n')) lines.emplace_back(line);
  std::vector<const char*> arguments;
  arguments.reserve(lines.size());
  for (const auto& line : lines) arguments.push_back(line.c_str());

  const auto parsed = mount::parse_arguments(arguments);
  if (!parsed) {
    require(parsed.error().code == ErrorCode::kUsage);
    require_sentence(parsed.error());
  } else if (const auto* request = std::get_if<mount::MountRequest>(&*parsed)) {
    require(!request->source.empty() && request->source.size() <= 4096);
    require(!request->target.empty() && request->target.size() <= 4096);
    require(request->type.starts_with("glusterconsul"));
    require(request->options.size() <= 1000);
    for (const auto& option : request->options) require(!option.name.empty());
  }
  return 0;
}
