#include "mount/service_name_fallback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mount/mount_fixture.hpp"

namespace glusterconsul::mount {
namespace {

using ::testing::ElementsAre;

class ServiceNameFallback : public MountFixture {};

TEST_F(ServiceNameFallback, IsLastIfResolverKnowsIt) {
  system.name_resolves = true;
  ASSERT_TRUE(run("backup-volfile-servers=10.0.0.9"));
  EXPECT_THAT(system.names_resolved, ElementsAre("gluster.service.consul"));
  EXPECT_THAT(system.servers_of_attempt(0), ElementsAre("10.0.0.1", "10.0.0.2", "10.0.0.3",
                                                        "10.0.0.9", "gluster.service.consul"));
}

struct NameRow {
  const char* name;
  const char* options;
  bool resolves;
  bool is_appended;
};
void PrintTo(const NameRow& row, std::ostream* out) {
  *out << row.name;
}
class ServiceName : public MountFixture, public ::testing::WithParamInterface<NameRow> {};

TEST_P(ServiceName, IsAppendedDependingOnTrustAndOption) {
  system.name_resolves = GetParam().resolves;
  ASSERT_TRUE(run(GetParam().options));
  const auto servers = system.servers_of_attempt(0);
  EXPECT_EQ(servers.back() == "gluster.service.consul", GetParam().is_appended);
  const bool resolver_was_asked = !system.names_resolved.empty();
  EXPECT_TRUE(GetParam().is_appended || !resolver_was_asked || !GetParam().resolves);
}

INSTANTIATE_TEST_SUITE_P(
    ServiceNameFallback, ServiceName,
    ::testing::Values(
        NameRow{"HttpAndKnown", "", true, true}, NameRow{"HttpAndUnknown", "", false, false},
        NameRow{"HttpOn", "consul-backup-name=on", false, true},
        NameRow{"HttpOff", "consul-backup-name=off", true, false},
        NameRow{"FilteredByTag", "consul-tag=ssd", true, false},
        NameRow{"FilteredByTagButOn", "consul-tag=ssd,consul-backup-name=on", true, true},
        NameRow{"Https", "consul-http-addr=https://127.0.0.1:8501", true, false},
        NameRow{"HttpsOn", "consul-http-addr=https://127.0.0.1:8501,consul-backup-name=on", true,
                true},
        NameRow{"HttpsNotVerified",
                "consul-http-addr=https://127.0.0.1:8501,consul-ssl-verify=false", true, true},
        NameRow{"UnixSocket", "consul-http-addr=unix:///run/consul.sock", true, false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace glusterconsul::mount
