#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gluster/client_log.hpp"
#include "mount/lookup_turn.hpp"
#include "mount/system.hpp"
#include "mount/target.hpp"
#include "util/resolver.hpp"
#include "util/subprocess.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// The machine that we run on.
class RealSystem final : public System {
 public:
  Clock::time_point now() override;
  Result<void> pause(const Context& until) override;
  std::uint32_t random_seed() override;
  discovery::WallClock::time_point wall_now() override;
  std::string machine_id() override;
  Result<std::string> canonical_target(const std::string& target, const Context& context) override;
  std::optional<Warning> warning_about_path(const std::string& target) override;
  bool target_shows(const MountEntry& entry, const std::vector<MountEntry>& table) override;
  Result<void> check_target(const std::string& target, const Context& context) override;
  Result<std::vector<MountEntry>> mount_table() override;
  bool management_is_encrypted() override;
  void begin_resolving(const HostName& name) override;
  bool resolver_knows(const AllowedHosts& allowed, const Context& context) override;
  Result<std::string> read_cache(const std::string& name) override;
  Result<void> write_cache(const std::string& name, std::string_view text) override;
  Result<void> answers(const std::string& target, const Context& context) override;
  bool take_turn(const std::string& question) override;
  bool turn_is_over(const std::string& question) override;
  void end_turn() override;
  discovery::ConsulClient& consul_client() override;
  std::vector<gluster::ProbeResult> probe(std::span<const Endpoint> servers,
                                          const gluster::VolumePath& path,
                                          const gluster::ProbeSettings& settings,
                                          const Context& context) override;
  Result<void> find_client(const std::string& configured) override;
  Result<InstalledClient> client(const Context& context) override;
  Result<void> check_argument(const std::string& argument, const Context& context) override;
  Result<void> run_attempt(const Attempt& attempt, const Context& context) override;
  std::string client_log() override;
  std::vector<gluster::BrickState> examine_bricks(const Endpoint& server,
                                                  const gluster::VolumePath& path,
                                                  milliseconds step,
                                                  const Context& context) override;
  std::string resolver_configuration() override;

 private:
  LookupTurn& turn(const std::string& question);

  discovery::NetworkConsulClient consul_client_;
  std::optional<Target> target_;
  std::optional<LookupTurn> turn_;
  std::optional<std::pair<HostName, NameLookup>> resolving_;
  std::string program_;
  std::optional<Subprocess> version_question_;
  std::optional<ClientProcess> mounted_client_;
  std::string log_file_;  ///< of the last attempt
  gluster::LogPosition log_before_;
};

}  // namespace glusterconsul::mount
