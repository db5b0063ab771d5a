#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "discovery/consul_client.hpp"
#include "discovery/plan.hpp"
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

/// All that a mount needs of the world, and nothing more: mounts are
/// tested with one that is made up.
class System {
 public:
  System() = default;
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  virtual ~System() = default;

  // Time.
  [[nodiscard]] virtual Clock::time_point now() = 0;
  /// Sleeps until `until.deadline`; kInterrupted.
  [[nodiscard]] virtual Result<void> pause(const Context& until) = 0;
  [[nodiscard]] virtual std::uint32_t random_seed() = 0;

  [[nodiscard]] virtual discovery::WallClock::time_point wall_now() = 0;

  // This machine.
  /// As machine_identity().
  [[nodiscard]] virtual std::string machine_id() = 0;
  /// The path of Target::open(), after path_responds(); run_attempt() mounts on the directory that
  /// was opened here.
  [[nodiscard]] virtual Result<std::string> canonical_target(const std::string& target,
                                                             const Context& context) = 0;
  /// As mount::warning_about_path().
  [[nodiscard]] virtual std::optional<Warning> warning_about_path(const std::string& target) = 0;
  /// As Target::shows() of the target that canonical_target() has opened.
  [[nodiscard]] virtual bool target_shows(const MountEntry& entry,
                                          const std::vector<MountEntry>& table) = 0;
  /// As gluster::check_target_is_not_a_brick(), but kMountFailed if the file system at the target
  /// does not respond in time.
  [[nodiscard]] virtual Result<void> check_target(const std::string& target,
                                                  const Context& context) = 0;
  [[nodiscard]] virtual Result<std::vector<MountEntry>> mount_table() = 0;
  [[nodiscard]] virtual bool management_is_encrypted() = 0;
  /// Starts to ask the system's resolver for the name, in the background.
  virtual void begin_resolving(const HostName& name) = 0;
  /// Whether it knows the name, and only with addresses that are possible; false if that is not
  /// known in time.
  [[nodiscard]] virtual bool resolver_knows(const AllowedHosts& allowed,
                                            const Context& context) = 0;
  /// As discovery::read_cache() and write_cache(), in the package's directory.
  [[nodiscard]] virtual Result<std::string> read_cache(const std::string& name) = 0;
  [[nodiscard]] virtual Result<void> write_cache(const std::string& name,
                                                 std::string_view text) = 0;
  /// As mount::answers().
  [[nodiscard]] virtual Result<void> answers(const std::string& target, const Context& context) = 0;

  /// As LookupTurn::take(), is_over() and end(), of the turn for this question.
  [[nodiscard]] virtual bool take_turn(const std::string& question) = 0;
  [[nodiscard]] virtual bool turn_is_over(const std::string& question) = 0;
  virtual void end_turn() = 0;

  // Consul and gluster.
  [[nodiscard]] virtual discovery::ConsulClient& consul_client() = 0;
  [[nodiscard]] virtual std::vector<gluster::ProbeResult> probe(
      std::span<const Endpoint> servers, const gluster::VolumePath& path,
      const gluster::ProbeSettings& settings, const Context& context) = 0;
  /// Finds the client (`configured`, or if that is empty, in the usual places) and starts to ask it
  /// for its version, in the background. kSystem names the places.
  [[nodiscard]] virtual Result<void> find_client(const std::string& configured) = 0;
  /// The client that find_client() found. After a transient error it may be waited for again.
  [[nodiscard]] virtual Result<InstalledClient> client(const Context& context) = 0;
  /// As mount::run_attempt(), on the target that canonical_target() has opened.
  [[nodiscard]] virtual Result<void> run_attempt(const Attempt& attempt,
                                                 const Context& context) = 0;
};

}  // namespace glusterconsul::mount
