#include "config/section_service.hpp"

#include <fmt/format.h>

#include <string_view>

#include "util/text.hpp"

namespace glusterconsul::config {
namespace {

tl::unexpected<Error> refused(const ConfFile::Section& section, std::string_view why,
                              std::string hint) {
  return fail(
      ErrorCode::kUsage,
      fmt::format("{}: section [{}] {}", section.origin, shortened(section.service, 100), why),
      std::move(hint));
}

/// Whether the name looks like one below another domain than ours, or like one without its domain.
bool has_kind_label(std::string_view name) {
  const auto lower = to_lower(name);
  for (const auto label : split(lower, '.')) {
    if (label == "service" || label == "query") return true;
  }
  return false;
}

}  // namespace

Result<std::string> section_service(const ConfFile::Section& section,
                                    const consul::Domain& domain) {
  std::string_view name = section.service;
  if (name.find_first_of(":/") != std::string_view::npos) {
    return refused(section, "is for a volume, but a section is for a service",
                   "use the name of the service alone, such as [gluster]");
  }
  if (name.ends_with('.')) name.remove_suffix(1);
  const bool is_full = domain.part_below(name).has_value();
  if (!is_full && name.find('.') != std::string_view::npos) {
    if (!has_kind_label(name)) return std::string(name);
    return refused(section,
                   fmt::format("is neither the name of a service nor below Consul's domain '{}'",
                               domain.text()),
                   "use the name of the service alone, such as [gluster]");
  }
  const auto parsed = consul::parse_service_name(name, domain);
  if (!parsed) {
    return refused(section, fmt::format("is not for a service: {}", parsed.error().message),
                   "use the name of the service alone, such as [gluster]");
  }
  consul::ServiceName only_name;
  only_name.kind = parsed->kind;
  only_name.name = parsed->name;
  only_name.is_bare = parsed->is_bare;
  if (*parsed != only_name) {
    return refused(section, "specifies more than a service, but a section is for a whole service",
                   fmt::format("use [{}], or pass the options with -o", parsed->name));
  }
  return parsed->name;
}

}  // namespace glusterconsul::config
