#include "mount/source.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace glusterconsul;

/// A SPEC: as it will be shown once mounted it means the same, and parses to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto source = mount::parse_source(text);
  if (!source) return 0;
  if (!text.starts_with(source->display_name)) std::abort();
  const auto shown = source->mounted_as();
  if (!mount::same_source(shown, text)) std::abort();
  const auto again = mount::parse_source(shown);
  if (!again || again->path != source->path || again->display_name != source->display_name) {
    std::abort();
  }
  return 0;
}
