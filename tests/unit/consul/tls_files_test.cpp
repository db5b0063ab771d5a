#include "consul/tls_files.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::consul {
namespace {

struct Key {
  const char* row;
  const char* pem;
  bool is_protected;
};
void PrintTo(const Key& key, std::ostream* out) {
  *out << key.row;
}

class PassPhrase : public ::testing::TestWithParam<Key> {};

TEST_P(PassPhrase, IsRecognized) {
  EXPECT_EQ(needs_pass_phrase(GetParam().pem), GetParam().is_protected);
}

INSTANTIATE_TEST_SUITE_P(
    , PassPhrase,
    ::testing::Values(
        Key{"empty", "", false},
        Key{"PKCS 8", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", false},
        Key{"PKCS 8, encrypted",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n-----END ENCRYPTED PRIVATE KEY-----\n",
            true},
        Key{"encrypted, CRLF, text before it",
            "Bag Attributes\r\n-----BEGIN ENCRYPTED PRIVATE KEY-----\r\nMIIF\r\n", true},
        Key{"traditional", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", false},
        Key{"traditional, encrypted",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
            "DEK-Info: AES-256-CBC,8BB9\n\nMIIE\n",
            true},
        Key{"traditional, encrypted, other header first",
            "-----BEGIN EC PRIVATE KEY-----\nComment: x\nProc-Type: 4,ENCRYPTED\n\nMIIE\n", true},
        Key{"parameters and certificate before it",
            "-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n"
            "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n"
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n",
            true},
        Key{"first of two counts",
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n",
            false},
        Key{"word elsewhere", "# ENCRYPTED\n-----BEGIN PRIVATE KEY-----\nMIIE\n", false}),
    [](const auto& row) { return "row" + std::to_string(row.index); });

}  // namespace
}  // namespace glusterconsul::consul
