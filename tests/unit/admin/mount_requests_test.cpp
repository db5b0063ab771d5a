#include "admin/mount_requests.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string_view>

#include "util/cancel.hpp"
#include "util/report.hpp"

namespace glusterconsul::admin {
namespace {

using namespace std::chrono_literals;

TEST(MountRequests, SeeDirectoryWithoutMeta) {
  auto requests = MountRequests::start(::testing::TempDir());
  ASSERT_TRUE(requests);
  const Cancel cancel;
  const Report report("test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                      [](std::string_view) {});
  const auto seen = requests->finish({Deadline::after(20s), cancel, report});
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_TRUE(seen->statfs.has_ended);
  EXPECT_EQ(seen->statfs.error_number, 0);
  EXPECT_FALSE(seen->graph);
}

TEST(MountRequests, EndWhenInterrupted) {
  auto requests = MountRequests::start(::testing::TempDir());
  ASSERT_TRUE(requests);
  Cancel cancel;
  cancel.request();
  const Report report("test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                      [](std::string_view) {});
  const auto seen = requests->finish({Deadline::after(20s), cancel, report});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kInterrupted);
}

TEST(MountRequests, SeeErrno) {
  auto requests = MountRequests::start("/nonexistent");
  ASSERT_TRUE(requests);
  const Cancel cancel;
  const Report report("test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                      [](std::string_view) {});
  EXPECT_EQ(requests->finish({Deadline::after(20s), cancel, report})->statfs.error_number, ENOENT);
}

}  // namespace
}  // namespace glusterconsul::admin
