#include "util/path_walk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string_view>
#include <utility>
#include <vector>

#include "util/fuse_owner.hpp"
#include "util/text.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul {
namespace {

/// Follows a path component by component, so that nobody can replace a part of it between the check
/// and the next step.
class Walk {
 public:
  Walk(const std::string& path, int last_flags, JudgeStep judge)
      : path_(path),
        last_flags_(last_flags),
        judge_(std::move(judge)),
        directory_(::open("/", kLook | O_DIRECTORY)) {
    push(path);
  }

  Opened open() {
    constexpr int kMaxLinks = 40;  // as many as Linux follows
    for (int links = 0; directory_;) {
      if (names_.empty()) return opened(std::move(directory_));
      const std::string name = names_.back();
      names_.pop_back();
      UniqueFd next(::openat(directory_.get(), name.c_str(), kLook | O_NOFOLLOW));
      enter(name);
      const auto facts = facts_of(next);
      if (!facts) return failed_by(errno);
      if (auto refusal = judge_(*facts, path_)) return {.fd = {}, .refusal = std::move(refusal)};
      if (S_ISLNK(facts->mode)) {
        if (++links > kMaxLinks) return failed_by(ELOOP);
        if (!follow(next)) return failed_by(errno);
      } else if (S_ISDIR(facts->mode)) {
        directory_ = std::move(next);
        if (!location_.empty()) {
          location_.back().is_open_to_others = (facts->mode & (S_IWGRP | S_IWOTH)) != 0;
        }
      } else {
        return names_.empty() ? open_last(name) : failed_by(ENOTDIR);
      }
    }
    return failed_by(errno);
  }

 private:
  /// A component of a path.
  struct Place {
    std::string name;
    bool is_open_to_others = false;  ///< a directory in which others can create files
  };
  static constexpr int kLook = O_PATH | O_CLOEXEC;

  static Opened failed_by(int problem) { return {.fd = {}, .problem = problem}; }

  Opened opened(UniqueFd file) {
    const auto facts = facts_of(file);
    if (!facts) return failed_by(errno);
    return {.fd = std::move(file), .facts = *facts};
  }

  /// None, and errno, if there is no file. Of the entry that was entered last.
  [[nodiscard]] std::optional<FileFacts> facts_of(const UniqueFd& file) const {
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0) return std::nullopt;
    const bool is_in_system =
        !location_.empty() && (location_.front().name == "etc" || location_.front().name == "usr");
    const bool is_open = std::any_of(location_.begin(), location_.end(),
                                     [](const Place& place) { return place.is_open_to_others; });
    // Whoever runs a FUSE file system makes up the owners of its files.
    const auto mounter = fuse_owner(status.st_dev);
    if (mounter && *mounter != 0) return FileFacts{*mounter, status.st_mode};
    return FileFacts{status.st_uid, status.st_mode, is_unmapped(status.st_uid),
                     is_in_system && !is_open};
  }

  void enter(const std::string& name) {
    if (name == "..") {
      if (!location_.empty()) location_.pop_back();
    } else if (name != ".") {
      location_.push_back({name, false});
    }
  }

  /// The components of `path` come next, in their order.
  void push(std::string_view path) {
    const auto names = split(path, '/');
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      if (!name->empty()) names_.emplace_back(*name);
    }
  }

  bool follow(const UniqueFd& link) {
    std::string target(PATH_MAX, '\0');
    const auto length = ::readlinkat(link.get(), "", target.data(), target.size());
    if (length < 0) return false;
    target.resize(static_cast<std::size_t>(length));
    enter("..");  // the link is replaced by what it leads to
    if (target.starts_with('/')) {
      directory_ = UniqueFd(::open("/", kLook | O_DIRECTORY));
      location_.clear();
    }
    push(target);
    return static_cast<bool>(directory_);
  }

  Opened open_last(const std::string& name) {
    UniqueFd file(::openat(directory_.get(), name.c_str(), last_flags_ | O_NOFOLLOW | O_CLOEXEC));
    return file ? opened(std::move(file)) : failed_by(errno);
  }

  const std::string& path_;
  int last_flags_;
  JudgeStep judge_;
  UniqueFd directory_;
  std::vector<std::string> names_;  ///< the components still to follow, the next one last
  std::vector<Place> location_;     ///< from "/" to where it really is
};

}  // namespace

Opened open_judged_path(const std::string& path, int last_flags, JudgeStep judge) {
  return Walk(path, last_flags, std::move(judge)).open();
}

}  // namespace glusterconsul
