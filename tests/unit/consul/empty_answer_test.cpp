#include "consul/empty_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "util/report.hpp"

namespace glusterconsul::consul {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Names = std::vector<std::string>;

const Asked kWithToken{"Consul at 127.0.0.1:8500", true};
const Asked kAnonymous{"Consul at 127.0.0.1:8500", false};

ServiceQuery asking_for(const char* service) {
  ServiceQuery query;
  query.service.name = service;
  return query;
}

struct Explained {
  const char* row;
  EmptyFindings findings;
  ErrorCode code;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Explained& row) {
  return out << row.row;
}

class EmptyAnswer : public ::testing::TestWithParam<Explained> {};

TEST_P(EmptyAnswer, IsHiddenOnlyIfAclsAreTheCause) {
  const auto error = explain_empty(asking_for("gluster"), kWithToken, GetParam().findings);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_THAT(error.message, AllOf(HasSubstr("127.0.0.1:8500"), HasSubstr("'gluster'"),
                                   HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    EmptyAnswer, EmptyAnswer,
    ::testing::Values(
        Explained{"FilteredByAclsHeader", {true, {}, {}, {}}, ErrorCode::kHidden, "this token"},
        Explained{"NoPermissionForService",
                  {false, {}, Names{}, false},
                  ErrorCode::kHidden,
                  "service:read is missing"},
        Explained{"NoPermissionForNodes",
                  {false, {}, Names{"consul", "gluster"}, true},
                  ErrorCode::kHidden,
                  "node:read is missing"},
        Explained{"UnknownServiceWithPermission",
                  {false, {}, Names{"consul"}, true},
                  ErrorCode::kUnknown,
                  "has no service 'gluster'"},
        Explained{"NoFindings", {}, ErrorCode::kUnknown, "or its ACLs hide it"},
        Explained{"ExistsWithOtherTags",
                  {false, Names{"g0", "g1"}, {}, {}},
                  ErrorCode::kUnknown,
                  "their tags are 'g0', 'g1'"}),
    [](const auto& row) { return row.param.row; });

TEST(EmptyAnswer, HintsAtMountGlusterfsForHost) {
  auto query = asking_for("gl1");
  EmptyFindings findings{false, {}, Names{"consul", "gluster"}, true};
  EXPECT_EQ(explain_empty(query, kWithToken, findings).hint, "");
  query.service.is_bare = true;
  EXPECT_EQ(explain_empty(query, kWithToken, findings).hint, kPlainHost);
  findings.is_node = true;
  EXPECT_EQ(explain_empty(query, kWithToken, findings).hint,
            "gl1 is a node of Consul, not a service; for a host or an address, use mount -t "
            "glusterfs");
}

TEST(EmptyAnswer, HintsAtTokenFileWithoutToken) {
  const auto error = explain_empty(asking_for("gluster"), kAnonymous, {false, {}, Names{}, false});
  EXPECT_THAT(error.message, HasSubstr("the anonymous token"));
  EXPECT_THAT(error.hint, HasSubstr("consul-token-file="));
}

TEST(EmptyAnswer, SuggestsSimilarService) {
  const EmptyFindings findings{false, {}, Names{"consul", "gluster"}, true};
  EXPECT_THAT(explain_empty(asking_for("glustr"), kWithToken, findings).hint,
              HasSubstr("did you mean 'gluster'?"));
  EXPECT_THAT(explain_empty(asking_for("nfs"), kWithToken, findings).hint,
              Not(HasSubstr("did you mean")));
}

TEST(EmptyAnswer, NamesTagAndFilterWithoutMatch) {
  auto query = asking_for("gluster");
  query.tags = {"g9"};
  query.filter = "Service.Meta.pool == a";
  const auto error = explain_empty(query, kWithToken, {false, Names{}, {}, {}});
  EXPECT_EQ(error.code, ErrorCode::kUnknown);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("the tag 'g9' and the filter 'Service.Meta.pool == a'"),
                    HasSubstr("no tags")));
}

TEST(EmptyAnswer, DoesNotBlameTagsForFilter) {
  auto query = asking_for("gluster");
  query.filter = "Node.Meta.rack==r9";
  const auto error = explain_empty(query, kWithToken, {false, Names{}, {}, {}});
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("matches the filter 'Node.Meta.rack==r9'"), Not(HasSubstr("tags"))));
  EXPECT_THAT(error.hint, HasSubstr("consul-filter="));
}

TEST(EmptyAnswer, SuggestsSimilarTag) {
  auto query = asking_for("gluster");
  query.tags = {"prod", "sdd"};
  const EmptyFindings findings{false, Names{"hdd", "prod", "ssd"}, {}, {}};
  EXPECT_EQ(explain_empty(query, kWithToken, findings).hint, "did you mean 'hdd'?");
  query.tags = {"archive"};
  EXPECT_THAT(explain_empty(query, kWithToken, findings).hint, HasSubstr("correct the tag"));
}

TEST(EmptyAnswer, NamesDatacenter) {
  auto query = asking_for("gluster");
  query.service.datacenter = "dc2";
  EXPECT_THAT(explain_empty(query, kWithToken, {false, {}, Names{}, true}).message,
              HasSubstr("'gluster' in dc2"));
}

TEST(EmptyAnswer, EmptyPreparedQueryIsUnknown) {
  auto query = asking_for("gq");
  query.service.kind = ServiceName::Kind::kPreparedQuery;
  const auto error = explain_empty(query, kWithToken, {});
  EXPECT_EQ(error.code, ErrorCode::kUnknown);
  EXPECT_THAT(error.message, HasSubstr("prepared query 'gq'"));
}

TEST(EmptyAnswer, EscapesControlCharacters) {
  const EmptyFindings findings{false, Names{"\x1b[2J"}, {}, {}};
  auto query = asking_for("gluster");
  query.tags = {"g0"};
  EXPECT_THAT(lines_of("program", explain_empty(query, kWithToken, findings)),
              HasSubstr("\\x1b[2J"));
}

}  // namespace
}  // namespace glusterconsul::consul
