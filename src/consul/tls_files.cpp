#include "consul/tls_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "util/proc_file.hpp"
#include "util/read_file.hpp"
#include "util/text.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

Result<TlsFile> open_tls_file(std::string_view option, const std::string& path, Readers readers) {
  if (path.empty()) return TlsFile();
  auto opened = open_trusted_file(path, readers);
  if (!opened) {
    auto error = std::move(opened).error();
    if (error.hint.empty()) error.hint = fmt::format("create the file, or correct {}=", option);
    return with_context(std::move(error), option);
  }
  return TlsFile{path, *std::move(opened)};
}

Result<TlsFile> open_key(const std::string& path) {
  constexpr std::string_view kOption = "consul-client-key";
  constexpr std::size_t kMaxKey = 64UL * 1024;
  TRY_ASSIGN(auto key, open_tls_file(kOption, path, Readers::kGroup));
  // libcurl opens the file again.
  if (!key.fd || !needs_pass_phrase(read_file(key.fd.get(), kMaxKey).value_or(""))) return key;
  return with_context(
      {ErrorCode::kUsage,
       fmt::format("{}: the key has a pass phrase, which is not supported", path),
       fmt::format("create a copy without a pass phrase: 'openssl pkey -in {} -out NEW_FILE'",
                   shell_quote(path))},
      kOption);
}

}  // namespace

bool needs_pass_phrase(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kKey = "PRIVATE KEY-----";
  bool is_in_key = false;
  for (const auto raw : split(pem, '\n')) {
    const auto line = trim(raw);
    const bool is_encrypted = line.find("ENCRYPTED") != std::string_view::npos;
    if (is_in_key) {
      // The first line without a colon ends the headers.
      if (line.find(':') == std::string_view::npos) return false;
      if (line.starts_with("Proc-Type") && is_encrypted) return true;
    } else if (line.starts_with(kBegin) && line.ends_with(kKey)) {
      if (is_encrypted) return true;
      is_in_key = true;
    }
  }
  return false;
}

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
  TRY_ASSIGN(files.client_key, open_key(settings.client_key));
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
