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

/// The cached list of a task: read before the lookup, written after a successful mount. If
/// `consul-via` allows only one transport, there is no list. The task and the system must outlive
/// it.
class CachedList {
 public:
  CachedList(const Task& task, System& system);

  /// None if there is no usable list; the reason is reported as a step, unless there is no list at
  /// all.
  [[nodiscard]] std::optional<discovery::CachedServers> read(const Report& report) const;

  /// Call it after a successful mount. If the list cannot be written, a step is reported; that is
  /// not an error.
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
