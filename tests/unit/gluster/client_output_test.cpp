#include "gluster/client_output.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::gluster {
namespace {

TEST(ClientOutput, OmitsMessagesOfDynamicLoader) {
  EXPECT_EQ(without_loader_messages(
                "ERROR: ld.so: object '/usr/lib/libabsent.so' from /etc/ld.so.preload cannot be "
                "preloaded (cannot open shared object file): ignored.\n"
                "/usr/sbin/glusterfs: /lib/libcurl.so.4: no version information available "
                "(required by /usr/sbin/glusterfs)\n"
                "ERROR: failed to open logfile /nosuch/log\nsecond line\n"),
            "ERROR: failed to open logfile /nosuch/log\nsecond line");
  EXPECT_EQ(without_loader_messages(""), "");
}

TEST(ClientOutput, KeepsErrorsThatStopProgram) {
  for (const char* text : {"glusterfs: error while loading shared libraries: libx.so: cannot open",
                           "ERROR: ld.so: out of memory", "a volume is ignored."}) {
    EXPECT_EQ(without_loader_messages(text), text);
  }
}

struct RejectedRow {
  const char* name;
  const char* output;
  const char* message;
  const char* hint;
};
void PrintTo(const RejectedRow& row, std::ostream* out) {
  *out << row.name;
}

class RejectedArgument : public ::testing::TestWithParam<RejectedRow> {};

TEST_P(RejectedArgument, IsUsageErrorThatNamesIt) {
  const auto error = rejected_argument(GetParam().output);
  EXPECT_EQ(error.code, ErrorCode::kUsage);
  EXPECT_EQ(error.message, GetParam().message);
  EXPECT_EQ(error.hint, GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    ClientOutput, RejectedArgument,
    ::testing::Values(
        RejectedRow{"Misspelt",
                    "/usr/sbin/glusterfs: unrecognized option '--attribute-timeuot=5'\n"
                    "Try `glusterfs --help' or `glusterfs --usage' for more information.\n",
                    "option attribute-timeuot: the installed GlusterFS client does not know it",
                    "did you mean attribute-timeout?"},
        RejectedRow{"MisspeltFlagOfMount",
                    "glusterfs: unrecognized option '--nosiud'\nTry `glusterfs --help'",
                    "option nosiud: the installed GlusterFS client does not know it",
                    "did you mean nosuid?"},
        RejectedRow{
            "NothingSimilar",
            "ERROR: ld.so: object 'x' from /etc/ld.so.preload cannot be preloaded (no): "
            "ignored.\nglusterfs: unrecognized option '--timeo=600'\nTry `glusterfs --help'",
            "option timeo: the installed GlusterFS client does not know it",
            "the options are listed in mount.glusterfs(8); with -s, mount ignores others"},
        RejectedRow{"OtherReason",
                    "glusterfs: option '--acl' doesn't allow an argument\nTry `glusterfs --help'",
                    "the installed GlusterFS client rejects an option: option '--acl' doesn't "
                    "allow an argument",
                    ""},
        RejectedRow{"NoOutput", "", "the installed GlusterFS client rejects an option: ", ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::gluster
