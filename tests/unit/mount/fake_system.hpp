#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mount/system.hpp"

namespace glusterconsul::mount {

inline consul::LookupResult three_servers() {
  consul::LookupResult answer;
  for (const auto* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3"}) {
    answer.instances.push_back({"node",
                                "gluster",
                                *Host::parse(address),
                                24007,
                                {},
                                "dc1",
                                1,
                                consul::Health::kPassing,
                                {}});
  }
  return answer;
}

/// Returns the results that a test sets, has its own clock, and records how it is called. It
/// contains none of the program's logic.
class FakeSystem final : public System, private discovery::ConsulClient {
 public:
  // The results that it returns. The last of several is repeated.
  std::deque<Result<consul::LookupResult>> consul_says = {three_servers()};
  Result<consul::LookupResult> dns_says = fail(ErrorCode::kBug, "DNS is not part of this test");
  std::deque<std::vector<gluster::Verdict>> servers_say = {
      {gluster::Verdict::kServes, gluster::Verdict::kServes, gluster::Verdict::kServes}};
  std::deque<Result<void>> attempts_end = {{}};
  std::vector<MountEntry> table;
  Result<void> existing_answers;
  milliseconds existing_may_take{0};
  Result<void> target_allowed;
  bool is_target_covered = false;               ///< by a mount on a parent directory
  std::optional<std::string> symbolic_link_to;  // the path that the target points to
  std::optional<Warning> path_warning;
  Clock::time_point others_turn_until = Clock::time_point::min();
  Result<void> client_found;
  std::deque<Result<InstalledClient>> client_says = {
      InstalledClient{"/usr/sbin/glusterfs", {10, 3}}};
  std::map<std::string, std::string> client_rejects;  ///< arguments, and what it prints
  std::string log;                                    // the client's
  std::vector<gluster::BrickState> bricks_say;        // when they are examined
  std::size_t brick_count = 0;                        // of the volume, as probed
  bool encrypted = false;
  bool name_resolves = false;
  bool full_disk = false;
  Cancel* interrupted_meanwhile = nullptr;
  std::map<std::string, std::string> files;

  // Recorded calls.
  std::vector<milliseconds> pauses;
  std::vector<gluster::ProbeSettings> probes;
  std::vector<Attempt> attempts;
  std::vector<Clock::time_point> attempts_began;
  std::vector<std::string> names_resolved;
  std::vector<std::string> targets_opened;   // blocks on a dead file system
  std::vector<std::string> targets_checked;  // likewise
  std::vector<std::string> questions;
  std::vector<std::string> examined;  // the server that was asked for the bricks
  int turns_ended = 0;
  int look_ups = 0;
  int writes = 0;

