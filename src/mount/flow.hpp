#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/sources.hpp"
#include "consul/query.hpp"
#include "discovery/plan.hpp"
#include "gluster/client_options.hpp"
#include "mount/arguments.hpp"
#include "mount/mount_options.hpp"
#include "mount/source.hpp"
#include "mount/system.hpp"
#include "util/cancel.hpp"
#include "util/error.hpp"
#include "util/report.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// Everything said about one mount, understood and checked: what is left to do
/// needs the network.
struct Task {
  Source source;
  config::Settings settings;
  consul::ServiceQuery query;
  gluster::ClientOptions client;
  VfsFlags finish;
  bool nofail = false;
  std::vector<Warning> warnings;
};

/// What becomes of an option of gluster's that cannot be understood: an error, or
/// with mount(8)'s `-s` a warning.
enum class Strictness { kStrict, kSloppy };

/// Source and options as understood together; kUsage names what is wrong. The
/// token file is named, not read.
[[nodiscard]] Result<Task> make_task(const std::string& source, const std::vector<Option>& options,
                                     config::Sources sources,
                                     Strictness strictness = Strictness::kStrict);

/// How one mount's time is shared out.
struct Budget {
  Deadline discovery;  ///< no new look-up after this
  Deadline whole;      ///< the end of everything
};
/// `consul-retry` for finding servers, and 25 s for mounting with what was found last. The
/// default stays inside systemd's limit: docs/facts.md, "systemd gives a mount 90 seconds".
[[nodiscard]] Budget budget(const config::Settings& settings, Clock::time_point now);

/// The servers of attempt number `attempt` (from 0): those of the plan, rotated, so that each is
/// primary once and the ones that failed come last; behind them the user's own backup servers, and
/// if `consul-backup-name` has it so, the service's name. It has to stay last, since the client
/// stays at its last server and asks for its address again and again: so the hosts of the bricks,
/// which the client would put behind it, stand in front of it. None twice.
[[nodiscard]] std::vector<Host> attempt_servers(const std::vector<Host>& planned,
                                                std::size_t attempt,
                                                const std::vector<Host>& backups,
                                                const std::vector<Host>& brick_hosts,
                                                const std::optional<HostName>& service_name);

/// The client's command for that attempt at the plan.
[[nodiscard]] gluster::ClientCommand make_command(const Task& task, const InstalledClient& client,
                                                  std::vector<Host> servers,
                                                  const discovery::Plan& plan, std::size_t attempt,
                                                  const std::string& target);

/// What `lookup` and `mount -f -v` tell.
struct Explanation {
  discovery::Plan plan;
  std::vector<std::string> command;  ///< empty where it did not come so far
  std::optional<Error> problem;      ///< why there would be no mount
};

/// Finds the servers once, without trying again, and says what would be run. `target` stands in the
/// command as it is. kInterrupted and what is wrong with this machine (no client) are `problem`s
/// too.
[[nodiscard]] Explanation explain(const Task& task, const std::string& target, System& system,
                                  const Cancel& cancel, const Report& report);

/// Mounts: checks the target, finds servers, tries them in turn. Success is a
/// mount that answers, or that was there before and answers. Where attempts ran out of their time,
/// which on a busy machine says nothing of the servers, all that is done again with more of it,
/// while `consul-retry` lasts; an attempt that the client itself has ended is final.
[[nodiscard]] Result<void> run_mount(const std::string& target, const Task& task, System& system,
                                     const Cancel& cancel, const Report& report);

}  // namespace glusterconsul::mount
