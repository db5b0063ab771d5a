#include "util/named_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "util/cancel.hpp"

namespace glusterconsul {
namespace {

TEST(NamedFiles, RespondWhateverTheyAre) {
  const std::filesystem::path directory = std::filesystem::path(::testing::TempDir()) /
                                          ("named-file-test-" + std::to_string(::getpid()));
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

TEST(NamedFiles, InterruptEndsTheWait) {
  Cancel cancel;
  cancel.request();
  // The child may end before the interrupt is noticed.
  const auto ended = files_respond({{"a", "/dev/null"}}, cancel);
  EXPECT_TRUE(ended || ended.error().code == ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace glusterconsul
