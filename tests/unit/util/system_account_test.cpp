#include "util/system_account.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul {
namespace {

struct LoginDefs {
  const char* row;
  std::string_view text;
  uid_t first;
};
std::ostream& operator<<(std::ostream& out, const LoginDefs& row) {
  return out << row.row;
}

class FirstOrdinaryUser : public ::testing::TestWithParam<LoginDefs> {};

TEST_P(FirstOrdinaryUser, IsUidMinFromLoginDefs) {
  EXPECT_EQ(first_ordinary_user(GetParam().text), GetParam().first);
}

INSTANTIATE_TEST_SUITE_P(
    LoginDefs, FirstOrdinaryUser,
    ::testing::Values(LoginDefs{"NoFile", "", 1000},
                      LoginDefs{"Debian", "# UID_MIN 5\nUID_MIN\t\t\t 1000\nUID_MAX 60000\n", 1000},
                      LoginDefs{"OldSystem", "UID_MIN   500\n", 500},
                      LoginDefs{"AnotherField", "UID_MINIMUM 5\nSYS_UID_MIN 101\n", 1000},
                      LoginDefs{"AboveDefault", "UID_MIN 5000\n", 1000},
                      LoginDefs{"NotANumber", "UID_MIN many\n", 1000}),
    [](const auto& tested) { return tested.param.row; });

}  // namespace
}  // namespace glusterconsul
