#include "consul/instance.hpp"

namespace glusterconsul::consul {

std::string_view name_of(Health health) {
  switch (health) {
    case Health::kPassing:
      return "passing";
    case Health::kUnknown:
      return "unknown";
    case Health::kWarning:
      return "warning";
    case Health::kCritical:
      return "critical";
  }
  return "";
}

std::size_t memory_of(const Instance& instance) {
  const auto text = [](const std::string& held) { return sizeof(std::string) + held.size(); };
  std::size_t size = sizeof(instance) + instance.node.size() + instance.service_id.size() +
                     instance.datacenter.size() + instance.host.text().size() +
                     instance.volume.name.size() + instance.volume.id.size();
  for (const auto& tag : instance.tags) size += text(tag);
  for (const auto& check : instance.checks) {
    size += sizeof(check) + text(check.id) + text(check.name) + text(check.output);
  }
  return size;
}

void note_skipped(std::size_t& skipped, std::string& named, std::string_view description) {
  if (skipped++ >= kMaxSkippedNamed) return;
  if (!named.empty()) named += "; ";
  named += description;
}

}  // namespace glusterconsul::consul
