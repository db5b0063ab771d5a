#include "mount/source.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../check.hpp"

using namespace glusterconsul;
using namespace glusterconsul::fuzz;

/// A SPEC: the form shown in the mount table has the same meaning, and round-trips.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto source = mount::parse_source(text);
  if (!source) {
    require_sentence(source.error());
    return 0;
  }
  require(text.starts_with(source->display_name));
  const auto shown = source->mounted_as();
  require(mount::same_source(shown, text));
  const auto again = mount::parse_source(shown);
  require(again && again->path == source->path && again->display_name == source->display_name);
  return 0;
}
