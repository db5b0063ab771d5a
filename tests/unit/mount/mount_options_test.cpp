#include "mount/mount_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/mount.h>

#include <ostream>

#include "mount/arguments.hpp"
#include "util/report.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SortedOptions sorted(const std::string& text) {
  const auto options = split_options(text);
  const auto result = sort_options(*options);
  if (!result) {
    ADD_FAILURE() << text << ": " << result.error().message;
    return {};
  }
  return *result;
}

/// The options for the client, as text.
std::string client(const SortedOptions& options) {
  std::vector<std::string> words;
  for (const auto& option : options.client) words.push_back(to_string(option));
  return join(words, ",");
}

struct SortedRow {
  const char* name;
  const char* given;
  const char* client;
  VfsFlags finish;
};
std::ostream& operator<<(std::ostream& out, const SortedRow& row) {
  return out << row.name << ": " << row.given;
}
class MountWords : public ::testing::TestWithParam<SortedRow> {};

TEST_P(MountWords, AreSortedByRecipient) {
  const auto options = sorted(GetParam().given);
  EXPECT_EQ(client(options), GetParam().client);
  EXPECT_EQ(options.finish.superblock, GetParam().finish.superblock);
  EXPECT_EQ(options.finish.per_mount, GetParam().finish.per_mount);
  EXPECT_THAT(options.warnings, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    MountOptions, MountWords,
    ::testing::Values(
        SortedRow{"nothing", "", "", {}},
        SortedRow{"gluster_own", "acl,log-level=INFO,rw", "acl,log-level=INFO,rw", {}},
        SortedRow{"fstab_words",
                  "defaults,auto,noauto,user,user=jo,users,nouser,owner,group,_netdev,nofail,"
                  "comment=x,x-a,x-b=c,X-mount.mkdir=0700,x-systemd.requires=consul.service",
                  "",
                  {}},
        SortedRow{"user_as_passed_by_mount8",
                  "rw,noexec,nosuid,nodev,user=jo",
                  "rw,noexec,nosuid,nodev",
                  {}},
        SortedRow{"contexts",
                  "context=\"a:b:c:s0:c1,c2\",rootcontext=x",
                  "context=a:b:c:s0:c1,c2,rootcontext=x",
                  {}},
        SortedRow{"auto_unmount", "auto_unmount", "auto_unmount", {}},
        SortedRow{"dirsync", "dirsync,acl", "fuse-mountopts=dirsync,acl", {}},
        SortedRow{"sync", "sync", "", {MS_SYNCHRONOUS, 0}},
        SortedRow{"async_wins", "sync,async", "", {}},
        SortedRow{"sync_wins", "async,sync", "", {MS_SYNCHRONOUS, 0}},
        SortedRow{"lazytime", "lazytime", "", {MS_LAZYTIME, 0}},
        SortedRow{"nolazytime_wins", "lazytime,nolazytime", "", {}},
        SortedRow{"both_superblock_flags", "sync,lazytime", "", {MS_SYNCHRONOUS | MS_LAZYTIME, 0}},
        SortedRow{"nodiratime", "nodiratime", "", {0, MS_NODIRATIME}},
        SortedRow{"diratime_wins", "nodiratime,diratime", "", {}},
        SortedRow{"nosymfollow", "nosymfollow", "", {0, MS_NOSYMFOLLOW}},
        SortedRow{"symfollow_wins", "nosymfollow,symfollow", "", {}},
        SortedRow{"noatime", "noatime", "noatime", {}},
        SortedRow{"noatime_and_nodiratime", "noatime,nodiratime", "noatime", {0, MS_NODIRATIME}},
        SortedRow{"atime_wins", "noatime,atime", "atime", {}},
        SortedRow{"relatime", "relatime", "", {}},
        SortedRow{"relatime_wins", "noatime,relatime", "", {}},
        SortedRow{"noatime_wins", "relatime,noatime", "noatime", {}},
        SortedRow{"strictatime", "strictatime", "", {0, MS_STRICTATIME}},
        SortedRow{"strictatime_wins", "noatime,strictatime", "", {0, MS_STRICTATIME}},
        SortedRow{"noatime_wins_over_strict", "strictatime,noatime", "noatime", {}},
        SortedRow{"relatime_wins_over_strict", "strictatime,relatime", "", {}},
        SortedRow{"nostrictatime_wins", "strictatime,nostrictatime", "", {}},
        SortedRow{"norelatime_is_the_default", "norelatime", "", {}},
        SortedRow{"ro_wins", "rw,ro", "ro", {}}, SortedRow{"rw_wins", "ro,rw", "rw", {}},
        SortedRow{"positive_words_win", "nosuid,nodev,noexec,suid,dev,exec", "suid,dev,exec", {}},
        SortedRow{"negative_words_win", "suid,dev,exec,noexec", "suid,dev,noexec", {}},
        SortedRow{
            "ignored_words", "loud,silent,nomand,noiversion,async,diratime,symfollow", "", {}},
        SortedRow{"recursive_as_passed_by_mount8_2_41",
                  "ro,noexec=recursive,nosuid=recursive,noatime=recursive,nodiratime=recursive",
                  "ro,noexec,nosuid,noatime",
                  {0, MS_NODIRATIME}},
        SortedRow{"last_recursive_word_wins",
                  "noexec=recursive,exec,noatime,strictatime=recursive",
                  "exec",
                  {0, MS_STRICTATIME}},
        SortedRow{"all_finish_flags",
                  "lazytime,sync,nodiratime,strictatime,nosymfollow",
                  "",
                  {MS_SYNCHRONOUS | MS_LAZYTIME, MS_NODIRATIME | MS_STRICTATIME | MS_NOSYMFOLLOW}}),
    [](const auto& row) { return row.param.name; });

TEST(MountOptions, KeepsOrderAndOriginOfOwnOptions) {
  const auto options = sorted("consul-tag=a,acl,consul-tag=b,consul-dc=");
  EXPECT_THAT(options.ours, ElementsAre(config::Assignment{"consul-tag", "a", "-o"},
                                        config::Assignment{"consul-tag", "b", "-o"},
                                        config::Assignment{"consul-dc", "", "-o"}));
  EXPECT_EQ(client(options), "acl");
}

TEST(MountOptions, WarnsAboutUnsupportedFlags) {
  EXPECT_THAT(sorted("mand,rw").warnings, ElementsAre(Field(&Warning::message, HasSubstr("mand"))));
  EXPECT_THAT(sorted("iversion,mand").warnings, SizeIs(2));
}

struct WrongOptionRow {
  const char* name;
  const char* given;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const WrongOptionRow& row) {
  return out << row.name << ": " << row.given;
}
class WrongWords : public ::testing::TestWithParam<WrongOptionRow> {};

TEST_P(WrongWords, AreRejected) {
  const auto result = sort_options(*split_options(GetParam().given));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::kUsage);
  EXPECT_THAT(lines_of("prog", result.error()), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    MountOptions, WrongWords,
    ::testing::Values(WrongOptionRow{"remount", "remount,ro", "unmount, then mount again"},
                      WrongOptionRow{"no_value", "consul-dc", "consul-dc=VALUE"},
                      WrongOptionRow{"flag_with_value", "ro=1", "option ro does not take a value"},
                      WrongOptionRow{"recursive_only_for_vfs_flags", "sync=recursive",
                                     "option sync does not take a value"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::mount
