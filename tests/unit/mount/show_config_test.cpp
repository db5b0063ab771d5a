#include "mount/show_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "util/report.hpp"

namespace glusterconsul::mount {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A conf file and its folder in a folder of their own.
class Conf : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "show_config_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    path_ = root_ / "g.conf";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void main_file(const std::string& text) const { write(path_, text); }
  void in_folder(const std::string& name, const std::string& text, mode_t mode = 0644) const {
    std::filesystem::create_directory(folder());
    EXPECT_EQ(::chmod(folder().c_str(), 0755), 0);
    write(folder() / name, text, mode);
  }
  [[nodiscard]] std::filesystem::path folder() const { return path_ + ".d"; }

  /// What holds of one option for a source, as "value (origin below the folder)".
  [[nodiscard]] std::string said(const std::string& source, const std::string& option,
                                 const std::vector<Option>& options = {}) const {
    auto sources = config::read_sources(path_);
    if (!sources) return lines_of("prog", sources.error());
    sources->environment = {};
    const auto shown = show_config(source, options, *std::move(sources));
    if (!shown) return lines_of("prog", shown.error());
    for (const auto& one : shown->in_force) {
      if (one.name != option) continue;
      const auto prefix = root_.string() + "/";
      const bool is_ours = one.origin.starts_with(prefix);
      return one.value.value_or("") + " " +
             (is_ours ? one.origin.substr(prefix.size()) : one.origin);
    }
    return "not there";
  }

 private:
  static void write(const std::filesystem::path& path, const std::string& text,
                    mode_t mode = 0644) {
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
  }
  std::filesystem::path root_;
  std::string path_;
};

TEST_F(Conf, NeedNotExist) {
  EXPECT_EQ(said("", "consul-via"), "auto built in");
}

TEST_F(Conf, OfTheFolderWinsOverTheMainFileAndALaterNameOverAnEarlier) {
  main_file("consul-via = http\n");
  EXPECT_EQ(said("", "consul-via"), "http g.conf:1");
  in_folder("10-a.conf", "\nconsul-via = dns\n");
  EXPECT_EQ(said("", "consul-via"), "dns g.conf.d/10-a.conf:2");
  in_folder("20-b.conf", "consul-via = auto\n");
  EXPECT_EQ(said("", "consul-via"), "auto g.conf.d/20-b.conf:1");
}

TEST_F(Conf, OfTheFolderIsReadWithoutAMainFile) {
  in_folder("a.conf", "consul-dc = dc7\n");
  EXPECT_EQ(said("", "consul-dc"), "dc7 g.conf.d/a.conf:1");
}

TEST_F(Conf, SectionsWinOverGeneralLinesOfLaterFiles) {
  main_file("[gluster]\nconsul-dc = section\n");
  in_folder("zz.conf", "consul-dc = general\n[other]\nconsul-dc = foreign\n");
  EXPECT_EQ(said("gluster:/g0", "consul-dc"), "section g.conf:2");
  EXPECT_EQ(said("gluster.service.consul:/g0", "consul-dc"), "section g.conf:2");
  EXPECT_EQ(said("archive:/g0", "consul-dc"), "general g.conf.d/zz.conf:1");
  EXPECT_EQ(said("", "consul-dc"), "general g.conf.d/zz.conf:1");
}

TEST_F(Conf, LosesToOptions) {
  main_file("[gluster]\nconsul-dc = section\n");
  EXPECT_EQ(said("gluster:/g0", "consul-dc", {{"consul-dc", "here"}}), "here -o");
}

TEST_F(Conf, OfTheFolderRefusesUnknownNamesAndValuesWithFileAndLine) {
  in_folder("a.conf", "# typing error\nconsul-viaa = dns\n");
  EXPECT_THAT(said("", "consul-via"),
              AllOf(HasSubstr("g.conf.d/a.conf:2"), HasSubstr("did you mean consul-via?")));
  in_folder("a.conf", "consul-via = udp\n");
  EXPECT_THAT(said("", "consul-via"),
              AllOf(HasSubstr("g.conf.d/a.conf:1"), HasSubstr("auto, http, dns")));
  in_folder("a.conf", "[archive]\n\nconsul-via = udp\n");
  EXPECT_THAT(said("gluster:/g0", "consul-via"), HasSubstr("g.conf.d/a.conf:3"));
  in_folder("a.conf", "not a setting\n");
  EXPECT_THAT(said("", "consul-via"), HasSubstr("g.conf.d/a.conf:1: 'not a setting' is neither"));
}

TEST_F(Conf, OfTheFolderIsJudgedLikeTheMainFile) {
  in_folder("a.conf", "consul-via = dns\n", 0666);
  EXPECT_THAT(said("", "consul-via"), AllOf(HasSubstr("a.conf"), HasSubstr("chmod go-w")));
  in_folder("a.conf", "consul-via = dns\n");
  ASSERT_EQ(::chmod(folder().c_str(), 0775), 0);
  EXPECT_THAT(said("", "consul-via"), AllOf(HasSubstr("g.conf.d: "), HasSubstr("chmod go-w")));
}

TEST_F(Conf, OfTheFolderThatLeadsNowhereIsTold) {
  in_folder("a.conf", "");
  std::filesystem::create_symlink("/nowhere/at/all", folder() / "b.conf");
  EXPECT_THAT(said("", "consul-via"), AllOf(HasSubstr("b.conf"), HasSubstr("No such file")));
}

TEST(ShowConfig, SaysWhatTheSpecSays) {
  const auto shown = show_config("gluster.service.dc2.consul:/g0", {}, {});
  ASSERT_TRUE(shown.has_value()) << shown.error().message;
  EXPECT_EQ(shown->service, "gluster");
  for (const auto& one : shown->in_force) {
    if (one.name != "consul-dc") continue;
    EXPECT_EQ(one, (config::InForce{"consul-dc", "dc2", "SPEC"}));
  }
}

TEST(ShowConfig, RefusesWhatAMountWouldRefuse) {
  const auto refused = [](const std::string& source, const std::vector<Option>& options) {
    const auto shown = show_config(source, options, {});
    return shown ? ErrorCode::kBug : shown.error().code;
  };
  EXPECT_EQ(refused("gluster.example.com:/g0", {}), ErrorCode::kUsage);
  EXPECT_EQ(refused("gluster", {}), ErrorCode::kUsage);
  EXPECT_EQ(refused("", {{"consul-viaa", "dns"}}), ErrorCode::kUsage);
  EXPECT_EQ(refused("", {{"remount", std::nullopt}}), ErrorCode::kUsage);
  EXPECT_EQ(refused("gluster.service.dc2.consul:/g0", {{"consul-dc", "dc1"}}), ErrorCode::kUsage);
}

}  // namespace
}  // namespace glusterconsul::mount
