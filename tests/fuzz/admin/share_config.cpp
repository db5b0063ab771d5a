#include "admin/share_config.hpp"

#include <cstddef>
#include <cstdint>

#include "../check.hpp"

using namespace glusterconsul;
using namespace glusterconsul::admin;
using namespace glusterconsul::fuzz;

/// The first line is the name of the share, the rest the output of testparm. A share with a volume
/// has servers, one without has none, and their number is bounded by the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const auto share = text.substr(0, end);
  const auto config = parse_share_config(text.substr(end), share);
  if (!config) {
    require(config.error().code == ErrorCode::kUnknown ||
            config.error().code == ErrorCode::kBadReply);
    require_sentence(config.error());
    return 0;
  }
  require(config->volume.empty() || !config->volfile_servers.empty());
  require(!config->volume.empty() || share.empty() || config->volfile_servers.empty());
  require(config->volfile_servers.size() <= size);
  for (const auto& server : config->volfile_servers) require(server.port != 0);
  return 0;
}
