#include "mount/mount_table.hpp"

#include <fmt/format.h>
#include <libmount.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string_view>

#include "mount/libmount_handles.hpp"
#include "mount/mount_flags.hpp"
#include "mount/source.hpp"
#include "util/free_with.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

using File = std::unique_ptr<FILE, FreeWith<fclose>>;

unsigned fuse_user(libmnt_fs* fs) {
  char* value = nullptr;
  std::size_t size = 0;
  const char* options = mnt_fs_get_fs_options(fs);
  if (options == nullptr || mnt_optstr_get_option(options, "user_id", &value, &size) != 0) {
    return 0;
  }
  constexpr unsigned kMaxUser = std::numeric_limits<unsigned>::max();
  const auto user = parse_number(std::string_view(value, size), 0, kMaxUser);
  return user ? static_cast<unsigned>(*user) : kMaxUser;
}

MountEntry to_entry(libmnt_fs* fs) {
  return {mnt_fs_get_id(fs),
          text_or_empty(mnt_fs_get_target(fs)),
          text_or_empty(mnt_fs_get_source(fs)),
          text_or_empty(mnt_fs_get_fstype(fs)),
          mnt_fs_get_parent_id(fs),
          fuse_user(fs),
          parse_mount_flags(text_or_empty(mnt_fs_get_vfs_options(fs)),
                            text_or_empty(mnt_fs_get_fs_options(fs)))};
}

Result<std::vector<MountEntry>> parse_stream(const File& file, const std::string& name) {
  const Table table(mnt_new_table());
  const Iterator iterator(mnt_new_iter(MNT_ITER_FORWARD));
  if (!table || !iterator) return fail(ErrorCode::kSystem, "out of memory");
  mnt_table_set_parser_errcb(table.get(), skip_bad_line);
  if (mnt_table_parse_stream(table.get(), file.get(), name.c_str()) != 0) {
    return fail(ErrorCode::kSystem, fmt::format("cannot parse the mount table {}", name));
  }
  std::vector<MountEntry> entries;
  libmnt_fs* fs = nullptr;
  while (mnt_table_next_fs(table.get(), iterator.get(), &fs) == 0) entries.push_back(to_entry(fs));
  return entries;
}

}  // namespace

Result<std::vector<MountEntry>> read_mount_table() {
  return read_mount_table(proc_path("self/mountinfo"));
}

Result<std::vector<MountEntry>> read_mount_table(const std::string& path) {
  const File file(std::fopen(path.c_str(), "re"));
  if (!file) {
    return fail(ErrorCode::kSystem,
                fmt::format("cannot read the mount table {}: {}", path, errno_text(errno)));
  }
  return parse_stream(file, path);
}

Result<std::vector<MountEntry>> parse_mount_table(const std::string& text) {
  if (text.empty()) return std::vector<MountEntry>();
  // Opened for reading only, so the text is not modified.
  const File file(::fmemopen(const_cast<char*>(text.data()), text.size(), "r"));
  if (!file) return fail(ErrorCode::kSystem, errno_text(errno));
  return parse_stream(file, "mountinfo");
}

bool is_gluster_mount(const MountEntry& entry) {
  return entry.type == kGlusterType && entry.user == 0;
}

std::optional<MountEntry> mounted_at(const std::vector<MountEntry>& table,
                                     const std::string& target) {
  const auto last = std::find_if(table.rbegin(), table.rend(),
                                 [&](const MountEntry& entry) { return entry.target == target; });
  if (last == table.rend()) return std::nullopt;
  return *last;
}

bool may_be_covered(const std::vector<MountEntry>& table, const MountEntry& mount) {
  std::map<int, int> parents;
  for (const auto& entry : table) parents.emplace(entry.id, entry.parent);
  std::set<int> below;  // this mount and those that it is on
  for (auto at = parents.find(mount.id); at != parents.end(); at = parents.find(at->second)) {
    if (!below.insert(at->first).second) break;
  }
  const auto is_above = [&](const std::string& target) {
    return mount.target.starts_with(target.ends_with('/') ? target : target + "/");
  };
  return std::any_of(table.begin(), table.end(), [&](const MountEntry& entry) {
    return is_above(entry.target) && !below.contains(entry.id);
  });
}

std::vector<MountEntry> new_mounts(const std::vector<MountEntry>& before,
                                   const std::vector<MountEntry>& now) {
  std::vector<MountEntry> found;
  std::copy_if(now.begin(), now.end(), std::back_inserter(found), [&](const MountEntry& entry) {
    return is_gluster_mount(entry) && !has_mount(before, entry.target, entry.id);
  });
  return found;
}

bool has_mount(const std::vector<MountEntry>& table, const std::string& target, int id) {
  return std::any_of(table.begin(), table.end(), [&](const MountEntry& entry) {
    return entry.id == id && entry.target == target;
  });
}

Occupied occupied(const std::vector<MountEntry>& table, const std::string& target,
                  const std::string& mounted_as) {
  const auto there = mounted_at(table, target);
  if (!there || !is_gluster_mount(*there)) return Occupied::kNo;
  return same_source(there->source, mounted_as) ? Occupied::kSame : Occupied::kOther;
}

}  // namespace glusterconsul::mount
