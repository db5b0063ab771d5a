#include "admin/volume_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

using ::testing::HasSubstr;

TEST(VolumeOptions, AllowsWhatTunesTheMount) {
  for (const auto* option : {"noatime", "ro", "noexec", "acl", "log-level=WARNING",
                             "attribute-timeout=1.5", "lru-limit=-1", "direct-io-mode=auto"}) {
    EXPECT_EQ(why_not_allowed(option), std::nullopt) << option;
  }
}

TEST(VolumeOptions, DropsEverythingElse) {
  for (const auto* option : {"consul-glusterfs=/tmp/x",
                             "consul-token-file=/etc/shadow",
                             "suid",
                             "dev",
                             "exec",
                             "rw",
                             "log-file=/etc/passwd",
                             "dump-fuse=/tmp/x",
                             "fuse-mountopts=suid",
                             "xlator-option=a.b=c",
                             "backup-volfile-servers=evil",
                             "server-port=1",
                             "transport=rdma",
                             "volume-name=other",
                             "subdir-mount=/x",
                             "context=system_u",
                             "rootcontext=a",
                             "process-name=x",
                             "oom-score-adj=1",
                             "fstype=nfs",
                             "remount",
                             "bind",
                             "",
                             "=",
                             "NOATIME",
                             "no-root-squash=yes",
                             "x-systemd.mount"}) {
    const auto why = why_not_allowed(option);
    ASSERT_TRUE(why.has_value()) << option;
    EXPECT_THAT(*why, HasSubstr("not an option that can be set in Consul")) << option;
  }
}

TEST(VolumeOptions, DropsValuesThatDoNotFit) {
  EXPECT_THAT(*why_not_allowed("noatime=x"), HasSubstr("takes none"));
  EXPECT_THAT(*why_not_allowed("log-level"), HasSubstr("has no value"));
  for (const auto* option :
       {"log-level=$(id)", "log-level=a b", "log-level=a,suid", "log-level=", "log-level=a&b",
        "log-level=a\nb", "log-level=\"x\"", "attribute-timeout=soon", "direct-io-mode=maybe",
        "reader-thread-count=65", "log-level=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    const auto why = why_not_allowed(option);
    ASSERT_TRUE(why.has_value()) << option;
    EXPECT_THAT(*why, HasSubstr("which is not allowed")) << option;
  }
}

}  // namespace
}  // namespace glusterconsul::admin
