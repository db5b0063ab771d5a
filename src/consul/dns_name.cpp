#include "consul/dns_name.hpp"

#include <algorithm>
#include <cstddef>

#include "util/text.hpp"

namespace glusterconsul::consul {

bool is_label(std::string_view label) {
  constexpr std::size_t kMaxLabelLength = 63;
  if (label.empty() || label.size() > kMaxLabelLength || label.front() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; });
}

bool is_dns_name(std::string_view name) {
  constexpr std::size_t kMaxNameLength = 253;
  if (name.size() > kMaxNameLength) return false;
  const auto labels = split(name, '.');
  return std::all_of(labels.begin(), labels.end(), is_label);
}

std::string_view without_dots_around(std::string_view domain) {
  while (domain.starts_with('.')) domain.remove_prefix(1);
  while (domain.ends_with('.')) domain.remove_suffix(1);
  return domain;
}

}  // namespace glusterconsul::consul
