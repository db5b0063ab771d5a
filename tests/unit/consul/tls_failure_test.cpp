#include "consul/tls_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::consul {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct FailureRow {
  const char* row;
  const char* words;
  ClientCertificate client;
  const char* message;
  const char* option;
};
void PrintTo(const FailureRow& row, std::ostream* out) {
  *out << row.row;
}

class TlsFailure : public ::testing::TestWithParam<FailureRow> {};

TEST_P(TlsFailure, NamesCauseAndOneOption) {
  const auto cause = explain_tls(GetParam().words, GetParam().client);
  EXPECT_EQ(cause.message, GetParam().message);
  EXPECT_THAT(std::string(cause.hint), HasSubstr(GetParam().option));
  EXPECT_THAT(std::string(cause.hint), Not(HasSubstr("http://")));
}

TEST(TlsMessage, BeginsWithTheCause) {
  const auto described = [](const char* words) {
    return describe_tls(explain_tls(words, ClientCertificate::kNone), "Consul at c", "W");
  };
  EXPECT_EQ(described("alternative certificate subject name"),
            "the certificate of Consul at c is for another name (W)");
  EXPECT_EQ(described("alert bad certificate"), "Consul at c requires a client certificate (W)");
  EXPECT_EQ(described("error setting certificate file: /ca.key"),
            "consul-ca-cert= contains no certificate in PEM format (W)");
}

constexpr auto kNone = ClientCertificate::kNone;

/// Words of libcurl 7.88 and 8.14 with OpenSSL 3.0 and 3.5.
INSTANTIATE_TEST_SUITE_P(
    Openssl, TlsFailure,
    ::testing::Values(
        FailureRow{"OtherAuthority",
                   "SSL certificate problem: unable to get local issuer certificate", kNone,
                   "is not from an authority that this machine trusts", "consul-ca-cert="},
        FailureRow{"SelfSigned",
                   "SSL certificate problem: self-signed certificate in certificate chain", kNone,
                   "is not from an authority that this machine trusts", "consul-ca-cert="},
        FailureRow{
            "OtherName",
            "SSL: no alternative certificate subject name matches target host name '127.0.0.2'",
            kNone, "is for another name", "consul-tls-server-name="},
        FailureRow{"OtherCommonName",
                   "SSL: certificate subject name 'a' does not match target host name 'b'", kNone,
                   "is for another name", "consul-tls-server-name="},
        FailureRow{"PlainPort", "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number",
                   kNone, "does not use TLS on that port", "consul-http-addr="},
        FailureRow{"WithoutCertificate",
                   "OpenSSL SSL_read: OpenSSL/3.0.19: error:0A000412:SSL routines::sslv3 alert bad "
                   "certificate, errno 0",
                   kNone, "requires a client certificate", "consul-client-cert="},
        FailureRow{"CertificateRequired", "SSL routines::tlsv13 alert certificate required", kNone,
                   "requires a client certificate", "consul-client-cert="},
        FailureRow{"WithOtherCertificate",
                   "OpenSSL/3.0.19: error:0A000412:SSL routines::sslv3 alert bad certificate",
                   ClientCertificate::kPresented, "rejects our client certificate",
                   "consul-client-cert="},
        FailureRow{"UnknownCa", "SSL routines::tlsv1 alert unknown ca",
                   ClientCertificate::kPresented, "rejects our client certificate",
                   "consul-client-cert="},
        FailureRow{
            "KeyOfOther", "unable to set private key file: '/k' type PEM",
            ClientCertificate::kPresented,
            "consul-client-cert= and consul-client-key= do not match or are not in PEM format",
            "consul-client-key="},
        FailureRow{"BadCaFile", "error setting certificate file: /ca.key", kNone,
                   "consul-ca-cert= contains no certificate in PEM format", "consul-ca-cert="},
        FailureRow{"BadClientFile",
                   "could not load PEM client certificate from /c, OpenSSL error ...",
                   ClientCertificate::kPresented,
                   "consul-client-cert= is not a certificate in PEM format", "consul-client-cert="},
        FailureRow{"Unknown", "SSL routines::something new", kNone, "", "consul-ca-cert="}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::consul
