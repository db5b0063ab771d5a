#include "mount/lookup_turn.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace glusterconsul::mount {
namespace {

class Turn : public ::testing::Test {
 protected:
  Turn() {
    std::string name = std::filesystem::canonical(::testing::TempDir()) / "turnXXXXXX";
    root_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
  }
  ~Turn() override { std::filesystem::remove_all(root_); }
  [[nodiscard]] std::string directory() const { return root_ / "glusterconsul"; }

  std::filesystem::path root_;
};

TEST_F(Turn, OnlyOneHelperHasTurn) {
  LookupTurn one(directory(), "a");
  LookupTurn other(directory(), "a");
  EXPECT_TRUE(one.take());
  EXPECT_TRUE(one.take()) << "it already has the turn";
  EXPECT_FALSE(other.take());
  EXPECT_FALSE(other.is_over());
  one.end();
  EXPECT_TRUE(other.is_over());
  EXPECT_TRUE(other.take());
  EXPECT_FALSE(one.take());
}

TEST_F(Turn, OtherQueryHasItsOwnTurn) {
  LookupTurn one(directory(), "a");
  LookupTurn other(directory(), "b");
  EXPECT_TRUE(one.take() && other.take());
}

TEST_F(Turn, RemovesFilesAndDirectory) {
  {
    LookupTurn one(directory(), "a");
    LookupTurn other(directory(), "b");
    EXPECT_TRUE(one.take() && other.take());
    one.end();
    EXPECT_TRUE(std::filesystem::exists(directory())) << "the other turn's file is in it";
    EXPECT_EQ(std::filesystem::status(directory()).permissions(),
              std::filesystem::perms::owner_all);
  }
  EXPECT_FALSE(std::filesystem::exists(directory()));
}

TEST_F(Turn, EndsIfHelperIsKilled) {
  const pid_t helper = ::fork();
  if (helper == 0) {
    LookupTurn turn(directory(), "a");
    if (!turn.take()) ::_exit(1);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(helper, &status, 0), helper);
  ASSERT_TRUE(WIFSIGNALED(status));
  LookupTurn turn(directory(), "a");
  EXPECT_TRUE(std::filesystem::exists(directory() + "/a"));
  EXPECT_TRUE(turn.is_over());
  EXPECT_TRUE(turn.take());
}

TEST_F(Turn, IsGrantedToAllIfItCannotBeShared) {
  const auto expect_all_have_it = [&](const std::string& where) {
    LookupTurn one(where, "a");
    LookupTurn other(where, "a");
    EXPECT_TRUE(one.take() && other.take()) << where;
    EXPECT_TRUE(one.is_over()) << where;
  };
  expect_all_have_it("/proc/nonexistent/glusterconsul");
  expect_all_have_it("/dev/null");
  std::filesystem::create_directory(directory());
  ASSERT_EQ(::chmod(directory().c_str(), 0777), 0);
  expect_all_have_it(directory());
  std::filesystem::create_directory_symlink(directory(), root_ / "link");
  expect_all_have_it(root_ / "link");
}

TEST_F(Turn, DoesNotFollowSymbolicLink) {
  std::filesystem::create_directory(directory());
  ASSERT_EQ(::chmod(directory().c_str(), 0700), 0);
  std::filesystem::create_symlink(root_ / "elsewhere", directory() + "/a");
  LookupTurn turn(directory(), "a");
  EXPECT_TRUE(turn.take());
  EXPECT_FALSE(std::filesystem::exists(root_ / "elsewhere"));
}

}  // namespace
}  // namespace glusterconsul::mount
