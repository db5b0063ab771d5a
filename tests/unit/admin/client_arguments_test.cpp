#include "admin/client_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::admin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Words = std::vector<std::string>;

TEST(ClientArguments, ReadsThoseOfOurClient) {
  const auto parsed = parse_client_arguments(
      Words{"/usr/sbin/glusterfs", "--process-name", "fuse", "--volfile-server=10.0.0.1",
            "--volfile-server-port=24017", "--volfile-server=gl2", "--volfile-id=/g0",
            "--fs-display-name=gluster:/g0", "/mnt/a b"});
  EXPECT_THAT(parsed.servers, ElementsAre("10.0.0.1", "gl2"));
  EXPECT_EQ(parsed.port, 24017);
  EXPECT_EQ(parsed.display_name, "gluster:/g0");
  EXPECT_EQ(parsed.target, "/mnt/a b");
}

TEST(ClientArguments, ReadsValuesInSeparateArguments) {
  const auto parsed = parse_client_arguments(
      Words{"glusterfs", "--volfile-server", "gl1", "--volfile-server-port", "no", "/mnt"});
  EXPECT_THAT(parsed.servers, ElementsAre("gl1"));
  EXPECT_EQ(parsed.port, 24007);
}

TEST(ClientArguments, OfNothingAreEmpty) {
  EXPECT_THAT(parse_client_arguments({}).servers, IsEmpty());
  EXPECT_EQ(parse_client_arguments(Words{"glusterfs"}).target, "");
  EXPECT_THAT(parse_client_arguments(Words{"glusterfs", "--volfile-server"}).servers, IsEmpty());
}

struct OriginRow {
  const char* row;
  Words servers;
  const char* display_name;
  const char* source;
  bool is_from_consul;
};
void PrintTo(const OriginRow& row, std::ostream* out) {
  *out << row.row;
}
class Origin : public ::testing::TestWithParam<OriginRow> {};
TEST_P(Origin, IsConsulIfTheSourceIsNotAServer) {
  ClientArguments client;
  client.servers = GetParam().servers;
  client.display_name = GetParam().display_name;
  EXPECT_EQ(is_from_consul(client, GetParam().source), GetParam().is_from_consul);
}
INSTANTIATE_TEST_SUITE_P(
    ClientArguments, Origin,
    ::testing::Values(OriginRow{"DisplayName", {"10.0.0.1"}, "gluster:/g0", "gluster:/g0", true},
                      OriginRow{"NameInConsul", {"gl1"}, "", "gluster.service.consul:/g0", true},
                      OriginRow{"Script", {"gl1", "gl2"}, "", "gl1:/g0", false},
                      OriginRow{"OldClientShowsItsServer", {"10.0.0.1"}, "", "10.0.0.1:/g0", false},
                      OriginRow{"NoServers", {}, "", "gl1:/g0", false}),
    [](const auto& row) { return row.param.row; });

TEST(CompareServers, IgnoresOrderAndDuplicates) {
  EXPECT_TRUE(compare_servers({"a", "b"}, {"b", "a", "b"}).is_none());
  const auto differs = compare_servers({"a", "b", "a"}, {"b", "c", "c"});
  EXPECT_FALSE(differs.is_none());
  EXPECT_THAT(differs.gone, ElementsAre("a"));
  EXPECT_THAT(differs.added, ElementsAre("c"));
}

}  // namespace
}  // namespace glusterconsul::admin
