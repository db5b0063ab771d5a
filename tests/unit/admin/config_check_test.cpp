#include "admin/config_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "admin/config_report.hpp"

namespace glusterconsul::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CheckConfig : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "config_check_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    conf_ = directory_ / "glusterconsul.conf";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string write(const std::filesystem::path& path, const std::string& text,
                    mode_t mode = 0600) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::string conf(const std::string& text) { return write(conf_, text); }
  std::string table() { return config_table(*check_config(conf_, Cancel())); }

  std::filesystem::path directory_;
  std::filesystem::path conf_;
};

TEST_F(CheckConfig, AcceptsMissingFiles) {
  const auto findings = *check_config(conf_, Cancel());
  EXPECT_FALSE(problem_of(findings));
  EXPECT_THAT(config_table(findings),
              HasSubstr("ok       " + conf_.native() + " (does not exist)\n"));
}

TEST_F(CheckConfig, ReportsEveryBadLineOfEveryFile) {
  conf("consul-retry = soon\nnonsense\nconsul-helth = any\n");
  write(conf_.native() + ".d/a.conf", "[gluster]\nconsul-order = fast\nconsul-order = nearest\n");
  const auto text = table();
  for (const auto* words : {".conf:1", ".conf:2: the line is not a setting", ".conf:3",
                            "did you mean consul-health?", "a.conf:2"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  const auto problem = problem_of(*check_config(conf_, Cancel()));
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->code, ErrorCode::kUsage);
  EXPECT_THAT(problem->message, HasSubstr("4 errors in the configuration; the first is: "));
}

TEST_F(CheckConfig, ReportsSectionsThatNoServiceHas) {
  conf(
      "[ssd.gluster.service.consul]\nconsul-retry = 5s\n[gluster:/g0]\n[Gluster.Service.Consul]\n");
  const auto text = table();
  EXPECT_THAT(text, HasSubstr("error    [ssd.gluster.service.consul]"));
  EXPECT_THAT(text, HasSubstr("error    [gluster:/g0]"));
  EXPECT_THAT(text, HasSubstr("ok       [Gluster.Service.Consul]"));
}

TEST_F(CheckConfig, ChecksWhatEachServiceGetsFromAllItsLines) {
  conf("[archive]\nconsul-client-cert = /etc/ssl/cert.pem\n");
  const auto text = table();
  EXPECT_THAT(text, HasSubstr("ok       all services without a section"));
  EXPECT_THAT(text,
              HasSubstr("error    service archive: consul-client-cert and consul-client-key"));
}

TEST_F(CheckConfig, OpensEachNamedFile) {
  const auto token = write(directory_ / "token", "f6f6f6f6\n");
  const auto readable = write(directory_ / "readable", "f6f6f6f6\n", 0644);
  conf("consul-token-file = " + token + "\n[other]\nconsul-token-file = " + readable +
       "\nconsul-ca-cert = " + (directory_ / "missing.pem").native() +
       "\nconsul-glusterfs = " + (directory_ / "glusterfs").native() + "\n");
  const auto text = table();
  EXPECT_THAT(text, HasSubstr("ok       consul-token-file=" + token + "\n"));
  EXPECT_THAT(text, HasSubstr("error    consul-token-file=" + readable + ": "));
  EXPECT_THAT(text, HasSubstr("error    consul-ca-cert="));
  EXPECT_THAT(text, HasSubstr("error    consul-glusterfs="));
  EXPECT_THAT(text, Not(HasSubstr("f6f6")));
}

TEST_F(CheckConfig, ReportsFileThatCannotBeTrusted) {
  write(conf_, "consul-retry = 5s\n", 0666);
  EXPECT_THAT(table(), HasSubstr("error    " + conf_.native() + ": "));
}

TEST_F(CheckConfig, ReportsWarnings) {
  conf("consul-http-addr = https://consul.example:8501\nconsul-ssl-verify = false\n");
  EXPECT_THAT(table(), HasSubstr("warning  all services without a section: consul-ssl-verify"));
  EXPECT_FALSE(problem_of(*check_config(conf_, Cancel())));
}

TEST_F(CheckConfig, JsonHasLevelSubjectAndError) {
  conf("consul-helth = any\n");
  const auto json = nlohmann::json::parse(config_json(*check_config(conf_, Cancel())));
  ASSERT_EQ(json["findings"].size(), 1U);
  EXPECT_EQ(json["findings"][0]["level"], "error");
  EXPECT_EQ(json["findings"][0]["subject"], conf_.native());
  EXPECT_EQ(json["findings"][0]["hint"], "did you mean consul-health?");
  EXPECT_EQ(json["error"]["code"], "usage");
}

}  // namespace
}  // namespace glusterconsul::admin
