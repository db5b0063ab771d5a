#include "discovery/retry.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "consul/http_reply.hpp"

namespace glusterconsul::discovery {
namespace {

using namespace std::chrono_literals;

/// A reply from Consul or from a proxy, and whether it is a transient error.
struct Status {
  const char* row;
  long status;
  const char* body;
  bool is_transient;
};
std::ostream& operator<<(std::ostream& out, const Status& row) {
  return out << row.row;
}

class RetriedStatus : public ::testing::TestWithParam<Status> {};

TEST_P(RetriedStatus, IsRetriedOnlyIfTransient) {
  const auto& row = GetParam();
  const consul::Asked asked{"Consul at 127.0.0.1:8500", true};
  const auto error = consul::judge_status({row.status, {}, row.body}, asked, {});
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->transient, row.is_transient) << error->message;
}

INSTANTIATE_TEST_SUITE_P(
    Retry, RetriedStatus,
    ::testing::Values(Status{"BadRequest", 400, "Invalid query parameter", false},
                      Status{"Unauthorized", 401, "", false},
                      Status{"UnknownToken", 403, "ACL not found", false},
                      Status{"Forbidden", 403, "Permission denied", false},
                      Status{"UnknownQuery", 404, "Query not found", false},
                      Status{"NotConsul", 404, "<html>", false}, Status{"Redirect", 302, "", false},
                      Status{"InvalidFilter", 500, "boolean expression evaluator", false},
                      Status{"UnknownTokenOnServer", 500, "rpc error: ACL not found", false},
                      Status{"TooManyRequests", 429, "", true},
                      Status{"Internal", 500, "rpc error getting client", true},
                      Status{"NoLeader", 500, "No cluster leader", true},
                      Status{"NoServers", 500, "No known Consul servers", true},
                      Status{"NoPathToDatacenter", 500, "No path to datacenter", true},
                      Status{"BadGateway", 502, "", true}, Status{"Unavailable", 503, "", true},
                      Status{"GatewayTimeout", 504, "", true}),
    [](const auto& row) { return row.param.row; });

TEST(RetryDelay, BacksOffUpToMaximum) {
  std::mt19937 rng(1);
  const struct {
    unsigned attempt;
    double middle;
  } rows[] = {{1, 500}, {2, 750}, {3, 1125}, {7, 5695}, {9, 8000}, {1000, 8000}};
  for (const auto& row : rows) {
    for (int i = 0; i < 100; ++i) {
      const auto delay = static_cast<double>(retry_delay(row.attempt, {}, rng).count());
      EXPECT_GE(delay, row.middle * 0.8 - 1);
      EXPECT_LE(delay, row.middle * 1.2 + 1);
    }
  }
}

TEST(RetryDelay, DiffersBetweenMachines) {
  std::mt19937 one(1);
  std::mt19937 other(2);
  EXPECT_NE(retry_delay(3, {}, one), retry_delay(3, {}, other));
}

TEST(RetryDelay, HonoursRetryAfterUpToMaximum) {
  std::mt19937 rng(1);
  for (int i = 0; i < 100; ++i) {
    const auto delay = retry_delay(1, 10s, rng);
    EXPECT_GE(delay, 10s);
    EXPECT_LE(delay, 15s);
  }
  EXPECT_LE(retry_delay(1, std::chrono::hours(24), rng), 90s) << "the delay is capped";
}

}  // namespace
}  // namespace glusterconsul::discovery
