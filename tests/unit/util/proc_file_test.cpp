#include "util/proc_file.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace glusterconsul {
namespace {

using ::testing::StartsWith;

TEST(ProcFile, ShowsOwnId) {
  EXPECT_EQ(own_id_in_proc(), ::getpid());
}

TEST(ProcFile, ReadsWholeFile) {
  const auto pid = ::getpid();
  EXPECT_THAT(read_proc_file(fmt::format("/proc/{}/stat", pid)),
              StartsWith(fmt::format("{} (", pid)));
}

TEST(ProcFile, IsEmptyIfProcessDoesNotExist) {
  EXPECT_EQ(read_proc_file("/proc/0/stat"), "");
}

// read(2) fails because nothing is mapped at address 0. It also fails if a process exits after its
// file was opened.
TEST(ProcFile, IsEmptyIfReadFails) {
  EXPECT_EQ(read_proc_file("/proc/self/mem"), "");
}

TEST(ProcessStat, ParsesNameAndParent) {
  const auto stat = parse_process_stat("42 (mount.glusterco) S 7 42 42 0 -1 4194304 1");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->name, "mount.glusterco");
  EXPECT_EQ(stat->parent, 7);
}

TEST(ProcessStat, ParsesStatOfThisProcess) {
  const auto stat = parse_process_stat(read_proc_file(fmt::format("/proc/{}/stat", ::getpid())));
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->parent, ::getppid());
}

TEST(ProcessStat, ParsesNameWithParentheses) {
  const auto stat = parse_process_stat("42 (a) S 1 (b) S 7 42 42 0");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->name, "a) S 1 (b");
  EXPECT_EQ(stat->parent, 7);
}

TEST(ProcessStat, RejectsInvalidText) {
  for (const auto* text :
       {"", "42", "42 (a", ")(", "42 (a)", "42 (a) S", "42 (a) S x 1", "42 (a) S -1 1"}) {
    EXPECT_FALSE(parse_process_stat(text)) << text;
  }
}

}  // namespace
}  // namespace glusterconsul