  Clock::time_point now() override { return clock_; }
  Result<void> pause(const Context& until) override {
    pauses.push_back(until.deadline.remaining(clock_));
    clock_ = until.deadline.at();
    if (until.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
    return {};
  }
  std::uint32_t random_seed() override { return 1; }
  discovery::WallClock::time_point wall_now() override { return wall_; }
  std::string machine_id() override { return "machine"; }
  Result<std::string> canonical_target(const std::string& target, const Context&) override {
    targets_opened.push_back(target);
    return symbolic_link_to.value_or(target);
  }
  std::optional<Warning> warning_about_path(const std::string&) override { return path_warning; }
  bool target_shows(const MountEntry&, const std::vector<MountEntry>&) override {
    return !is_target_covered;
  }
  Result<void> check_target(const std::string& target, const Context&) override {
    targets_checked.push_back(target);
    return target_allowed;
  }
  Result<std::vector<MountEntry>> mount_table() override { return table; }
  bool management_is_encrypted() override { return encrypted; }
  void begin_resolving(const HostName& name) override { names_resolved.push_back(name.text()); }
  bool resolver_knows(const AllowedHosts&, const Context&) override { return name_resolves; }
  Result<std::string> read_cache(const std::string& name) override {
    const auto found = files.find(name);
    if (found == files.end()) return fail(ErrorCode::kUnknown, "no such file");
    return found->second;
  }
  Result<void> write_cache(const std::string& name, std::string_view text) override {
    ++writes;
    if (full_disk) return fail(ErrorCode::kSystem, "No space left on device");
    files[name] = text;
    return {};
  }
  Result<void> answers(const std::string&, const Context& context) override {
    existing_may_take = context.deadline.remaining(clock_);
    return existing_answers;
  }
  bool take_turn(const std::string& question) override {
    questions.push_back(question);
    return clock_ >= others_turn_until;
  }
  bool turn_is_over(const std::string&) override { return clock_ >= others_turn_until; }
  void end_turn() override { ++turns_ended; }
  discovery::ConsulClient& consul_client() override { return *this; }
  std::vector<gluster::ProbeResult> probe(std::span<const Endpoint> servers,
                                          const gluster::VolumePath&,
                                          const gluster::ProbeSettings& settings,
                                          const Context&) override {
    probes.push_back(settings);
    const auto verdicts = next(servers_say);
    std::vector<gluster::ProbeResult> results;
    for (std::size_t i = 0; i < servers.size(); ++i) {
      results.push_back({verdicts.at(i), {}, ""});
      results.back().identity.brick_hashes.assign(brick_count, 1);
    }
    return results;
  }
  Result<void> find_client(const std::string&) override { return client_found; }
  Result<InstalledClient> client(const Context&) override { return next(client_says); }
  Result<void> check_argument(const std::string& argument, const Context&) override {
    const auto rejected = client_rejects.find(argument);
    if (rejected == client_rejects.end()) return {};
    return fail(ErrorCode::kUsage, rejected->second);
  }
  /// An attempt that times out uses all of its time to fetch the volume.
  Result<void> run_attempt(const Attempt& attempt, const Context&) override {
    attempts.push_back(attempt);
    attempts_began.push_back(clock_);
    auto end = next(attempts_end);
    const bool is_late = !end && end.error().code == ErrorCode::kTimedOut;
    clock_ = is_late ? attempt.fetched.at() : clock_ + milliseconds(100);
    if (interrupted_meanwhile != nullptr) interrupted_meanwhile->request();
    return end;
  }

  std::string client_log() override { return log; }
  std::vector<gluster::BrickState> examine_bricks(const Endpoint& server,
                                                  const gluster::VolumePath&, milliseconds,
                                                  const Context&) override {
    examined.push_back(to_string(server));
    return bricks_say;
  }
  std::string resolver_configuration() override { return "nameserver 10.0.0.53\n"; }

  [[nodiscard]] std::vector<std::string> servers_of_attempt(std::size_t i) const {
    std::vector<std::string> texts;
    for (const auto& host : attempts.at(i).command.servers) texts.push_back(host.text());
    return texts;
  }
  [[nodiscard]] milliseconds time_to_fetch(std::size_t i) const {
    return std::chrono::ceil<milliseconds>(attempts.at(i).fetched.at() - attempts_began.at(i));
  }

 private:
  template <typename T>
  static T next(std::deque<T>& answers) {
    const T answer = answers.front();
    if (answers.size() > 1) answers.pop_front();
    return answer;
  }
  Result<consul::LookupResult> ask_http(const consul::HttpSettings&, const consul::ServiceQuery&,
                                        const Context&) override {
    ++look_ups;
    return next(consul_says);
  }
  Result<consul::LookupResult> ask_dns(const consul::DnsSettings&, const consul::ServiceQuery&,
                                       const Context&) override {
    return dns_says;
  }

  discovery::WallClock::time_point wall_ = discovery::WallClock::now();
  // Starts at the current time, because code that is not faked compares it with the real clock.
  Clock::time_point clock_ = Clock::now();
};

}  // namespace glusterconsul::mount
