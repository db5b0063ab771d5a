#include "util/output.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>

#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

using ::testing::HasSubstr;

/// Redirects standard output to this descriptor for the lifetime of the object.
class StandardOutput {
 public:
  explicit StandardOutput(int fd) : before_(::dup(STDOUT_FILENO)) { ::dup2(fd, STDOUT_FILENO); }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;
  ~StandardOutput() { ::dup2(before_.get(), STDOUT_FILENO); }

 private:
  UniqueFd before_;
};

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};
Pipe make_pipe(int flags = 0) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | flags), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

TEST(Print, SucceedsIfReaderHasClosedPipe) {
  ::signal(SIGPIPE, SIG_IGN);
  auto pipe = make_pipe();
  pipe.reader.reset();
  const StandardOutput output(pipe.writer.get());
  EXPECT_TRUE(print("text"));
}

TEST(WriteMessage, IsDroppedIfReaderOfPipeIsStuck) {
  auto pipe = make_pipe();
  const int size = ::fcntl(pipe.writer.get(), F_GETPIPE_SZ);
  const UniqueFd before(::dup(STDERR_FILENO));
  ::dup2(pipe.writer.get(), STDERR_FILENO);
  write_message(std::string(static_cast<std::size_t>(size), 'x'), milliseconds(1000));
  write_message("dropped", milliseconds(1));
  write_message("dropped at once", milliseconds(1000'000));
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  const auto got = ::read(pipe.reader.get(), text.data(), text.size());
  write_message("read again", milliseconds(1000));
  ::dup2(before.get(), STDERR_FILENO);
  EXPECT_EQ(got, size);
  const auto more = ::read(pipe.reader.get(), text.data(), text.size());
  EXPECT_EQ(text.substr(0, static_cast<std::size_t>(std::max<ssize_t>(more, 0))), "read again");
}

TEST(Print, FailsIfDeviceIsFull) {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto printed = [&] {
    const StandardOutput output(full.get());
    return print("text");
  }();
  ASSERT_FALSE(printed);
  EXPECT_EQ(printed.error().code, ErrorCode::kSystem);
  EXPECT_THAT(printed.error().message, HasSubstr("No space left on device"));
}

TEST(WriteAll, WaitsForReaderOfNonBlockingPipe) {
  auto pipe = make_pipe(O_NONBLOCK);
  const std::string text(std::size_t{256} * 1024, 'x');  // more than a pipe holds
  std::size_t size = 0;
  std::thread reader([&] {
    std::array<char, 4096> part{};
    for (;;) {
      const auto got = ::read(pipe.reader.get(), part.data(), part.size());
      if (got == 0) return;
      if (got > 0) size += static_cast<std::size_t>(got);
    }
  });
  EXPECT_TRUE(write_all(pipe.writer.get(), text));
  pipe.writer.reset();
  reader.join();
  EXPECT_EQ(size, text.size());
}

}  // namespace
}  // namespace glusterconsul
