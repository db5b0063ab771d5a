#include "admin/share_login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

using ::testing::ElementsAre;

const Endpoint kLoginServer{*Host::parse("127.0.0.1"), 445};

std::vector<std::string> commands(const ShareLogin& login) {
  std::vector<std::string> found;
  const auto runs = smbclient_runs(kLoginServer, "data", login);
  if (!runs) return {"error: " + runs.error().message};
  for (const auto& run : *runs) found.push_back(run.back());
  return found;
}

TEST(ShareLogin, NamesServerShareAndCredentials) {
  const auto runs = smbclient_runs(kLoginServer, "data", {"/etc/check.smb", false, ""});
  ASSERT_TRUE(runs);
  EXPECT_THAT(*runs,
              ElementsAre(ElementsAre("//127.0.0.1/data", "--port", "445", "--authentication-file",
                                      "/etc/check.smb", "--command", "exit")));
}

TEST(ShareLogin, HasOneRunForEachCommand) {
  EXPECT_THAT(commands({"/c", false, ""}), ElementsAre("exit"));
  EXPECT_THAT(commands({"/c", true, ""}), ElementsAre("ls"));
  EXPECT_THAT(commands({"/c", true, "a b/.marker"}),
              ElementsAre("ls", "get \"a b/.marker\" /dev/null"));
}

TEST(ShareLogin, RejectsNamesThatSmbclientWouldInterpret) {
  for (const auto& marker :
       std::vector<std::string>{"a\";!id", "a;b", "a\nb", std::string(1025, 'm')}) {
    EXPECT_FALSE(smbclient_runs(kLoginServer, "data", {"/c", false, marker})) << marker;
  }
  for (const std::string share : {"", "a/b", "a\\b", "a\nb", "-\"", "x[y]"}) {
    EXPECT_FALSE(smbclient_runs(kLoginServer, share, {"/c", false, ""})) << share;
  }
  EXPECT_FALSE(smbclient_runs(kLoginServer, std::string(81, 's'), {"/c", false, ""}));
  EXPECT_TRUE(smbclient_runs(kLoginServer, "in herit$", {"/c", false, ""}));
}

TEST(NtStatus, IsFound) {
  EXPECT_EQ(nt_status_in("tree connect failed: NT_STATUS_BAD_NETWORK_NAME\n"),
            "NT_STATUS_BAD_NETWORK_NAME");
  EXPECT_EQ(nt_status_in("NT_STATUS_ACCESS_DENIED listing \\*"), "NT_STATUS_ACCESS_DENIED");
  EXPECT_EQ(nt_status_in("NT_STATUS_X"), "NT_STATUS_X");
  EXPECT_EQ(nt_status_in("Usage: smbclient"), "");
}

}  // namespace
}  // namespace glusterconsul::admin
