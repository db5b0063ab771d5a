#include "util/user_namespace.hpp"

#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul {
namespace {

/// overflowuid of proc_sys_kernel(5)
uid_t overflow_user() {
  constexpr uid_t kUsual = 65534;
  const auto text = read_proc_file(proc_path("sys/kernel/overflowuid"));
  return static_cast<uid_t>(parse_number(trim(text), 0, UINT32_MAX).value_or(kUsual));
}

}  // namespace

bool maps_user(std::string_view uid_map, uid_t user) {
  bool is_map = false;
  for (const auto line : split(uid_map, '\n')) {
    const auto words = words_of(line);
    if (words.size() != 3) continue;
    const auto inside = parse_number(words[0], 0, UINT32_MAX);
    const auto count = parse_number(words[2], 0, UINT32_MAX);
    if (!inside || !count) continue;
    is_map = true;
    if (user >= *inside && user - *inside < *count) return true;
  }
  return !is_map;
}

bool is_unmapped(uid_t user) {
  if (user == 0 || user != overflow_user()) return false;
  const auto path = proc_path("self/uid_map");
  const auto text = read_proc_file(path);
  // Before the map is written, it is empty.
  return text.empty() ? ::access(path.c_str(), F_OK) == 0 : !maps_user(text, user);
}

std::optional<uid_t> identified_caller() {
  const uid_t caller = ::geteuid();
  if (is_unmapped(caller)) return std::nullopt;
  return caller;
}

}  // namespace glusterconsul
