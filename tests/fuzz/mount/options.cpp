#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mount/arguments.hpp"
#include "mount/mount_options.hpp"

using namespace glusterconsul;

namespace {

bool is_ours(std::string_view name) {
  return name.starts_with("consul-");
}

/// Words that no client may ever see: it would end, some with status 0.
bool is_not_for_the_client(std::string_view name) {
  return is_ours(name) || name.empty() || name.starts_with("x-") || name.starts_with("X-") ||
         name == "defaults" || name == "relatime" || name == "sync" || name == "remount";
}

}  // namespace

/// An option string: every option has a name, and each reaches only whom it is for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto options =
      mount::split_options(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!options) return 0;
  for (const auto& option : *options) {
    if (option.name.empty() || option.name.find('"') != std::string::npos) std::abort();
  }
  const auto sorted = mount::sort_options(*options);
  if (!sorted) return 0;
  for (const auto& option : sorted->client) {
    if (is_not_for_the_client(option.name)) std::abort();
  }
  for (const auto& assignment : sorted->ours) {
    if (!is_ours(assignment.name)) std::abort();
  }
  return 0;
}
