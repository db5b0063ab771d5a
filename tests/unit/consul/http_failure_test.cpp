#include "consul/http_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::consul {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const std::chrono::system_clock::time_point kBoot{12s};

Error explained(std::string_view words) {
  return explain_failure({CURLE_PEER_FAILED_VERIFICATION, words}, "Consul at https://c:8501",
                         kBoot);
}

TEST(HttpFailure, CertificateThatIsNotYetValidIsTransientAndShowsClock) {
  const auto error = explained("SSL certificate problem: certificate is not yet valid");
  EXPECT_EQ(error.code, ErrorCode::kUntrusted);
  EXPECT_TRUE(error.transient);
  EXPECT_EQ(error.message,
            "TLS with Consul at https://c:8501 failed: SSL certificate problem: certificate is not "
            "yet valid; this machine's clock shows 1970-01-01 00:00:12 UTC");
  EXPECT_THAT(error.hint, HasSubstr("time synchronization"));
}

TEST(HttpFailure, ExpiredCertificateIsPermanentAndShowsClock) {
  const auto error = explained("SSL certificate problem: certificate has expired");
  EXPECT_FALSE(error.transient);
  EXPECT_THAT(error.message,
              HasSubstr("has expired; this machine's clock shows 1970-01-01 00:00:12 UTC"));
}

TEST(HttpFailure, OtherCertificateProblemIsPermanent) {
  const auto error = explained("SSL certificate problem: unable to get local issuer certificate");
  EXPECT_FALSE(error.transient);
  EXPECT_THAT(error.message, Not(HasSubstr("clock")));
  EXPECT_THAT(error.hint, HasSubstr("consul-ca-cert="));
}

}  // namespace
}  // namespace glusterconsul::consul
