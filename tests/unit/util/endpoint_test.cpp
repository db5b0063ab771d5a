#include "util/endpoint.hpp"

#include <gtest/gtest.h>

namespace glusterconsul {
namespace {

TEST(ParseEndpoint, AcceptsHostsWithAndWithoutPort) {
  for (const auto& [text, expected] :
       {std::pair{"gl1", "gl1:24007"}, std::pair{"gl1:1", "gl1:1"},
        std::pair{"10.0.0.1:65535", "10.0.0.1:65535"}, std::pair{"[::1]", "[::1]:24007"},
        std::pair{"[fd77::1]:8", "[fd77::1]:8"}, std::pair{":9", "127.0.0.1:9"}}) {
    const auto parsed = parse_endpoint(text, 24007);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(to_string(*parsed), expected);
  }
}

TEST(ParseEndpoint, RejectsOthers) {
  for (const char* text :
       {"", ":", "a b", "gl1:", "gl1:0", "gl1:65536", "gl1:x", "::1", "[::1", "[::1]x", "[]:1"}) {
    const auto parsed = parse_endpoint(text, 24007);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kUsage);
  }
}

}  // namespace
}  // namespace glusterconsul
