#include "mount/own_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::mount {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr uid_t kRootUid = 0;
constexpr uid_t kUser = 1000;

TEST(OwnEnvironment, KeepsDocumentedVariablesAndSetsPath) {
  const std::vector<std::string> variables = {"PATH=/tmp/evil",
                                              "CONSUL_HTTP_ADDR=10.0.0.1:8500",
                                              "OPENSSL_CONF=/tmp/openssl.cnf",
                                              "SSLKEYLOGFILE=/tmp/keys",
                                              "https_proxy=http://10.6.6.6",
                                              "RES_OPTIONS=use-vc",
                                              "CONSUL_HTTP_ADDRESS=x",
                                              "CONSUL_CACERT=",
                                              "no equals sign",
                                              "CONSUL_HTTP_TOKEN=t=="};
  const auto chosen = choose_environment(variables, kRootUid);
  EXPECT_THAT(chosen.kept, ElementsAre(StartsWith("PATH=/usr/local/sbin:"),
                                       "CONSUL_HTTP_ADDR=10.0.0.1:8500", "CONSUL_HTTP_TOKEN=t=="));
  EXPECT_THAT(chosen.ignored, IsEmpty());
}

TEST(OwnEnvironment, IgnoresVariablesUnderSudoDoasAndPkexec) {
  for (const char* by : {"SUDO_UID=1000", "DOAS_USER=jo", "PKEXEC_UID=1000"}) {
    const std::vector<std::string> variables = {"CONSUL_HTTP_ADDR=10.0.0.1:8500", by,
                                                "CONSUL_HTTP_TOKEN=t", "CONSUL_CACERT="};
    const auto chosen = choose_environment(variables, kRootUid);
    EXPECT_THAT(chosen.kept, ElementsAre(StartsWith("PATH="))) << by;
    EXPECT_THAT(chosen.ignored, ElementsAre("CONSUL_HTTP_ADDR", "CONSUL_HTTP_TOKEN")) << by;
    EXPECT_THAT(by, StartsWith(chosen.elevated_by + "="));
  }
}

TEST(OwnEnvironment, KeepsVariablesOfOrdinaryUser) {
  const std::vector<std::string> variables = {"SUDO_UID=0", "CONSUL_HTTP_ADDR=10.0.0.1:8500"};
  EXPECT_THAT(choose_environment(variables, kUser).kept,
              ElementsAre(StartsWith("PATH="), "CONSUL_HTTP_ADDR=10.0.0.1:8500"));
}

}  // namespace
}  // namespace glusterconsul::mount
