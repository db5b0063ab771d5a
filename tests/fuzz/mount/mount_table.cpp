#include "mount/mount_table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "../check.hpp"

using namespace glusterconsul;
using namespace glusterconsul::fuzz;

/// The text of proc_pid_mountinfo(5): each target in the table is found, and of several
/// entries for one target, the last one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto table =
      mount::parse_mount_table(std::string(reinterpret_cast<const char*>(data), size));
  if (!table) {
    require_sentence(table.error());
    return 0;
  }
  for (const auto& entry : *table) {
    const auto visible = mount::mounted_at(*table, entry.target);
    require(visible && visible->target == entry.target);
    const auto occupied = mount::occupied(*table, entry.target, visible->source);
    const bool gluster = visible->type == mount::kGlusterType;
    require(occupied == (gluster ? mount::Occupied::kSame : mount::Occupied::kNo));
  }
  if (table->empty()) return 0;
  require(mount::mounted_at(*table, table->back().target)->id == table->back().id);
  return 0;
}
