#include "mount/mount_records.hpp"

#include <fmt/format.h>
#include <libmount.h>

#include "mount/libmount_handles.hpp"
#include "mount/source.hpp"

namespace glusterconsul::mount {
namespace {

/// Calls `use` with each entry of a table; false if it cannot be read.
template <typename Use>
bool for_each_entry(const std::string& path, const Use& use) {
  const Table table(mnt_new_table());
  const Iterator iterator(mnt_new_iter(MNT_ITER_FORWARD));
  if (!table || !iterator) return false;
  mnt_table_set_parser_errcb(table.get(), skip_bad_line);
  if (mnt_table_parse_file(table.get(), path.c_str()) != 0) return false;
  libmnt_fs* fs = nullptr;
  while (mnt_table_next_fs(table.get(), iterator.get(), &fs) == 0) use(fs);
  return true;
}

}  // namespace

Result<std::map<int, MountRecord>> mount_records(const std::string& path) {
  std::map<int, MountRecord> records;
  const auto read = for_each_entry(path, [&](libmnt_fs* fs) {
    records.insert_or_assign(mnt_fs_get_id(fs), MountRecord{text_or_empty(mnt_fs_get_options(fs)),
                                                            mnt_fs_get_devno(fs)});
  });
  if (!read) return fail(ErrorCode::kSystem, fmt::format("cannot read the mount table {}", path));
  return records;
}

std::optional<std::string> fstab_options(const std::string& source, const std::string& target,
                                         const std::string& path) {
  std::optional<std::string> options;
  for_each_entry(path, [&](libmnt_fs* fs) {
    if (options || text_or_empty(mnt_fs_get_fstype(fs)) != "glusterconsul") return;
    auto its_target = text_or_empty(mnt_fs_get_target(fs));
    while (its_target.size() > 1 && its_target.ends_with('/')) its_target.pop_back();
    if (its_target != target || !same_source(text_or_empty(mnt_fs_get_source(fs)), source)) return;
    options = text_or_empty(mnt_fs_get_options(fs));
  });
  return options;
}

}  // namespace glusterconsul::mount
