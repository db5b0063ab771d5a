#pragma once

#include <span>
#include <string>
#include <vector>

#include "admin/check_result.hpp"
#include "admin/server_state.hpp"
#include "gluster/volume_path.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::admin {

/// A volume with what was seen of it, and the verdict.
struct CheckedVolume {
  gluster::VolumeName name;
  VolumeState seen;
  CheckResult result;
};

/// The result for several volumes together: the worst status, and a line that sums them up,
/// followed by the output for each. If that is longer than the output of a check may be, it has
/// only the first lines, the worst first, and then the number of the others. That of one volume is
/// its own result. `volumes` must not be empty.
[[nodiscard]] CheckResult combined(std::span<const CheckedVolume> volumes);

/// The result if the check could not be done at all: unknown, and why.
[[nodiscard]] CheckResult unknown(const Error& error);

/// The output of `check server --json` and `check volume --json`: one object, of which the schema
/// is schema/glusterconsul.schema.json.
[[nodiscard]] std::string server_check_json(const Endpoint& glusterd, const ServerState& seen,
                                            const CheckResult& result);
[[nodiscard]] std::string volume_check_json(const Endpoint& glusterd,
                                            std::span<const CheckedVolume> volumes);
/// The same for a check that could not be done.
[[nodiscard]] std::string failed_check_json(const Error& error, const CheckResult& result);

}  // namespace glusterconsul::admin
