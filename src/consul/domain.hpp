#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::consul {

/// The domain of Consul's DNS names (`domain` in its configuration): a host name (RFC 1123) in
/// lower case and without a trailing dot. Consul's default is "consul".
class Domain {
 public:
  Domain() = default;
  /// Leading and trailing dots are ignored. kUsage quotes the text.
  [[nodiscard]] static Result<Domain> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// "gluster.service" from "gluster.service.consul", ignoring case; none if the name is not below
  /// the domain. Points into `name`.
  [[nodiscard]] std::optional<std::string_view> part_below(std::string_view name) const;

  friend bool operator==(const Domain&, const Domain&) = default;

 private:
  explicit Domain(std::string text) : text_(std::move(text)) {}
  std::string text_ = "consul";
};

}  // namespace glusterconsul::consul
