#include "consul/domain.hpp"

#include <fmt/format.h>

#include "consul/dns_name.hpp"
#include "util/host.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {

Result<Domain> Domain::parse(std::string_view text) {
  const auto name = HostName::parse(without_dots_around(text));
  if (!name) {
    return fail(ErrorCode::kUsage, fmt::format("'{}' is not a domain name", shortened(text)));
  }
  return Domain(name->text());
}

std::optional<std::string_view> Domain::part_below(std::string_view name) const {
  if (name.size() <= text_.size() + 1) return std::nullopt;
  const auto head = name.substr(0, name.size() - text_.size() - 1);
  if (name[head.size()] != '.' || to_lower(name.substr(head.size() + 1)) != text_) {
    return std::nullopt;
  }
  return head;
}

}  // namespace glusterconsul::consul
