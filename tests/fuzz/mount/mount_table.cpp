#include "mount/mount_table.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace glusterconsul;

/// The text of proc_pid_mountinfo(5): what was read is found again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto table =
      mount::parse_mount_table(std::string(reinterpret_cast<const char*>(data), size));
  if (!table) return 0;
  for (const auto& entry : *table) {
    const auto visible = mount::mounted_at(*table, entry.target);
    if (!visible) std::abort();
    const auto occupied = mount::occupied(*table, entry.target, visible->source);
    const bool gluster = visible->type == mount::kGlusterType;
    if (occupied != (gluster ? mount::Occupied::kSame : mount::Occupied::kNo)) std::abort();
  }
  return 0;
}
