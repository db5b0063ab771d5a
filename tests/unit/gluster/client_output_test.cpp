#include "gluster/client_output.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace glusterconsul::gluster
