#include "admin/deregistration.hpp"

#include <fmt/format.h>

#include <map>

#include "admin/registrar.hpp"
#include "admin/registration.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {

Result<std::vector<std::string>> registered_ids(const consul::AgentState& agent,
                                                const std::string& service,
                                                const std::string& uuid) {
  std::vector<std::string> ids;
  std::map<std::string, std::string> servers;  // UUID, and one of its instances
  for (const auto& each : agent.services) {
    if (!is_registration(each, service)) continue;
    const auto of = uuid_of(each);
    if (!uuid.empty() && of != uuid) continue;
    ids.push_back(each.id);
    if (!of.empty()) servers.emplace(of, each.id);
  }
  if (servers.size() < 2) return ids;
  std::vector<std::string> described;
  for (const auto& [of, id] : servers) {
    constexpr std::size_t kMaxNamed = 4;
    if (described.size() == kMaxNamed) break;
    described.push_back(fmt::format("{} ({})", shortened(of, 64), shortened(id, 64)));
  }
  return fail(ErrorCode::kAmbiguous,
              fmt::format("{} servers have registered instances of {} with this agent: {}",
                          servers.size(), service, join(described, ", ")),
              "choose one with --uuid; 'gluster system:: uuid get' prints that of a server");
}

Deregistration remove_instances(const std::vector<std::string>& ids, consul::AgentClient& agent,
                                const Context& context) {
  Deregistration done;
  for (const auto& id : ids) {
    const auto removed = agent.remove(id, context);
    if (removed) {
      done.removed.push_back(id);
      continue;
    }
    done.problems.push_back(with_context(removed.error(), shortened(id, 100)).value());
    if (!is_about_one_request(removed.error())) break;
  }
  return done;
}

}  // namespace glusterconsul::admin
