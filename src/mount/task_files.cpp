#include "mount/task_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "util/deadline.hpp"
#include "util/isolated_call.hpp"
#include "util/text.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {
namespace {

bool is_below_system_directory(const std::string& path) {
  return path.starts_with("/etc/") || path.starts_with("/usr/");
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
  static_cast<void>(::read(file.get(), &byte, 1));
}

/// Runs in the child. Writes one byte for each file that has responded.
int touch_all(const std::vector<TaskFile>& files) {
  for (const auto& file : files) {
    touch(file.path.c_str());
    static_cast<void>(::write(IsolatedCall::kOutput, ".", 1));
  }
  return 0;
}

}  // namespace

std::vector<TaskFile> task_files(const Task& task) {
  std::vector<TaskFile> files;
  const auto add = [&](const char* option, const std::string& path) {
    if (!path.empty() && !is_below_system_directory(path)) files.push_back({option, path});
  };
  const auto& settings = task.settings;
  if (const auto& http = settings.http) {
    add("consul-token-file", settings.token_file);
    add("consul-http-addr", http->unix_socket.value_or(""));
    add("consul-ca-cert", http->ca_cert);
    add("consul-ca-path", http->ca_path);
    add("consul-client-cert", http->client_cert);
    add("consul-client-key", http->client_key);
  }
  add("consul-glusterfs", settings.glusterfs);
  add("log-file", task.client.log_file.value_or(""));
  return files;
}

Result<void> files_respond(const std::vector<TaskFile>& files, const Cancel& cancel) {
  /// Longer than a disk takes to spin up.
  constexpr milliseconds kResponds{20'000};
  if (files.empty()) return {};
  auto call =
      IsolatedCall::start([&] { return touch_all(files); }, IsolatedCall::Output::kCaptured);
  if (!call) return with_context(call.error(), "the files that the options name");
  const auto ended = call->wait(Deadline::after(kResponds), cancel);
  if (ended) return {};
  call->kill();
  if (ended.error().code != ErrorCode::kTimedOut) return fail(ended.error());
  TRY_ASSIGN(const auto responded, call->output(files.size()));
  const auto& file = files.at(std::min(responded.size(), files.size() - 1));
  return fail(
      ErrorCode::kMountFailed,
      fmt::format("{}={}: its file system does not respond", file.option, shortened(file.path)),
      "repair that file system, or keep the file on a local one");
}

}  // namespace glusterconsul::mount
