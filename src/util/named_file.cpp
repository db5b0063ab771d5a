#include "util/named_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "util/isolated_call.hpp"
#include "util/text.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

bool is_checked(const std::string& path) {
  return !path.starts_with("/etc/") && !path.starts_with("/usr/");
}

/// Opens a file or directory and reads from it; the kernel alone could answer a lookup. FIFOs,
/// devices and sockets are only looked up.
void touch(const char* path) {
  const UniqueFd found(::open(path, O_PATH | O_CLOEXEC));
  struct stat status{};
  if (!found || ::fstat(found.get(), &status) != 0 ||
      !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
    return;
  const UniqueFd file(::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  char byte = 0;
  [[maybe_unused]] const auto size = ::read(file.get(), &byte, 1);
}

/// Runs in the child. Writes one byte for each file that has responded, and returns the errno.
int touch_all(const std::vector<NamedFile>& files) {
  for (const auto& file : files) {
    touch(file.path.c_str());
    if (::write(IsolatedCall::kOutput, ".", 1) != 1) return errno;
  }
  return 0;
}

}  // namespace

Result<void> files_respond(const std::vector<NamedFile>& files, const Cancel& cancel,
                           const Deadline& deadline) {
  std::vector<NamedFile> checked;
  std::copy_if(files.begin(), files.end(), std::back_inserter(checked),
               [](const NamedFile& file) { return is_checked(file.path); });
  if (checked.empty()) return {};
  auto call =
      IsolatedCall::start([&] { return touch_all(checked); }, IsolatedCall::Output::kCaptured);
  if (!call) return with_context(call.error(), "the files that the options name");
  const auto ended = call->wait(deadline, cancel);
  if (ended) return {};
  call->abandon();
  if (ended.error().code != ErrorCode::kTimedOut) return fail(ended.error());
  TRY_ASSIGN(const auto responded, call->output(checked.size()));
  const auto& file = checked.at(std::min(responded.size(), checked.size() - 1));
  return fail(
      ErrorCode::kUnreadable,
      fmt::format("{}={}: its file system does not respond", file.option, shortened(file.path)),
      "repair that file system, or keep the file on a local one");
}

}  // namespace glusterconsul
