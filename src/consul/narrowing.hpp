#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "consul/query.hpp"

namespace glusterconsul::consul {

/// What narrowed the query, and shows that an entry of the reply is outside of it.
struct Outside {
  std::string wanted;  ///< "the partition 'storage'"
  std::string found;   ///< "is in the partition 'default'"
  std::string hint;    ///< which versions of Consul know the parameter; may be empty
};

/// Whether an entry of `/v1/health/service/NAME` is what the query was narrowed to. A Consul whose
/// version does not know a parameter ignores it and answers with status 200 (docs/facts.md,
/// "Versions of Consul's API"), so each entry has to prove its data centre, namespace, partition,
/// peer and tags. An entry that names no namespace or partition is in the default one.
/// The filter cannot be judged by one entry: see filter_test().
[[nodiscard]] std::optional<Outside> outside(const nlohmann::json& node,
                                             const nlohmann::json& service,
                                             const ServiceQuery& query);

/// The query with a filter that no instance matches, for a Consul that knows filters.
[[nodiscard]] ServiceQuery filter_test(ServiceQuery query);

}  // namespace glusterconsul::consul
