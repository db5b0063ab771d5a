#include "util/fuse_owner.hpp"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <cstdint>

#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul {
namespace {

/// The user in the options of a file system. The kernel writes its own after those of the caller.
uid_t user_in(std::string_view options) {
  constexpr std::string_view kOption = "user_id=";
  uid_t user = 0;
  for (const auto option : split(options, ',')) {
    if (!option.starts_with(kOption)) continue;
    const auto number = parse_number(option.substr(kOption.size()), 0, UINT32_MAX);
    user = static_cast<uid_t>(number.value_or(UINT32_MAX));
  }
  return user;
}

}  // namespace

std::optional<uid_t> fuse_owner(std::string_view mountinfo, dev_t device) {
  const auto wanted = fmt::format("{}:{}", major(device), minor(device));
  for (const auto line : split(mountinfo, '\n')) {
    const auto separator = line.find(" - ");
    const auto first = split(line.substr(0, separator), ' ');
    if (separator == std::string_view::npos || first.size() < 3 || first[2] != wanted) continue;
    const auto second = split(line.substr(separator + 3), ' ');
    if (second.size() < 3 || !second[0].starts_with("fuse")) continue;
    return user_in(second[2]);
  }
  return std::nullopt;
}

std::optional<uid_t> fuse_owner(dev_t device) {
  const bool may_be_fuse = major(device) == 0;
  if (!may_be_fuse) return std::nullopt;
  return fuse_owner(read_proc_file(proc_path("self/mountinfo")), device);
}

}  // namespace glusterconsul
