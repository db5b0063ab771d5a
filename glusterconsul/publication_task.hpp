#pragma once

#include <string>
#include <vector>

#include "admin/publisher.hpp"
#include "consul/kv_entry.hpp"
#include "consul/query.hpp"
#include "glusterconsul/command.hpp"
#include "util/context.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/host.hpp"
#include "util/report.hpp"

namespace glusterconsul {

/// The arguments of `publish`, which `register --publish` has as well.
struct PublicationWords {
  std::string service = "gluster";  ///< whose settings apply
  std::string spec_name;            ///< the NAME of each SPEC; empty: that of `service` in DNS
  std::string prefix = admin::VolumeKeys::kDefault;
  std::string address = "127.0.0.1";  ///< of glusterd
  std::vector<std::string> options;
  bool take_over = false;
};

/// What is published, and where.
struct PublicationTask {
  admin::PublicationPolicy policy;
  Endpoint glusterd;
  consul::HttpSettings consul;
  consul::KvPlace place;
  milliseconds limit;  ///< for Consul and glusterd together
};

/// kUsage if a value cannot be used, or the settings exclude HTTP.
[[nodiscard]] Result<PublicationTask> publication_task(const PublicationWords& words,
                                                       const Report& report);

/// Adds what was published to an outcome. Of several problems, all but the last are warnings.
void add_published(Outcome& outcome, const admin::Published& published, const Report& report);

/// admin::publish() and admin::compare(), over a connection of its own.
[[nodiscard]] admin::Published publish_volumes(const PublicationTask& task, const Context& context);
[[nodiscard]] Result<admin::Publication> compare_volumes(const PublicationTask& task,
                                                         const Context& context);

}  // namespace glusterconsul
