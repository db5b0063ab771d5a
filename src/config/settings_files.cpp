#include "config/settings_files.hpp"

#include <string>

namespace glusterconsul::config {

std::vector<NamedFile> settings_files(const Settings& settings) {
  std::vector<NamedFile> files;
  const auto add = [&](const char* option, const std::string& path) {
    if (!path.empty()) files.push_back({option, path});
  };
  if (const auto& http = settings.http) {
    add("consul-token-file", settings.token_file);
    add("consul-http-addr", http->unix_socket.value_or(""));
    add("consul-ca-cert", http->ca_cert);
    add("consul-ca-path", http->ca_path);
    add("consul-client-cert", http->client_cert);
    add("consul-client-key", http->client_key);
  }
  add("consul-glusterfs", settings.glusterfs);
  return files;
}

}  // namespace glusterconsul::config
