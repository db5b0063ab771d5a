#include "util/read_file.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "util/output.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

UniqueFd file_with(std::string_view text) {
  UniqueFd file(::memfd_create("test", MFD_CLOEXEC));
  EXPECT_TRUE(write_all(file.get(), text).has_value());
  return file;
}

TEST(ReadFile, ReadsFileLargerThanBuffer) {
  const std::string text(10000, 'x');
  EXPECT_EQ(read_file(file_with(text).get(), 20000), text);
}

TEST(ReadFile, StopsAtLimit) {
  EXPECT_EQ(read_file(file_with("0123456789").get(), 4), "0123");
  EXPECT_EQ(read_file(file_with("0123456789").get(), 0), "");
  EXPECT_EQ(read_file(file_with(std::string(9000, 'x')).get(), 8192)->size(), 8192U);
}

TEST(ReadFile, StartsAtOffset) {
  EXPECT_EQ(read_file(file_with("0123456789").get(), 100, 7), "789");
  EXPECT_EQ(read_file(file_with("0123456789").get(), 100, 20), "");
}

TEST(ReadFile, KeepsFileOffset) {
  const auto file = file_with("0123456789");
  ASSERT_TRUE(read_file(file.get(), 100).has_value());
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), 10);
}

TEST(ReadFile, ReportsReadError) {
  const UniqueFd nothing;
  EXPECT_EQ(read_file(nothing.get(), 1).error().code, ErrorCode::kSystem);
}

}  // namespace
}  // namespace glusterconsul
