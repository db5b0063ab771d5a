#include "consul/meta_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::consul {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(MetaValues, AreSortedWithoutDuplicates) {
  const auto values = parse_meta_values(
      R"([{"ServiceMeta":{"gluster_volume":"g1"}},{"ServiceMeta":{"gluster_volume":"g0"}},
          {"ServiceMeta":{"gluster_volume":"g1","x":"y"}},{"ServiceMeta":{}},{"ServiceMeta":null},
          {},7,{"ServiceMeta":{"gluster_volume":7}},{"ServiceMeta":{"gluster_volume":""}}])",
      "gluster_volume");
  ASSERT_TRUE(values.has_value());
  EXPECT_THAT(*values, ElementsAre("g0", "g1"));
}

TEST(MetaValues, AreBounded) {
  const std::string large(kMaxMetaValue + 1, 'x');
  EXPECT_THAT(*parse_meta_values(R"([{"ServiceMeta":{"v":")" + large + R"("}}])", "v"), SizeIs(0));
  std::string body = "[";
  for (int i = 0; i < 5000; ++i) {
    body += R"({"ServiceMeta":{"v":")" + std::to_string(i) + R"("}},)";
  }
  body.back() = ']';
  EXPECT_THAT(*parse_meta_values(body, "v"), SizeIs(kMaxMetaValues));
}

TEST(MetaValues, OtherRepliesAreErrors) {
  EXPECT_FALSE(parse_meta_values("{}", "v"));
  EXPECT_FALSE(parse_meta_values("[{]", "v"));
}

TEST(MetaTarget, HasPlaceTagsAndFilter) {
  ServiceQuery query;
  query.service.name = "gluster x";
  EXPECT_EQ(meta_target(query, "v", ""), "/v1/catalog/service/gluster%20x");
  query.service.datacenter = "dc2";
  query.tags = {"ssd"};
  EXPECT_EQ(
      meta_target(query, "v", "g0"),
      "/v1/catalog/service/gluster%20x?dc=dc2&tag=ssd&filter=ServiceMeta.v%20%3D%3D%20%22g0%22");
}

}  // namespace
}  // namespace glusterconsul::consul
