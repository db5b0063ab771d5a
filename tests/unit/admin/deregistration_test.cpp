#include "admin/deregistration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "look.hpp"

namespace glusterconsul::admin {
namespace {

using Ids = std::vector<std::string>;
using ::testing::HasSubstr;

consul::AgentService instance(const std::string& id, const std::string& uuid) {
  consul::AgentService service{.id = id, .name = "gluster", .meta = {{"glusterconsul", "1"}}};
  if (!uuid.empty()) service.meta["gluster_uuid"] = uuid;
  return service;
}

TEST(Deregistration, IsOfOneServer) {
  const consul::AgentService foreign{.id = "gluster:web", .name = "gluster"};
  auto elsewhere = instance("storage", "a");
  elsewhere.name = "storage";
  struct Case {
    const char* name;
    std::vector<consul::AgentService> services;
    std::string uuid;
    Ids ids;
    bool is_ambiguous = false;
  };
  const std::vector<Case> cases = {
      {"nothing", {}, "", {}},
      {"all of one server",
       {instance("gluster", "a"), foreign, elsewhere, instance("gluster:g0", "a")},
       "",
       {"gluster", "gluster:g0"}},
      {"one without a UUID",
       {instance("gluster", ""), instance("gluster:g0", "a")},
       "",
       {"gluster", "gluster:g0"}},
      {"two servers", {instance("gluster", "a"), instance("gluster:g0", "b")}, "", {}, true},
      {"one of two", {instance("gluster", "a"), instance("gluster:g0", "b")}, "b", {"gluster:g0"}},
      {"neither of two", {instance("gluster", "a"), instance("gluster:g0", "b")}, "c", {}},
  };
  for (const auto& [name, services, uuid, ids, is_ambiguous] : cases) {
    SCOPED_TRACE(name);
    const auto found = registered_ids({services, {}}, "gluster", uuid);
    ASSERT_EQ(found.has_value(), !is_ambiguous);
    if (found) {
      EXPECT_EQ(*found, ids);
      continue;
    }
    EXPECT_EQ(found.error().code, ErrorCode::kAmbiguous);
    EXPECT_THAT(found.error().message, HasSubstr("with this agent: a (gluster), b (gluster:g0)"));
  }
}

}  // namespace
}  // namespace glusterconsul::admin
