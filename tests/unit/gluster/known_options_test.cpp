#include "gluster/known_options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string_view>

namespace glusterconsul::gluster {
namespace {

struct OptionValue {
  std::string_view option;
  std::string_view value;
  bool allowed;
};

std::ostream& operator<<(std::ostream& out, const OptionValue& row) {
  return out << row.option << '=' << row.value;
}

class KnownOptionValue : public testing::TestWithParam<OptionValue> {};

TEST_P(KnownOptionValue, IsAllowedIfTheClientTakesIt) {
  const auto options = known_options();
  const auto option = std::find_if(options.begin(), options.end(), [](const KnownOption& each) {
    return each.name == GetParam().option;
  });
  ASSERT_NE(option, options.end());
  EXPECT_EQ(option->rule.is_allowed(GetParam().value), GetParam().allowed);
}

INSTANTIATE_TEST_SUITE_P(
    All, KnownOptionValue,
    testing::Values(
        OptionValue{"root-squash", "yes", true}, OptionValue{"root-squash", "OFF", true},
        OptionValue{"root-squash", "auto", false}, OptionValue{"direct-io-mode", "Auto", true},
        OptionValue{"direct-io-mode", "perhaps", false},
        OptionValue{"reader-thread-count", "1", true},
        OptionValue{"reader-thread-count", "64", true},
        OptionValue{"reader-thread-count", "0", false},
        OptionValue{"reader-thread-count", "65", false},
        OptionValue{"attribute-timeout", "0.5", true}, OptionValue{"attribute-timeout", "3", true},
        OptionValue{"attribute-timeout", "3.", false},
        OptionValue{"attribute-timeout", "-1", false}, OptionValue{"lru-limit", "-1", true},
        OptionValue{"lru-limit", "1.5", false}, OptionValue{"gid-timeout", "4294967295", true},
        OptionValue{"gid-timeout", "4294967296", false}, OptionValue{"gid-timeout", "-1", false},
        OptionValue{"oom-score-adj", "-1000", true}, OptionValue{"oom-score-adj", "1000", true},
        OptionValue{"oom-score-adj", "-1001", false}, OptionValue{"oom-score-adj", "--1", false},
        OptionValue{"attr-times-granularity", "1000000000", true},
        OptionValue{"attr-times-granularity", "1000000001", false},
        OptionValue{"log-file", "/var/log/g0.log", true}, OptionValue{"log-file", "g0.log", false},
        OptionValue{"server-port", "1023", false}, OptionValue{"server-port", "24007", true},
        OptionValue{"transport", "rdma", true}, OptionValue{"transport", "unix", false},
        OptionValue{"transport", "tcp,rdma", false},
        OptionValue{"context", "system_u:object_r:fusefs_t:s0", true},
        OptionValue{"context", "a\"b", false},
        OptionValue{"xlator-option", "*dht.lookup-unhashed=off", true},
        OptionValue{"xlator-option", "lookup-unhashed=off", false},
        OptionValue{"volume-name", "", true}));

}  // namespace
}  // namespace glusterconsul::gluster
