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
            "the certificate of Consul at https://c:8501 is not yet valid; this machine's clock "
            "shows 1970-01-01 00:00:12 UTC");
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

TEST(HttpFailure, PortThatClosesDuringHandshakeHasHint) {
  const auto error = explain_failure(
      {CURLE_SSL_CONNECT_ERROR, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to c:24007 "},
      "Consul at https://c:24007", kBoot);
  EXPECT_EQ(error.code, ErrorCode::kUnreachable);
  EXPECT_THAT(error.message, HasSubstr("closed the connection during the TLS handshake"));
  EXPECT_THAT(error.hint, HasSubstr("consul-http-addr="));
}

TEST(HttpFailure, ReportsUnresolvedName) {
  const auto error = explain_failure({CURLE_COULDNT_RESOLVE_HOST, "Could not resolve host: c"},
                                     "Consul at c:8500", kBoot);
  EXPECT_EQ(error.message,
            "the host name of Consul at c:8500 cannot be resolved: Could not resolve host: c");
  EXPECT_THAT(error.hint, HasSubstr("consul-http-addr="));
}

}  // namespace
}  // namespace glusterconsul::consul
