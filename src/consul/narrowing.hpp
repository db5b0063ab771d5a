#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "consul/query.hpp"

namespace glusterconsul::consul {

/// Why an entry of the reply does not match the query: the parameter that it does not match, and
/// the entry's own value.
struct Outside {
  std::string wanted;  ///< "the partition 'storage'"
  std::string found;   ///< "is in the partition 'default'"
  std::string hint;    ///< the versions of Consul that support the parameter; may be empty
};

/// The reason that an entry of `/v1/health/service/NAME` does not match the query; none if it does.
/// A version of Consul that does not support a parameter ignores it and returns status 200
/// (docs/facts.md, "Versions of Consul's API"), so each entry must prove its data centre,
/// namespace, partition, peer and tags. An entry without a namespace or partition is in the default
/// one. An entry does not show whether a filter was applied: see filter_test().
[[nodiscard]] std::optional<Outside> outside(const nlohmann::json& node,
                                             const nlohmann::json& service,
                                             const ServiceQuery& query);

/// The query with a filter that no instance matches, which shows whether Consul applies filters.
[[nodiscard]] ServiceQuery filter_test(ServiceQuery query);

}  // namespace glusterconsul::consul
