#include "mount/task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mount/arguments.hpp"
#include "util/report.hpp"

namespace glusterconsul::mount {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct InvalidTaskRow {
  const char* row;
  const char* source;
  const char* options;
  const char* hint;
};
void PrintTo(const InvalidTaskRow& refused, std::ostream* out) {
  *out << refused.row;
}
class InvalidTask : public ::testing::TestWithParam<InvalidTaskRow> {};

TEST_P(InvalidTask, IsRejectedWithReason) {
  const auto& refused = GetParam();
  const auto options = split_options(refused.options);
  ASSERT_TRUE(options.has_value());
  const auto made = make_task(refused.source, *options, {});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", made.error()), HasSubstr(refused.hint));
}

INSTANTIATE_TEST_SUITE_P(
    Task, InvalidTask,
    ::testing::Values(
        InvalidTaskRow{"OtherDomain", "gl1.example.com:/g0", "", "mount -t glusterfs"},
        InvalidTaskRow{"NoVolume", "gluster.service.consul", "", "gluster.service.consul"},
        InvalidTaskRow{"UnknownOption", "gluster:/g0", "consul-sever=1", "consul-sever"},
        InvalidTaskRow{"Remount", "gluster:/g0", "remount,ro", "remount"},
        InvalidTaskRow{"TwoSubdirectories", "gluster:/g0/a", "subdir-mount=b", "specify only one"}),
    [](const auto& row) { return row.param.row; });

TEST(MakeTask, SnapshotIsReadOnly) {
  const auto made = make_task("gluster:/snaps/s1/g0", {}, {});
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_TRUE(made->client.read_only);
}

TEST(MakeTask, SloppyIgnoresInvalidOptionsWithWarning) {
  const auto options = split_options("log-file=relative.log,log-level=WARNING");
  EXPECT_FALSE(make_task("gluster:/g0", *options, {}).has_value());
  const auto made = make_task("gluster:/g0", *options, {}, Strictness::kSloppy);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_THAT(
      made->warnings,
      ElementsAre(Field(&Warning::message, AllOf(HasSubstr("relative.log"), HasSubstr("-s")))));
  EXPECT_THAT(made->client.arguments, Contains("--log-level=WARNING"));
}

TEST(MakeTask, ParsesNameWithDomainFromOptions) {
  const auto options = split_options("consul-domain=corp.example");
  EXPECT_TRUE(make_task("gluster.service.corp.example:/g0", *options, {}).has_value());
  EXPECT_FALSE(make_task("gluster.service.consul:/g0", *options, {}).has_value());
}

Task task_with(const std::vector<Option>& options) {
  return make_task("gluster:/g0", options, {}).value();
}

TEST(TaskFiles, AreThoseThatOptionsName) {
  EXPECT_THAT(task_files(task_with({})), IsEmpty());
  EXPECT_THAT(
      task_files(task_with({{"consul-http-addr", "https://consul.example.com"},
                            {"consul-token-file", "/srv/token"},
                            {"consul-ca-cert", "/srv/ca.pem"},
                            {"consul-ca-path", "/srv/ca"},
                            {"consul-client-cert", "/srv/cert.pem"},
                            {"consul-client-key", "/srv/key.pem"},
                            {"consul-glusterfs", "/opt/glusterfs"},
                            {"log-file", "/srv/log"}})),
      ElementsAre(
          NamedFile{"consul-token-file", "/srv/token"}, NamedFile{"consul-ca-cert", "/srv/ca.pem"},
          NamedFile{"consul-ca-path", "/srv/ca"}, NamedFile{"consul-client-cert", "/srv/cert.pem"},
          NamedFile{"consul-client-key", "/srv/key.pem"},
          NamedFile{"consul-glusterfs", "/opt/glusterfs"}, NamedFile{"log-file", "/srv/log"}));
  EXPECT_THAT(task_files(task_with({{"consul-http-addr", "unix:///srv/consul.sock"}})),
              ElementsAre(NamedFile{"consul-http-addr", "/srv/consul.sock"}));
}

}  // namespace
}  // namespace glusterconsul::mount
