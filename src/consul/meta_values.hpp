#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "consul/query.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::consul {

/// The maximum number of different values that are used, and the maximum size of each in bytes.
inline constexpr std::size_t kMaxMetaValues = 4096;
inline constexpr std::size_t kMaxMetaValue = 512;

/// Parses the body of `/v1/catalog/service/NAME`: the different values of the instances' meta
/// `key`, sorted. Instances without it, or with a value that is too long, are ignored, and so are
/// those after the first 10,000. kBadReply if the body is not a JSON list.
[[nodiscard]] Result<std::vector<std::string>> parse_meta_values(std::string_view body,
                                                                 const std::string& key);

/// The target of that GET request, for the query's service and its place; with `value`, only for
/// the instances whose meta `key` has it. `key` and `value` consist of letters, digits, `-` and
/// `_`.
[[nodiscard]] std::string meta_target(const ServiceQuery& query, std::string_view key,
                                      std::string_view value);

/// The meta to ask for.
struct MetaQuestion {
  std::string key;
  std::string value;  ///< empty: any
};

/// Asks Consul, whatever the health of the instances; an unknown service has no values. Errors: as
/// for KvClient.
[[nodiscard]] Result<std::vector<std::string>> ask_meta_values(const HttpSettings& settings,
                                                               const ServiceQuery& query,
                                                               const MetaQuestion& question,
                                                               const Context& context);

}  // namespace glusterconsul::consul
