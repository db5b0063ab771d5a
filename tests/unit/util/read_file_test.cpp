#include "util/read_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
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

TEST(ReadRegularFile, IgnoresWhatIsNotARegularFile) {
  const std::string directory =
      ::testing::TempDir() + "glusterconsul-read-" + std::to_string(::getpid());
  ASSERT_EQ(::mkdir(directory.c_str(), 0700), 0);
  const std::string fifo = directory + "/fifo";
  const std::string regular = directory + "/regular";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  {
    const UniqueFd file(::open(regular.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_TRUE(write_all(file.get(), "0123456789").has_value());
  }
  EXPECT_EQ(read_regular_file(regular, 100), "0123456789");
  EXPECT_EQ(read_regular_file(regular, 4), "0123");
  EXPECT_EQ(read_regular_file(fifo, 100), "");
  EXPECT_EQ(read_regular_file(directory, 100), "");
  EXPECT_EQ(read_regular_file("/dev/zero", 100), "");
  EXPECT_EQ(read_regular_file(directory + "/missing", 100), "");
  ::unlink(fifo.c_str());
  ::unlink(regular.c_str());
  ::rmdir(directory.c_str());
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
