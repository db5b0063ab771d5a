#include "util/proc_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace glusterconsul {
namespace {

using ::testing::StartsWith;

TEST(ProcFile, IsReadWhole) {
  const auto pid = ::getpid();
  EXPECT_THAT(read_proc_file(fmt::format("/proc/{}/stat", pid)),
              StartsWith(fmt::format("{} (", pid)));
}

TEST(ProcFile, OfNoProcessIsEmpty) {
  EXPECT_EQ(read_proc_file("/proc/0/stat"), "");
}

// As that of a process that ends meanwhile: no page is at address 0.
TEST(ProcFile, WhoseReadingFailsBehindItsOpeningIsEmpty) {
  EXPECT_EQ(read_proc_file("/proc/self/mem"), "");
}

}  // namespace
}  // namespace glusterconsul
