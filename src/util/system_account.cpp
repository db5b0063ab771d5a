#include "util/system_account.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>

#include <vector>

#include "util/read_file.hpp"
#include "util/text.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul {
namespace {

/// Whether /run has an entry owned by root for this user: systemd keeps one for each dynamic user.
bool is_dynamic_user(uid_t user) {
  struct stat status{};
  const auto path = fmt::format("/run/systemd/dynamic-uid/{}", user);
  return ::lstat(path.c_str(), &status) == 0 && status.st_uid == 0;
}

std::string read_login_defs() {
  constexpr std::size_t kMaxSize = 64UL * 1024;
  return read_regular_file("/etc/login.defs", kMaxSize);
}

}  // namespace

uid_t first_ordinary_user(std::string_view login_defs) {
  constexpr std::string_view kField = "UID_MIN";
  constexpr uid_t kUsual = 1000;
  for (const auto line : split(login_defs, '\n')) {
    const auto words = trim(line);
    if (!words.starts_with(kField)) continue;
    const auto value = std::string_view(words).substr(kField.size());
    if (value.empty() || (value.front() != ' ' && value.front() != '\t')) continue;
    const auto number = parse_number(trim(value), 0, kUsual);
    if (number) return static_cast<uid_t>(*number);
  }
  return kUsual;
}

bool is_system_account(uid_t user) {
  if (user == 0) return true;
  if (user < first_ordinary_user("")) return user < first_ordinary_user(read_login_defs());
  return is_dynamic_user(user);
}

std::string describe_user(uid_t user) {
  constexpr std::size_t kUserRecordSize = 16UL * 1024;
  std::vector<char> buffer(kUserRecordSize);
  passwd record{};
  passwd* found = nullptr;
  if (is_unmapped(user)) return fmt::format("{} (not mapped in this user namespace)", user);
  if (::getpwuid_r(user, &record, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return fmt::format("{}", user);
  }
  return fmt::format("{} ({})", user, found->pw_name);
}

}  // namespace glusterconsul
