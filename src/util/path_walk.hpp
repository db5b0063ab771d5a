#pragma once

#include <functional>
#include <optional>
#include <string>

#include "util/error.hpp"
#include "util/file_trust.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {

/// The file at the end of a path, or why it was not opened.
struct Opened {
  UniqueFd fd;
  FileFacts facts = {};                         ///< of `fd`
  int problem = 0;                              ///< the errno if there is no fd and no refusal
  std::optional<Error> refusal = std::nullopt;  ///< the file exists, but is not trusted
};

/// Judges one step of a path, a directory, a symbolic link or the file at its end, whose path is
/// given: judge_step() or a stricter function.
using JudgeStep = std::function<std::optional<Error>(const FileFacts&, const std::string& path)>;

/// Follows an absolute path component by component, also through symbolic links, so that nobody can
/// replace a part of it between the judgement and the next step. Opens the last component with
/// `last_flags`, O_NOFOLLOW and O_CLOEXEC; a directory always with O_PATH.
[[nodiscard]] Opened open_judged_path(const std::string& path, int last_flags, JudgeStep judge);

}  // namespace glusterconsul
