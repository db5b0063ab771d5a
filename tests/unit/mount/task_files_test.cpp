#include "mount/task_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "util/cancel.hpp"

namespace glusterconsul::mount {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Task task_with(const std::vector<Option>& options) {
  return make_task("gluster:/g0", options, {}).value();
}

TEST(TaskFiles, AreThoseThatOptionsName) {
  EXPECT_THAT(task_files(task_with({})), IsEmpty());
  EXPECT_THAT(
      task_files(task_with({{"consul-http-addr", "https://consul.example.com"},
                            {"consul-token-file", "/srv/token"},
                            {"consul-ca-cert", "/srv/ca.pem"},
                            {"consul-ca-path", "/srv/ca"},
                            {"consul-client-cert", "/srv/cert.pem"},
                            {"consul-client-key", "/srv/key.pem"},
                            {"consul-glusterfs", "/opt/glusterfs"},
                            {"log-file", "/srv/log"}})),
      ElementsAre(
          TaskFile{"consul-token-file", "/srv/token"}, TaskFile{"consul-ca-cert", "/srv/ca.pem"},
          TaskFile{"consul-ca-path", "/srv/ca"}, TaskFile{"consul-client-cert", "/srv/cert.pem"},
          TaskFile{"consul-client-key", "/srv/key.pem"},
          TaskFile{"consul-glusterfs", "/opt/glusterfs"}, TaskFile{"log-file", "/srv/log"}));
  EXPECT_THAT(task_files(task_with({{"consul-http-addr", "unix:///srv/consul.sock"}})),
              ElementsAre(TaskFile{"consul-http-addr", "/srv/consul.sock"}));
}

TEST(TaskFiles, BelowEtcAndUsrAreNotChecked) {
  EXPECT_THAT(task_files(task_with({{"consul-token-file", "/etc/glusterconsul/token"},
                                    {"consul-glusterfs", "/usr/sbin/glusterfs"}})),
              IsEmpty());
}

TEST(TaskFiles, RespondWhateverTheyAre) {
  const std::filesystem::path directory =
      std::filesystem::path(::testing::TempDir()) / "task-files-test";
  std::filesystem::create_directories(directory);
  const auto file = (directory / "file").string();
  const auto fifo = (directory / "fifo").string();
  std::ofstream(file) << "text";
  static_cast<void>(::mkfifo(fifo.c_str(), 0600));
  const Cancel cancel;
  EXPECT_TRUE(files_respond({{"a", file},
                             {"b", fifo},
                             {"c", directory.string()},
                             {"d", file + ".missing"},
                             {"e", file + "/below"}},
                            cancel));
  std::filesystem::remove_all(directory);
}

TEST(TaskFiles, InterruptEndsTheWait) {
  Cancel cancel;
  cancel.request();
  // The child may end before the interrupt is noticed.
  const auto ended = files_respond({{"a", "/dev/null"}}, cancel);
  EXPECT_TRUE(ended || ended.error().code == ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace glusterconsul::mount
