#pragma once

#include <string>

namespace glusterconsul::config {

/// One setting from any source: the name of a `consul-` option, its value, and where it was set, as
/// text for a message ("-o", "CONSUL_HTTP_ADDR", "/etc/glusterconsul.conf:12").
struct Assignment {
  std::string name;
  std::string value;
  std::string origin;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

}  // namespace glusterconsul::config
