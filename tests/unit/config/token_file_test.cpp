#include "config/token_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <ostream>

namespace glusterconsul::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct TokenShape {
  const char* row;
  std::string text;
  bool is_token;
};
std::ostream& operator<<(std::ostream& out, const TokenShape& row) {
  return out << row.row;
}

class TokenShapes : public ::testing::TestWithParam<TokenShape> {};

TEST_P(TokenShapes, AcceptsOnlyTokens) {
  EXPECT_EQ(is_token(GetParam().text), GetParam().is_token);
}

INSTANTIATE_TEST_SUITE_P(
    TokenFile, TokenShapes,
    ::testing::Values(TokenShape{"Uuid", "11111111-2222-3333-4444-555555555555", true},
                      TokenShape{"Base64", "q0Yx+/zM1Q==", true},
                      TokenShape{"Longest", std::string(4096, 'a'), true},
                      TokenShape{"TooLong", std::string(4097, 'a'), false},
                      TokenShape{"Empty", "", false},
                      TokenShape{"ShadowLocked", "root:*:19000:0:99999:7:::", false},
                      TokenShape{"ShadowNoPassword", "root::19000:0:99999:7:::", false},
                      TokenShape{"ShadowHash", "root:$y$j9T$abc$def:19000:0:99999:7:::", false},
                      TokenShape{"Passwd", "root:x:0:0:root:/root:/bin/sh", false},
                      TokenShape{"Pem", "-----BEGIN PRIVATE KEY-----", false},
                      TokenShape{"Script", "#!/bin/sh", false},
                      TokenShape{"ConfLine", "password=hunter 2", false},
                      TokenShape{"Header", "a\r\nX-Evil: 1", false},
                      TokenShape{"Nul", std::string("a\0b", 3), false},
                      TokenShape{"NotAscii", "t\xC3\xB6ken", false}),
    [](const auto& row) { return row.param.row; });

/// A file of the caller in a temporary directory.
class TokenFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "token_file_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& text, mode_t mode = 0600) {
    const std::string path = directory_ / "file";
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::filesystem::path directory_;
};

TEST_F(TokenFile, ReadsTokenFromFirstLine) {
  const auto token = read_token_file(file(" 6f1c-token \r\nsomething else\n"));
  ASSERT_TRUE(token.has_value()) << token.error().message;
  EXPECT_EQ(token->reveal(), "6f1c-token");
}

TEST_F(TokenFile, ReportsPathIfTokenIsMissing) {
  for (const char* text : {"", "\n", "  \ntoken\n"}) {
    const auto token = read_token_file(file(text));
    ASSERT_FALSE(token.has_value());
    EXPECT_EQ(token.error().code, ErrorCode::kUsage);
    EXPECT_THAT(token.error().message, HasSubstr("/file"));
  }
}

TEST_F(TokenFile, RejectsInvalidTokenWithoutShowingIt) {
  const auto token = read_token_file(file("root:$y$s3cret:19000:0:99999:7:::\n"));
  ASSERT_FALSE(token.has_value());
  EXPECT_EQ(token.error().code, ErrorCode::kUsage);
  EXPECT_THAT(token.error().message,
              AllOf(HasSubstr("/file: the first line is not a token"), Not(HasSubstr("s3cret"))));
}

TEST_F(TokenFile, ReportsWhatWasPasted) {
  struct Row {
    const char* line;
    const char* why;
  };
  for (const auto& [line, why] :
       {Row{"6f1c-aaaa bbbb", "it contains a blank"}, Row{"SecretID:\t6f1c", "it contains a blank"},
        Row{"\"6f1c-aaaa\"", "it contains quotes"},
        Row{"\xEF\xBB\xBF"
            "6f1c-aaaa",
            "it contains a byte order mark"},
        Row{"6f1c:aaaa", "characters other than letters, digits"}}) {
    const auto token = read_token_file(file(line));
    ASSERT_FALSE(token.has_value());
    EXPECT_THAT(token.error().message, AllOf(HasSubstr(why), Not(HasSubstr("6f1c"))));
    EXPECT_THAT(token.error().hint, HasSubstr("the token alone"));
  }
  EXPECT_THAT(why_no_token(std::string(5000, 'a')), HasSubstr("more than 4096 characters"));
}

TEST_F(TokenFile, RejectsFileThatIsTooLarge) {
  EXPECT_EQ(read_token_file(file(std::string(65 * 1024, 'x'))).error().code, ErrorCode::kUsage);
}

TEST_F(TokenFile, RejectsWorldReadableFile) {
  EXPECT_EQ(read_token_file(file("t", 0644)).error().code, ErrorCode::kPermission);
}

TEST_F(TokenFile, ReportsMissingFile) {
  EXPECT_EQ(read_token_file(directory_ / "missing").error().code, ErrorCode::kUnreadable);
}

}  // namespace
}  // namespace glusterconsul::config
