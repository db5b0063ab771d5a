#include "consul/tls_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "util/proc_file.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

Result<TlsFile> open_tls_file(std::string_view option, const std::string& path, Readers readers) {
  if (path.empty()) return TlsFile();
  auto opened = open_trusted_file(path, readers);
  if (!opened) return with_context(opened.error(), option);
  return TlsFile{path, *std::move(opened)};
}

}  // namespace

std::string TlsFile::link() const {
  return fd ? proc_path(fmt::format("self/fd/{}", fd.get())) : "";
}

Result<TlsFiles> open_tls_files(const HttpSettings& settings) {
  TlsFiles files;
  if (settings.verify) {
    TRY_ASSIGN(files.ca_cert, open_tls_file("consul-ca-cert", settings.ca_cert, Readers::kAnybody));
  }
  if (settings.verify && !settings.ca_path.empty()) {
    const auto checked = check_certificate_directory(settings.ca_path);
    if (!checked) return with_context(checked.error(), "consul-ca-path");
  }
  TRY_ASSIGN(files.client_cert,
             open_tls_file("consul-client-cert", settings.client_cert, Readers::kAnybody));
  TRY_ASSIGN(files.client_key,
             open_tls_file("consul-client-key", settings.client_key, Readers::kGroup));
  return files;
}

std::string with_paths(std::string message, const TlsFiles& files) {
  for (const auto* file : {&files.ca_cert, &files.client_cert, &files.client_key}) {
    const auto link = file->link();
    const auto at = link.empty() ? std::string::npos : message.find(link);
    if (at == std::string::npos) continue;
    const auto end =
        std::min(message.find_first_not_of("0123456789", at + link.size()), message.size());
    if (end == at + link.size()) message.replace(at, link.size(), file->path);
  }
  return message;
}

}  // namespace glusterconsul::consul
