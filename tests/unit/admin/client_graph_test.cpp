#include "admin/client_graph.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <filesystem>
#include <fstream>

#include "util/read_file.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A directory like `.meta`, as GlusterFS 10.3 shows it.
class MetaDirectory : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "meta_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    target_ = pattern;
    write("version", "{ \n  \"Package Version\": \"10.3\"\n}");
  }
  void TearDown() override { std::filesystem::remove_all(target_); }

  void write(const std::string& name, const std::string& text) {
    const auto path = std::filesystem::path(target_) / ".meta" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void add_client(const std::string& name, const std::string& host, const std::string& path,
                  bool is_connected) {
    const auto translator = "graphs/active/" + name;
    write(translator + "/type", "protocol/client\n");
    write(translator + "/options/remote-host", host + "\n");
    write(translator + "/options/remote-subvolume", path + "\n");
    write(translator + "/private", "[xlator.protocol.client." + name + ".priv]\nconnected = " +
                                       (is_connected ? "1" : "0") + "\nping_timeout = 42\n");
  }
  /// The errno of write_graph().
  int graph(std::optional<ClientGraph>& parsed) {
    const UniqueFd output(::memfd_create("graph", 0));
    const int status = write_graph(target_, output.get());
    parsed = parse_graph(*read_file(output.get(), kMaxGraph));
    return status;
  }

  std::string target_;
};

TEST_F(MetaDirectory, ShowsVersionAndBricks) {
  add_client("g0-client-10", "gl3", "/srv/brick", true);
  add_client("g0-client-2", "gl1", "/srv/brick", false);
  write("graphs/active/g0-dht/type", "cluster/distribute\n");
  std::optional<ClientGraph> parsed;
  ASSERT_EQ(graph(parsed), 0);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->version, "10.3");
  EXPECT_THAT(parsed->bricks, ElementsAre(BrickConnection{"gl1", "/srv/brick", false},
                                          BrickConnection{"gl3", "/srv/brick", true}));
}

TEST_F(MetaDirectory, SkipsTheSnapshotDaemon) {
  add_client("g0-snapd-client", "localhost", "snapd-g0", true);
  std::optional<ClientGraph> parsed;
  ASSERT_EQ(graph(parsed), 0);
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->bricks, IsEmpty());
}

TEST_F(MetaDirectory, ReturnsErrnoIfItCannotBeRead) {
  std::optional<ClientGraph> parsed;
  EXPECT_EQ(graph(parsed), ENOENT);
  EXPECT_FALSE(parsed);
}

TEST(ParseGraph, RejectsOtherText) {
  const auto text = [](std::initializer_list<std::string_view> fields) {
    std::string joined;
    for (const auto field : fields) joined += std::string(field) + '\0';
    return joined;
  };
  EXPECT_TRUE(parse_graph(text({"glusterconsul graph", "10.3", "end"})));
  for (const auto& bad :
       {std::string(), text({"glusterconsul graph"}), text({"glusterconsul graph", "10.3"}),
        text({"other", "10.3", "end"}), text({"glusterconsul graph", "10.3", "gl1", "end"}),
        text({"glusterconsul graph", "10.3", "gl1", "/a", "1"})}) {
    EXPECT_FALSE(parse_graph(bad)) << bad;
  }
}

TEST(MetaVersion, IsTheQuotedValue) {
  EXPECT_EQ(parse_meta_version("{ \n  \"Package Version\": \"11.1\"\n}"), "11.1");
  for (const auto* text : {"", "{}", "\"Package Version\":", "\"Package Version\": \"11"}) {
    EXPECT_EQ(parse_meta_version(text), "") << text;
  }
}

TEST(Connected, IsReadFromPrivateFile) {
  EXPECT_TRUE(parse_connected("[x]\nconnected = 1\nping_timeout = 42\n"));
  EXPECT_FALSE(parse_connected("[x]\nconnected = 0\n"));
  EXPECT_FALSE(parse_connected("[x]\ndisconnected = 1\n"));
  EXPECT_FALSE(parse_connected(""));
}

}  // namespace
}  // namespace glusterconsul::admin
