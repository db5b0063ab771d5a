#include "mount/target.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fstream>
#include <string_view>
#include <utility>

#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

// Without O_DIRECTORY, which would trigger an automount.
constexpr int kLook = O_PATH | O_CLOEXEC;

tl::unexpected<Error> bad_target(const std::string& target, const std::string& why) {
  return fail(ErrorCode::kUsage, fmt::format("target {}: {}", shortened(target), why));
}

/// What the kernel already knows, without a request to the file system, which may not respond.
std::optional<struct statx> known_of(int directory, const char* path) {
  struct statx known = {};
  const int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW;
  if (::statx(directory, path, flags, STATX_BASIC_STATS, &known) != 0) return std::nullopt;
  return known;
}

DirectoryId id_of(const UniqueFd& fd, const struct statx& known) {
  constexpr unsigned kMajor = 32;
  return {(std::uint64_t{known.stx_dev_major} << kMajor) | known.stx_dev_minor, known.stx_ino,
          mount_id_of(fd).value_or(0)};
}

/// The current path of the directory.
Result<std::string> name_of(const UniqueFd& fd) {
  std::string path(PATH_MAX, '\0');
  const auto link = proc_path(fmt::format("self/fd/{}", fd.get()));
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  if (length < 0) return fail(ErrorCode::kSystem, errno_text(errno));
  path.resize(static_cast<std::size_t>(length));
  return path;
}

/// The last component of an absolute path.
const char* last_name(const std::string& path) {
  return path.c_str() + path.rfind('/') + 1;
}

/// Opens the parent directory, if it has the directory with that id under the last component of
/// `path`; otherwise empty.
UniqueFd open_parent(const std::string& path, const DirectoryId& id) {
  UniqueFd parent(::open(path.substr(0, path.rfind('/') + 1).c_str(), kLook));
  if (!parent || *last_name(path) == '\0') return {};
  const UniqueFd again(::openat(parent.get(), last_name(path), kLook | O_NOFOLLOW));
  const auto known = again ? known_of(again.get(), "") : std::nullopt;
  if (!known || id_of(again, *known) != id) parent.reset();
  return parent;
}

Ownership ownership(const struct statx& known) {
  return {known.stx_uid, known.stx_gid, known.stx_mode};
}

}  // namespace

std::optional<std::string> lexical_path(std::string_view written) {
  if (!written.starts_with('/')) return std::nullopt;
  std::string path;
  for (const auto component : split(written, '/')) {
    if (component == "..") return std::nullopt;
    if (!component.empty() && component != ".") path.append("/").append(component);
  }
  return path.empty() ? "/" : path;
}

Target::Target(UniqueFd directory, UniqueFd parent, std::string path, DirectoryId id)
    : directory_(std::move(directory)),
      parent_(std::move(parent)),
      path_(std::move(path)),
      id_(id) {}

Result<Target> Target::open(const std::string& written) {
  UniqueFd fd(::open(written.c_str(), kLook));
  if (!fd) return bad_target(written, errno_text(errno));
  const auto known = known_of(fd.get(), "");
  if (!known || !S_ISDIR(known->stx_mode)) return bad_target(written, "not a directory");
  auto path = name_of(fd);
  if (!path) {
    return fail(ErrorCode::kSystem,
                fmt::format("cannot determine the path of target {}: {}", shortened(written),
                            path.error().message),
                "check that /proc is mounted");
  }
  if (path->empty() || path->front() != '/') {
    return bad_target(written, "not reachable from /");
  }
  const auto id = id_of(fd, *known);
  auto parent = open_parent(*path, id);
  return Target(std::move(fd), std::move(parent), *std::move(path), id);
}

UniqueFd Target::open_mount(int mount_id) const {
  if (!parent_) return {};
  UniqueFd there(::openat(parent_.get(), last_name(path_), kLook | O_NOFOLLOW));
  if (there && mount_id_of(there) != mount_id) there.reset();
  return there;
}

Result<void> Target::check_unchanged() const {
  const UniqueFd now(::open(path_.c_str(), kLook | O_NOFOLLOW));
  const auto known = now ? known_of(now.get(), "") : std::nullopt;
  if (!known || id_of(now, *known) != id_) return fail(changed());
  return {};
}

bool Target::carries(const MountEntry& entry) const {
  return entry.parent == id_.mount_id && entry.target == path_ && name_of(directory_) == path_;
}

bool Target::shows(const MountEntry& entry, const std::vector<MountEntry>& table) const {
  if (entry.id == id_.mount_id) return true;
  const auto top = topmost(table);
  return top && top->id == entry.id;
}

std::optional<MountEntry> Target::topmost(const std::vector<MountEntry>& mounts) const {
  std::optional<MountEntry> top;
  for (const auto& entry : mounts) {
    const bool is_on_top = top && entry.parent == top->id && entry.target == top->target;
    if (is_on_top || carries(entry)) top = entry;
  }
  return top;
}

Error Target::changed() const {
  return {ErrorCode::kConflict,
          fmt::format("target {}: no longer the directory that was checked: a directory in its "
                      "path was renamed or replaced, or something was mounted over it",
                      shortened(path_)),
          "mount below directories that only root can change"};
}

std::optional<int> mount_id_of(const UniqueFd& fd) {
  constexpr std::string_view kField = "mnt_id:";
  std::ifstream info(proc_path(fmt::format("self/fdinfo/{}", fd.get())));
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with(kField)) continue;
    const auto id = parse_number(trim(std::string_view(line).substr(kField.size())), 0, INT_MAX);
    return id ? std::optional(static_cast<int>(*id)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> who_can_rename(const Ownership& parent, const Ownership& directory,
                                          uid_t caller) {
  const auto is_other = [&](uid_t user) { return user != 0 && user != caller; };
  if (is_other(parent.user)) return fmt::format("user {}", parent.user);
  const bool anybody_writes = (parent.mode & S_IWOTH) != 0;
  const bool group_writes = (parent.mode & S_IWGRP) != 0 && parent.group != 0;
  if (!anybody_writes && !group_writes) return std::nullopt;
  if ((parent.mode & S_ISVTX) != 0) {
    if (!is_other(directory.user)) return std::nullopt;
    return fmt::format("user {}", directory.user);
  }
  return anybody_writes ? "everyone" : fmt::format("group {}", parent.group);
}

std::optional<Warning> warning_about_path(const std::string& path) {
  auto parent = known_of(AT_FDCWD, "/");
  for (std::size_t end = 0; parent && end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    const auto way = path.substr(0, end);
    const auto known = known_of(AT_FDCWD, way.c_str());
    if (!known) break;
    if (const auto who = who_can_rename(ownership(*parent), ownership(*known), ::geteuid())) {
      return Warning{
          fmt::format("{} can rename {} and so put another directory in place of the target", *who,
                      shortened(way)),
          "mount below directories that only root can change"};
    }
    parent = known;
  }
  return std::nullopt;
}

}  // namespace glusterconsul::mount
