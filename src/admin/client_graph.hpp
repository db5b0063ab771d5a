#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.hpp"

namespace glusterconsul::admin {

/// A brick, as the client sees it.
struct BrickConnection {
  std::string host;  ///< as glusterd spells it; foreign text
  std::string path;  ///< on that host; foreign text
  bool is_connected = false;
  friend bool operator==(const BrickConnection&, const BrickConnection&) = default;
};

/// What a client shows of itself below `.meta` in its mount: docs/facts.md, "What .meta shows".
struct ClientGraph {
  std::string version;                  ///< of the running client: "10.3"; empty if unknown
  std::vector<BrickConnection> bricks;  ///< in the order of the names of their translators
};

/// Reads `.meta` in the mount at `target` and writes what parse_graph() reads to a descriptor.
/// Never returns while the mount does not respond, so it must run in an IsolatedCall. The errno if
/// it cannot be read, 0 otherwise.
[[nodiscard]] int write_graph(const std::string& target, int output);

/// The size of write_graph()'s output is limited to this: a thousand bricks with long paths.
inline constexpr std::size_t kMaxGraph = std::size_t{4} * 1024 * 1024;

/// Nothing if the text is not the whole output of write_graph().
[[nodiscard]] std::optional<ClientGraph> parse_graph(std::string_view text);

/// The text of `.meta/version`: `{ "Package Version": "10.3" }`. Empty if there is none.
[[nodiscard]] std::string parse_meta_version(std::string_view text);

/// Whether the text of a translator's `private` file says that it is connected.
[[nodiscard]] bool parse_connected(std::string_view text);

}  // namespace glusterconsul::admin
