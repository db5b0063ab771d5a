#include "util/uuid.hpp"

#include <gtest/gtest.h>

#include <string>

namespace glusterconsul {
namespace {

TEST(Uuid, HasOneForm) {
  const std::string uuid = "0a1b2c3d-0000-1111-2222-333344445555";
  EXPECT_TRUE(is_uuid(uuid));
  EXPECT_FALSE(is_uuid(""));
  EXPECT_FALSE(is_uuid(uuid + "5"));
  EXPECT_FALSE(is_uuid(uuid.substr(1)));
  EXPECT_FALSE(is_uuid("0A1B2C3D-0000-1111-2222-333344445555"));
  EXPECT_FALSE(is_uuid("0a1b2c3d00000-1111-2222-333344445555"));
  EXPECT_FALSE(is_uuid("`';touch -0000-1111-2222-333344445555"));
}

}  // namespace
}  // namespace glusterconsul
