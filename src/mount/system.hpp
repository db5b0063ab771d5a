#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "discovery/consul_client.hpp"
#include "discovery/plan.hpp"
#include "gluster/brick_states.hpp"
#include "gluster/command_line.hpp"
#include "mount/attempt.hpp"
#include "mount/mount_table.hpp"
#include "util/context.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// An installed client.
struct InstalledClient {
  std::string program;
  gluster::ClientVersion version;
};

/// Everything that a mount needs from the outside world, and nothing more: tests of mounts use a
/// fake.
class System {
 public:
  System() = default;
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  // Time.
  [[nodiscard]] virtual Clock::time_point now() = 0;
  /// Sleeps until `until.deadline`; kInterrupted if cancelled.
  [[nodiscard]] virtual Result<void> pause(const Context& until) = 0;
  [[nodiscard]] virtual std::uint32_t random_seed() = 0;

  [[nodiscard]] virtual discovery::WallClock::time_point wall_now() = 0;

  // This machine.
  /// Like machine_identity().
  [[nodiscard]] virtual std::string machine_id() = 0;
  /// The path of Target::open(), after path_responds(); run_attempt() mounts on the directory that
  /// is opened here.
  [[nodiscard]] virtual Result<std::string> canonical_target(const std::string& target,
                                                             const Context& context) = 0;
  /// Like mount::warning_about_path().
  [[nodiscard]] virtual std::optional<Warning> warning_about_path(const std::string& target) = 0;
  /// Like Target::shows(), for the target that canonical_target() has opened.
  [[nodiscard]] virtual bool target_shows(const MountEntry& entry,
                                          const std::vector<MountEntry>& table) = 0;
  /// Like gluster::check_target_is_not_a_brick(), but kMountFailed if the file system at the target
  /// does not respond in time.
  [[nodiscard]] virtual Result<void> check_target(const std::string& target,
                                                  const Context& context) = 0;
  [[nodiscard]] virtual Result<std::vector<MountEntry>> mount_table() = 0;
  [[nodiscard]] virtual bool management_is_encrypted() = 0;
  /// Starts to resolve the name with the system's resolver, in the background.
  virtual void begin_resolving(const HostName& name) = 0;
  /// Whether the resolver knows the name, and only with addresses that a server can have; false if
  /// it has not answered in time.
  [[nodiscard]] virtual bool resolver_knows(const AllowedHosts& allowed,
                                            const Context& context) = 0;
  /// Like discovery::read_cache() and write_cache(), in the package's directory.
  [[nodiscard]] virtual Result<std::string> read_cache(const std::string& name) = 0;
  [[nodiscard]] virtual Result<void> write_cache(const std::string& name,
                                                 std::string_view text) = 0;
  /// Like mount::answers().
  [[nodiscard]] virtual Result<void> answers(const std::string& target, const Context& context) = 0;

  /// Like LookupTurn::take(), is_over() and end(), for the turn of this query.
  [[nodiscard]] virtual bool take_turn(const std::string& question) = 0;
  [[nodiscard]] virtual bool turn_is_over(const std::string& question) = 0;
  virtual void end_turn() = 0;

  // Consul and gluster.
  [[nodiscard]] virtual discovery::ConsulClient& consul_client() = 0;
  [[nodiscard]] virtual std::vector<gluster::ProbeResult> probe(
      std::span<const Endpoint> servers, const gluster::VolumePath& path,
      const gluster::ProbeSettings& settings, const Context& context) = 0;
  /// Finds the client (`configured`, or if that is empty, in the usual locations) and starts to
  /// query its version, in the background. kSystem names the locations.
  [[nodiscard]] virtual Result<void> find_client(const std::string& configured) = 0;
  /// The client that find_client() found. After a transient error, it may be called again.
  [[nodiscard]] virtual Result<InstalledClient> client(const Context& context) = 0;
  /// Asks the client that find_client() found whether it accepts this argument: kUsage if not, as
  /// from gluster::rejected_argument(). If it does not answer, that is not an error.
  [[nodiscard]] virtual Result<void> check_argument(const std::string& argument,
                                                    const Context& context) = 0;
  /// Like mount::run_attempt(), on the target that canonical_target() has opened.
  [[nodiscard]] virtual Result<void> run_attempt(const Attempt& attempt,
                                                 const Context& context) = 0;
  /// What the client has logged since the last run_attempt() began, as in gluster::log_since().
  [[nodiscard]] virtual std::string client_log() = 0;
  /// Like gluster::examine_bricks().
  [[nodiscard]] virtual std::vector<gluster::BrickState> examine_bricks(
      const Endpoint& server, const gluster::VolumePath& path, milliseconds step,
      const Context& context) = 0;
  /// The text of resolv.conf(5); empty if it cannot be read.
  [[nodiscard]] virtual std::string resolver_configuration() = 0;
};

}  // namespace glusterconsul::mount
