#pragma once

#include <optional>
#include <string>

#include "discovery/plan.hpp"
#include "discovery/server_cache.hpp"
#include "mount/system.hpp"
#include "mount/task.hpp"
#include "util/error.hpp"
#include "util/report.hpp"

namespace glusterconsul::mount {

/// The cached list of a task: read before the lookup, written after a mount that works. With only
/// one transport (`consul-via`) there is none. Task and system must outlive it.
class CachedList {
 public:
  CachedList(const Task& task, System& system);

  /// None if there is no list that can be used; the reason is reported as a step.
  [[nodiscard]] std::optional<discovery::CachedServers> read(const Report& report) const;

  /// After a mount that works. A list that cannot be written is not an error, only a step.
  void write(const discovery::Plan& plan, const Report& report) const;

 private:
  [[nodiscard]] bool is_on() const;
  [[nodiscard]] bool accepts(consul::Channel channel) const;
  [[nodiscard]] std::string address(consul::Channel channel) const;
  [[nodiscard]] Result<discovery::CachedServers> load() const;

  System& system_;
  const config::Settings& settings_;
  std::string key_;
};

}  // namespace glusterconsul::mount
