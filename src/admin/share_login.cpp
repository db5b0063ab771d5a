#include "admin/share_login.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::admin {
namespace {

constexpr std::size_t kMaxShareName = 80;  // MS-SRVS; longer names cannot be served
constexpr std::size_t kMaxMarker = 1024;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<void> check_share(std::string_view share) {
  const bool is_odd = std::any_of(share.begin(), share.end(), [](char c) {
    return is_control(c) || std::string_view("\"/\\[]:|<>+=;,*?").find(c) != std::string_view::npos;
  });
  if (!share.empty() && share.size() <= kMaxShareName && !is_odd) return {};
  return fail(ErrorCode::kUsage,
              fmt::format("'{}' cannot be the name of a share", shortened(share, 60)));
}

/// smbclient splits its commands at ';', whether it is quoted or not.
Result<void> check_marker(std::string_view marker) {
  const bool is_odd = std::any_of(marker.begin(), marker.end(),
                                  [](char c) { return is_control(c) || c == '"' || c == ';'; });
  if (marker.size() <= kMaxMarker && !is_odd) return {};
  return fail(ErrorCode::kUsage,
              fmt::format("'{}' cannot be read with smbclient", shortened(marker, 60)),
              "use a path without quotes, semicolons or control characters");
}

}  // namespace

Result<std::vector<std::vector<std::string>>> smbclient_runs(const Endpoint& server,
                                                             const std::string& share,
                                                             const ShareLogin& login) {
  TRY(check_share(share));
  TRY(check_marker(login.marker));
  std::vector<std::string> commands;
  if (login.list) commands.emplace_back("ls");
  if (!login.marker.empty()) commands.push_back(fmt::format("get \"{}\" /dev/null", login.marker));
  if (commands.empty()) commands.emplace_back("exit");
  std::vector<std::vector<std::string>> runs;
  for (const auto& command : commands) {
    runs.push_back({fmt::format("//{}/{}", server.host.text(), share), "--port",
                    std::to_string(server.port), "--authentication-file", login.credentials,
                    "--command", command});
  }
  return runs;
}

std::string nt_status_in(std::string_view output) {
  constexpr std::string_view kPrefix = "NT_STATUS_";
  const auto start = output.find(kPrefix);
  if (start == std::string_view::npos) return "";
  const auto end =
      std::find_if_not(output.begin() + static_cast<std::ptrdiff_t>(start), output.end(),
                       [](char c) { return c == '_' || is_ascii_alnum(c); });
  return std::string(output.begin() + static_cast<std::ptrdiff_t>(start), end);
}

}  // namespace glusterconsul::admin
