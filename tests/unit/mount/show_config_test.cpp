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

/// A conf file and its .d directory in a temporary directory.
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
  void in_directory(const std::string& name, const std::string& text, mode_t mode = 0644) const {
    std::filesystem::create_directory(directory());
    EXPECT_EQ(::chmod(directory().c_str(), 0755), 0);
    write(directory() / name, text, mode);
  }
  [[nodiscard]] std::filesystem::path directory() const { return path_ + ".d"; }

  /// The effective value of an option for a source, and its origin relative to the root.
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

TEST_F(Conf, MayBeMissing) {
  EXPECT_EQ(said("", "consul-via"), "auto built in");
}

TEST_F(Conf, LaterFilesOverrideEarlierOnes) {
  main_file("consul-via = http\n");
  EXPECT_EQ(said("", "consul-via"), "http g.conf:1");
  in_directory("10-a.conf", "\nconsul-via = dns\n");
  EXPECT_EQ(said("", "consul-via"), "dns g.conf.d/10-a.conf:2");
  in_directory("20-b.conf", "consul-via = auto\n");
  EXPECT_EQ(said("", "consul-via"), "auto g.conf.d/20-b.conf:1");
}

TEST_F(Conf, DirectoryIsReadWithoutMainFile) {
  in_directory("a.conf", "consul-dc = dc7\n");
  EXPECT_EQ(said("", "consul-dc"), "dc7 g.conf.d/a.conf:1");
}

TEST_F(Conf, SectionsOverrideGeneralLinesOfLaterFiles) {
  main_file("[gluster]\nconsul-dc = section\n");
  in_directory("zz.conf", "consul-dc = general\n[other]\nconsul-dc = foreign\n");
  EXPECT_EQ(said("gluster:/g0", "consul-dc"), "section g.conf:2");
  EXPECT_EQ(said("gluster.service.consul:/g0", "consul-dc"), "section g.conf:2");
  EXPECT_EQ(said("archive:/g0", "consul-dc"), "general g.conf.d/zz.conf:1");
  EXPECT_EQ(said("", "consul-dc"), "general g.conf.d/zz.conf:1");
}

TEST_F(Conf, OptionsOverrideConf) {
  main_file("[gluster]\nconsul-dc = section\n");
  EXPECT_EQ(said("gluster:/g0", "consul-dc", {{"consul-dc", "here"}}), "here -o");
}

TEST_F(Conf, RejectsUnknownNamesAndValuesWithLine) {
  in_directory("a.conf", "# typing error\nconsul-viaa = dns\n");
  EXPECT_THAT(said("", "consul-via"),
              AllOf(HasSubstr("g.conf.d/a.conf:2"), HasSubstr("did you mean consul-via?")));
  in_directory("a.conf", "consul-via = udp\n");
  EXPECT_THAT(said("", "consul-via"),
              AllOf(HasSubstr("g.conf.d/a.conf:1"), HasSubstr("auto, http, dns")));
  in_directory("a.conf", "[archive]\n\nconsul-via = udp\n");
  EXPECT_THAT(said("gluster:/g0", "consul-via"), HasSubstr("g.conf.d/a.conf:3"));
  in_directory("a.conf", "not a setting\n");
  EXPECT_THAT(said("", "consul-via"), HasSubstr("g.conf.d/a.conf:1: the line is not a setting"));
}

TEST_F(Conf, ChecksPermissionsOfFilesInDirectory) {
  in_directory("a.conf", "consul-via = dns\n", 0666);
  EXPECT_THAT(said("", "consul-via"), AllOf(HasSubstr("a.conf"), HasSubstr("chmod go-w")));
  in_directory("a.conf", "consul-via = dns\n");
  ASSERT_EQ(::chmod(directory().c_str(), 0775), 0);
  EXPECT_THAT(said("", "consul-via"), AllOf(HasSubstr("g.conf.d: "), HasSubstr("chmod go-w")));
}

TEST_F(Conf, ReportsDanglingSymbolicLink) {
  in_directory("a.conf", "");
  std::filesystem::create_symlink("/nowhere/at/all", directory() / "b.conf");
  EXPECT_THAT(said("", "consul-via"), AllOf(HasSubstr("b.conf"), HasSubstr("No such file")));
}

TEST(ShowConfig, IncludesDatacenterOfSpec) {
  const auto shown = show_config("gluster.service.dc2.consul:/g0", {}, {});
  ASSERT_TRUE(shown.has_value()) << shown.error().message;
  EXPECT_EQ(shown->service, "gluster");
  for (const auto& one : shown->in_force) {
    if (one.name != "consul-dc") continue;
    EXPECT_EQ(one, (config::InForce{"consul-dc", "dc2", "SPEC"}));
  }
}

TEST(ShowConfig, RejectsSameSettingsAsMount) {
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
