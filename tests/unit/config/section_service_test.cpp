#include "config/section_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul::config {
namespace {

using ::testing::HasSubstr;

struct SectionRow {
  const char* row;
  const char* written;
  const char* service;  ///< nullptr: refused
  const char* words = "";
};
void PrintTo(const SectionRow& row, std::ostream* out) {
  *out << row.row;
}
class SectionName : public ::testing::TestWithParam<SectionRow> {};
TEST_P(SectionName, IsUnderstoodOrRefused) {
  const auto& row = GetParam();
  const auto service = section_service({row.written, {}, "/etc/x.conf:3"}, consul::Domain());
  if (row.service != nullptr) {
    ASSERT_TRUE(service.has_value()) << service.error().message;
    EXPECT_EQ(*service, row.service);
    return;
  }
  ASSERT_FALSE(service.has_value()) << *service;
  EXPECT_EQ(service.error().code, ErrorCode::kUsage);
  EXPECT_THAT(service.error().message, HasSubstr("/etc/x.conf:3: section ["));
  EXPECT_THAT(service.error().message, HasSubstr(row.words));
  EXPECT_NE(service.error().hint, "");
}
INSTANTIATE_TEST_SUITE_P(
    SectionService, SectionName,
    ::testing::Values(
        SectionRow{"Bare", "gluster", "gluster"}, SectionRow{"OtherCase", "Gluster", "Gluster"},
        SectionRow{"FullName", "gluster.service.consul", "gluster"},
        SectionRow{"FullNameInOtherCase", "Gluster.SERVICE.Consul.", "Gluster"},
        SectionRow{"PreparedQuery", "any.query.consul", "any"},
        SectionRow{"QueryWithDots", "gluster.any", "gluster.any"},
        SectionRow{"Tag", "ssd.gluster.service.consul", nullptr, "more than a service"},
        SectionRow{"Datacenter", "gluster.service.dc2.consul", nullptr, "more than a service"},
        SectionRow{"OtherDomain", "gluster.service.example", nullptr, "domain 'consul'"},
        SectionRow{"NoDomain", "gluster.service", nullptr, "domain 'consul'"},
        SectionRow{"Source", "gluster:/g0", nullptr, "for a volume"},
        SectionRow{"Path", "gluster/g0", nullptr, "for a volume"},
        SectionRow{"NoKind", "gluster.consul", nullptr, "not for a service"},
        SectionRow{"Blank", "my gluster", nullptr, "not for a service"}),
    [](const auto& row) { return row.param.row; });

}  // namespace
}  // namespace glusterconsul::config
