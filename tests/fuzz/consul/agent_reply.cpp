#include <cstddef>
#include <cstdint>

#include "check.hpp"
#include "consul/agent_service.hpp"

using namespace glusterconsul::consul;

/// The agent's own services and checks: what is parsed has an ID, and can be registered again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto services = parse_agent_services(body)) {
    for (const auto& service : *services) {
      require(!service.id.empty());
      const auto again = register_body({service, "check", "", std::chrono::seconds(30), "passing"});
      require(!again.empty() && again.size() <= 64 * (size + 64));
    }
  } else {
    require_sentence(services.error());
  }
  if (const auto checks = parse_agent_checks(body)) {
    for (const auto& check : *checks) {
      require(!check.id.empty());
      require(!update_body(check.status, check.output).empty());
      if (is_in_maintenance({check}, check.service_id)) {
        require(check.id.find("maintenance") != std::string::npos);
      }
    }
  } else {
    require_sentence(checks.error());
  }
  return 0;
}
