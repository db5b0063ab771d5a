#include "mount/flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "config/query.hpp"
#include "consul/http_address.hpp"
#include "discovery/retry.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// For the mount itself, once servers are found: docs/facts.md, "Client waits for a brick".
constexpr milliseconds kMountSpan{25'000};

/// What one round of attempts may take: each server is primary once in it.
struct Patience {
  milliseconds round = kMountSpan;
  /// A primary that has just given the volume to the probe gives it to the client at once.
  milliseconds fetch_from_ready{4'000};
  /// No server has answered: docs/facts.md, "Client fails over only if it cannot connect".
  milliseconds fetch_from_unknown{15'000};
  /// docs/facts.md, "Client waits for a brick"
  milliseconds answer{15'000};
};

/// Of round number `round` (from 1). What a busy machine did not do in time it would not do in the
/// same time again, so each round has as much more. A primary that died since its probe
/// never costs more than one that nothing is known of costs in the first.
Patience patience(unsigned round) {
  const Patience first;
  return {first.round * round, std::min(first.fetch_from_ready * round, first.fetch_from_unknown),
          first.fetch_from_unknown * round, first.answer * round};
}

/// docs/facts.md, "Client waits for a server lost under a mount"
constexpr milliseconds kExistingMountAnswers{45'000};
constexpr milliseconds kClientVersion{5'000};
constexpr milliseconds kResolver{500};
constexpr std::size_t kMaxAttempts = 8;
constexpr milliseconds kMaxProbeTimeout{10'000};

/// One deadline a stage, on the system's clock.
Deadline stage(const Deadline& whole, milliseconds span, System& system) {
  return whole.sooner(span, system.now());
}

/// What the servers of a list were asked for, and where, if not at their registered ports.
std::string used_of_servers(const Task& task) {
  const auto port = task.client.server_port;
  return task.source.path.volfile_id() + (port ? fmt::format(":{}", *port) : "");
}

/// The last known list of a task: read before the look-up, written after the mount. With one way
/// to Consul only (`consul-via`) there is none.
class Memory {
 public:
  Memory(const Task& task, System& system)
      : system_(system),
        settings_(task.settings),
        key_(discovery::cache_key(task.query, used_of_servers(task),
                                  config::consul_identity(task.settings))) {}

  /// None where there is no list that can be used; why not is a step.
  std::optional<discovery::CachedServers> read(const Report& report) {
    if (!is_on()) return std::nullopt;
    auto list = load();
    if (list) return *std::move(list);
    if (list.error().code != ErrorCode::kUnknown) {
      report.step(fmt::format("ignoring the last known list: {}", list.error().message));
    }
    return std::nullopt;
  }

  /// After a mount that works: never a reason to fail.
  void write(const discovery::Plan& plan, const Report& report) {
    if (!is_on() || plan.from_cache || !may_hold(plan.channel)) return;
    std::vector<consul::Instance> used;
    for (const auto index : plan.order) used.push_back(plan.candidates[index].instance);
    const auto fresh = discovery::make_cached_servers(std::move(used), plan.channel,
                                                      address(plan.channel), system_.wall_now());
    // Once more, since another mount may have written a better one meanwhile.
    const auto known = load();
    if (known && !discovery::worth_writing(*known, fresh, *settings_.cache)) return;
    const auto written = system_.write_cache(discovery::cache_file_name(key_),
                                             discovery::serialize_cached_servers(fresh, key_));
    if (!written)
      report.step(fmt::format("the list of servers was not saved: {}", written.error().message));
  }

 private:
  [[nodiscard]] bool is_on() const {
    return settings_.cache && settings_.via == config::Via::kAuto;
  }

  [[nodiscard]] bool may_hold(consul::Channel channel) const {
    return consul::is_authenticated(channel) || !config::is_authenticated(settings_);
  }

  [[nodiscard]] std::string address(consul::Channel channel) const {
    return channel == consul::Channel::kDns ? consul::address_of(*settings_.dns)
                                            : consul::address_of(*settings_.http);
  }

  /// kUnknown if there is no list.
  Result<discovery::CachedServers> load() {
    TRY_ASSIGN(const auto text, system_.read_cache(discovery::cache_file_name(key_)));
    auto list = discovery::parse_cached_servers(text, key_, system_.wall_now(), *settings_.cache);
    if (list && !may_hold(list->channel)) {
      return fail(ErrorCode::kUntrusted,
                  fmt::format("its servers were learned over {}, but Consul is authenticated",
                              consul::describe(list->channel)));
    }
    return list;
  }

  System& system_;
  const config::Settings& settings_;
  std::string key_;
};

discovery::PlanInputs plan_inputs(const Task& task, System& system, unsigned try_number,
                                  std::optional<discovery::CachedServers> cached) {
  auto method = task.settings.probe;
  // A plain call to a TLS port is closed without an answer: a connection is all that can be asked.
  if (method == gluster::ProbeMethod::kVolume && system.management_is_encrypted()) {
    method = gluster::ProbeMethod::kTcp;
  }
  // Nobody answered in time before: the network may be slow, so give it longer.
  const auto timeout = std::min(task.settings.probe_timeout * std::max(try_number, 1U),
                                std::max(kMaxProbeTimeout, task.settings.probe_timeout));
  return {.settings = task.settings,
          .query = task.query,
          .path = task.source.path,
          .machine_id = system.machine_id(),
          .probe = method,
          .probe_timeout = timeout,
          .cached = std::move(cached),
          .wall_now = system.wall_now(),
          .port = task.client.server_port};
}

discovery::Prober prober(System& system) {
  return [&system](std::span<const Endpoint> servers, const gluster::VolumePath& path,
                   const gluster::ProbeSettings& settings, const Deadline& deadline,
                   const Cancel& cancel) {
    return system.probe(servers, path, settings, deadline, cancel);
  };
}

/// The DNS name of what was asked for: behind all addresses it lets the client
/// find servers that are new, where the system's resolver knows it and `consul-allow` lists it.
std::optional<HostName> dns_name(const Task& task) {
  if (task.source.name.find('.') == std::string::npos) return std::nullopt;
  auto name = HostName::parse(task.source.name);
  if (!name || !task.settings.allowed.allows(*name)) return std::nullopt;
  return *std::move(name);
}

/// Whether the options ask for fewer servers than the name of the source stands for.
bool is_narrowed(const config::Settings& settings) {
  return !settings.tags.empty() || !settings.filter.empty() || !settings.datacenter.empty() ||
         !settings.consul_namespace.empty() || !settings.partition.empty() ||
         !settings.peer.empty();
}

/// Whether the name is appended if the system's resolver knows it. Not if Consul is authenticated:
/// whoever answers for the name is not.
bool resolver_decides(const Task& task) {
  return task.settings.backup_name == config::BackupName::kAuto &&
         !config::is_authenticated(task.settings) && !is_narrowed(task.settings);
}

/// What takes a while and depends on nothing: it runs beside the look-up.
Result<void> begin_in_background(const Task& task, System& system) {
  const auto name = dns_name(task);
  if (name && resolver_decides(task)) system.begin_resolving(*name);
  return system.find_client(task.settings.glusterfs);
}

/// It may also resolve to what the plan skips as impossible: then it is not used.
std::optional<HostName> last_server(const Task& task, const discovery::Plan& plan,
                                    const Deadline& whole, System& system) {
  if (plan.has_unusable_address()) return std::nullopt;
  auto name = dns_name(task);
  if (!name || task.settings.backup_name == config::BackupName::kOn) return name;
  const bool is_known =
      resolver_decides(task) &&
      system.resolver_knows(task.settings.allowed, stage(whole, kResolver, system));
  return is_known ? name : std::nullopt;
}

Error nobody_answers(const discovery::Plan& plan) {
  std::vector<std::string> servers;
  for (const auto index : plan.order) {
    const auto& candidate = plan.candidates[index];
    servers.push_back(fmt::format("{} {}", to_string(discovery::endpoint(candidate.instance)),
                                  discovery::describe_probe(candidate.probe)));
  }
  return Error{ErrorCode::kUnreachable,
               fmt::format("none of the healthy servers of {} responds: {}", plan.service,
                           join(servers, ", "))};
}

/// Helpers for which this is the same are answered the same by Consul.
std::string question(const Task& task) {
  const auto& settings = task.settings;
  return fmt::format("{}\n{}\n{}\n{}", settings.token_file, static_cast<int>(settings.via),
                     static_cast<int>(settings.health),
                     discovery::cache_key(task.query, "", config::consul_identity(settings)));
}

/// Finds servers, trying again while the failure may pass and the budget lasts. Of the helpers on
/// this machine that Consul does not answer the same question, one tries again; the others wait.
class Finder {
 public:
  Finder(const Task& task, System& system, const Budget& budget, const Cancel& cancel,
         const Report& report)
      : task_(task),
        system_(system),
        budget_(budget),
        cancel_(cancel),
        report_(report),
        question_(question(task)),
        rng_(system.random_seed()) {}
  Finder(const Finder&) = delete;
  Finder& operator=(const Finder&) = delete;
  ~Finder() { system_.end_turn(); }

  Result<discovery::Plan> find(std::optional<discovery::CachedServers> cached) {
    for (;;) {
      ++tries_;
      discovery::Plan plan;
      auto found = discovery::make_plan(plan, system_.consul_client(), prober(system_),
                                        plan_inputs(task_, system_, tries_, cached), budget_.whole,
                                        cancel_, report_);
      if (plan.from_cache && (!found || !plan.answered)) {
        cached.reset();  // it has served its turn, and that was no try: wait for Consul
        --tries_;
        continue;
      }
      if (found) system_.end_turn();
      if (found && (plan.answered || budget_.discovery.expired(system_.now()))) return plan;
      const Error problem = found ? nobody_answers(plan) : found.error();
      const bool is_others_turn = !found && problem.transient && !system_.take_turn(question_);
      const auto paused = is_others_turn ? wait_for_other(problem) : wait_before_next(problem);
      // By hand the client would be started all the same: so it is here, at the end.
      if (!paused && found && paused.error().code != ErrorCode::kInterrupted) return plan;
      if (!paused) return fail(paused.error());
    }
  }

  /// Waits for the next try; the problem itself where there is no next one.
  Result<void> wait_before_next(const Error& problem) {
    if (!problem.transient) return fail(problem);
    const auto delay = discovery::retry_delay(std::max(tries_, 1U), problem.retry_after, rng_);
    const auto left = budget_.discovery.remaining(system_.now());
    if (left <= delay) return fail(given_up(problem));
    if (announce(problem, left)) {
      report_.step(fmt::format("retrying in {}", to_string(delay)));
    } else {
      report_.step(fmt::format("{}; retrying in {}", problem.message, to_string(delay)));
    }
    const auto wait = report_.waiting("the next attempt", budget_.discovery);
    return system_.pause(delay, cancel_);
  }

 private:
  /// The first problem is a warning; false if there was one before.
  bool announce(const Error& problem, milliseconds left) {
    if (std::exchange(is_announced_, true)) return false;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
    report_.warning({fmt::format("{}; retrying for up to {}", problem.message, to_string(seconds)),
                     problem.hint});
    return true;
  }

  /// Until the helper that has the turn has found servers or has given up, or until there is just
  /// the time for a last try of our own; the problem itself if there is none.
  Result<void> wait_for_other(const Error& problem) {
    constexpr milliseconds kLastTry{500};
    if (budget_.discovery.remaining(system_.now()) <= kLastTry) {
      return fail(given_up(problem));
    }
    announce(problem, budget_.discovery.remaining(system_.now()));
    report_.step("another helper on this machine is asking the same; waiting for it");
    const auto wait = report_.waiting("another helper", budget_.discovery);
    // Not all in the same moment.
    std::uniform_int_distribution<milliseconds::rep> look(200, 300);
    while (!system_.turn_is_over(question_)) {
      const auto left = budget_.discovery.remaining(system_.now());
      if (left <= kLastTry) break;
      const auto span = std::min(left - kLastTry, milliseconds(look(rng_)));
      TRY(system_.pause(span, cancel_));
    }
    return {};
  }

  Error given_up(Error problem) const {
    if (tries_ > 1) {
      problem.message += fmt::format(" (tried {} times within consul-retry={})", tries_,
                                     to_string(task_.settings.retry));
    }
    return problem;
  }

  const Task& task_;
  System& system_;
  const Budget& budget_;
  const Cancel& cancel_;
  const Report& report_;
  std::string question_;
  std::mt19937 rng_;
  unsigned tries_ = 0;
  bool is_announced_ = false;
};

/// mount(8)'s `-s`: options of gluster's that cannot be understood do no harm.
void leave_out_what_is_wrong(SortedOptions& sorted) {
  std::erase_if(sorted.client, [&](const Option& option) {
    const auto alone = gluster::translate({option});
    if (!alone) {
      sorted.warnings.push_back(
          {alone.error().message + "; ignored because of -s", alone.error().hint});
    }
    return !alone;
  });
}

/// What to do with a target on which something is mounted already.
enum class Existing { kNothing, kOurs };

Result<Existing> check_existing(const Task& task, const std::string& target, System& system,
                                const Deadline& whole, const Cancel& cancel, const Report& report) {
  TRY_ASSIGN(const auto table, system.mount_table());
  const std::string wanted = task.source.mounted_as();
  switch (occupied(table, target, wanted)) {
    case Occupied::kNo:
      return Existing::kNothing;
    case Occupied::kOther:
      return fail(ErrorCode::kConflict,
                  fmt::format("{} is already mounted on {}, so {} cannot be mounted there",
                              printable(mounted_at(table, target)->source), printable(target),
                              printable(wanted)),
                  "unmount it first");
    case Occupied::kSame:
      break;
  }
  const auto until = stage(whole, kExistingMountAnswers, system);
  const auto answered = [&] {
    const auto wait = report.waiting("the existing mount", until);
    return system.answers(target, until, cancel);
  }();
  if (answered) return Existing::kOurs;
  if (answered.error().code == ErrorCode::kInterrupted) return fail(answered.error());
  return fail(
      ErrorCode::kMountFailed,
      fmt::format("{} is already mounted on {}, but does not work ({})", printable(wanted),
                  printable(target), answered.error().message),
      fmt::format("repair it, or detach it with 'umount -l {}'", printable(shell_quote(target))));
}

/// The server was asked, and showed nothing that a mount could be hoped for.
bool has_failed(gluster::Verdict verdict) {
  switch (verdict) {
    case gluster::Verdict::kServes:
    case gluster::Verdict::kAccepts:
    case gluster::Verdict::kNotAsked:
      return false;
    case gluster::Verdict::kNoVolume:
    case gluster::Verdict::kRefused:
    case gluster::Verdict::kNoResponse:
    case gluster::Verdict::kClosed:
    case gluster::Verdict::kBadReply:
    case gluster::Verdict::kImpossible:
    case gluster::Verdict::kUntrusted:
      return true;
  }
  return true;
}

/// Whether an attempt failed in a way that another primary may not.
bool is_of_this_server(ErrorCode code) {
  return code == ErrorCode::kTimedOut || code == ErrorCode::kUnreachable ||
         code == ErrorCode::kMountFailed;
}

/// Runs the client with each server as primary in turn, once. The error of the first
/// attempt is the one that tells the cause: the later ones only repeat it.
class Round {
 public:
  Round(const Task& task, const discovery::Plan& plan, const InstalledClient& client,
        const std::string& target, std::optional<HostName> last, const Patience& patience)
      : task_(task),
        plan_(plan),
        client_(client),
        target_(target),
        last_(std::move(last)),
        patience_(patience) {}

  /// kMountFailed where no attempt succeeded: transient where more time may mend it (bricks that
  /// cannot be reached may be starting yet), but not where the client has ended the attempts.
  Result<void> run(const Deadline& whole, System& system, const Cancel& cancel,
                   const Report& report) {
    const auto planned = plan_.hosts();
    const std::size_t most = std::min(planned.size(), kMaxAttempts);
    std::optional<Error> first;
    bool all_were_late = true;
    bool a_good_one_was_late = false;
    for (std::size_t i = 0; i < most && !whole.expired(system.now()); ++i) {
      const auto attempt = make_attempt(i, i + 1 < most, whole, system);
      report.step(fmt::format("running {}", shell_line(gluster::arguments(attempt.command))));
      auto mounted = system.run_attempt(attempt, cancel, report);
      if (mounted) return {};
      if (!is_of_this_server(mounted.error().code)) return mounted;
      const bool is_late = mounted.error().transient;
      report.step(fmt::format("{} failed: {}", planned[i].text(), mounted.error().message));
      all_were_late = all_were_late && is_late;
      a_good_one_was_late = a_good_one_was_late || (is_late && !has_failed(verdict(i)));
      if (!first) first = mounted.error();
      add_hint(*first, mounted.error().hint);
    }
    if (!first) return fail(ErrorCode::kTimedOut, "no time was left to mount");
    // A server that is dead is late each time, whatever the others say of the volume.
    Error error{ErrorCode::kMountFailed, first->message, first->hint};
    error.transient = all_were_late || a_good_one_was_late;
    return with_context(std::move(error),
                        fmt::format("mounting volume {} from {}", task_.source.path.volume.text(),
                                    planned.front().text()));
  }

 private:
  [[nodiscard]] gluster::Verdict verdict(std::size_t place) const {
    return plan_.candidates[plan_.order[place]].probe.verdict;
  }

  Attempt make_attempt(std::size_t number, bool others_left, const Deadline& whole,
                       System& system) const {
    const bool ready = plan_.answered && others_left;
    const auto servers = attempt_servers(plan_.hosts(), number, task_.client.backup_servers,
                                         plan_.brick_hosts(), last_);
    return Attempt{
        make_command(task_, client_, servers, plan_, number, target_),
        client_.version >= gluster::kFirstWithDisplayName ? task_.source.mounted_as() : "",
        task_.finish,
        stage(whole, ready ? patience_.fetch_from_ready : patience_.fetch_from_unknown, system),
        stage(whole, patience_.answer, system)};
  }

  const Task& task_;
  const discovery::Plan& plan_;
  const InstalledClient& client_;
  const std::string& target_;
  std::optional<HostName> last_;
  Patience patience_;
};

Result<void> run_round(const Task& task, const discovery::Plan& plan, const InstalledClient& client,
                       const std::string& target, const Patience& patience, const Deadline& whole,
                       System& system, const Cancel& cancel, const Report& report) {
  // The mount's own time starts when servers are known.
  const auto end = stage(whole, patience.round, system);
  auto mounted = Round(task, plan, client, target, last_server(task, plan, end, system), patience)
                     .run(end, system, cancel, report);
  const bool was_in_vain = !mounted && (mounted.error().code == ErrorCode::kMountFailed ||
                                        mounted.error().code == ErrorCode::kTimedOut);
  if (plan.answered || !was_in_vain) return mounted;
  Error problem = nobody_answers(plan);
  problem.message += "; tried anyway: " + mounted.error().message;
  add_hint(problem, mounted.error().hint);
  return fail(std::move(problem));
}

/// Finds servers and mounts from them, in rounds, while more time may help and there is some.
Result<void> mount_in_rounds(const Task& task, const std::string& target, const Budget& shares,
                             System& system, const Cancel& cancel, const Report& report) {
  Memory memory(task, system);
  const auto cached = memory.read(report);
  Finder finder(task, system, shares, cancel, report);
  std::set<std::string> conceded;
  const auto warn_once = [&](const std::vector<Warning>& warnings) {
    for (const auto& warning : warnings) {
      if (conceded.insert(warning.message).second) report.warning(warning);
    }
  };
  for (unsigned round = 1;; ++round) {
    TRY_ASSIGN(const auto plan, finder.find(cached));
    warn_once(plan.warnings);
    const auto client = system.client(stage(shares.whole, kClientVersion, system), cancel);
    if (client) warn_once(gluster::version_warnings(task.client, client->version));
    const auto mounted = client ? run_round(task, plan, *client, target, patience(round),
                                            shares.whole, system, cancel, report)
                                : Result<void>(fail(client.error()));
    if (mounted) {
      memory.write(plan, report);
      return {};
    }
    TRY(finder.wait_before_next(mounted.error()));
  }
}

Result<void> mount_once(const std::string& wanted_target, const Task& task, System& system,
                        const Cancel& cancel, const Report& report) {
  const auto shares = budget(task.settings, system.now());
  TRY_ASSIGN(const auto target, system.canonical_target(wanted_target));
  TRY(system.check_target(target));
  TRY_ASSIGN(const auto existing,
             check_existing(task, target, system, shares.whole, cancel, report));
  if (existing == Existing::kOurs) {
    report.step(fmt::format("{} is already mounted on {}", task.source.mounted_as(), target));
    return {};
  }
  TRY(begin_in_background(task, system));
  if (const auto warning = system.warning_about_path(target)) report.warning(*warning);
  auto mounted = mount_in_rounds(task, target, shares, system, cancel, report);
  if (mounted || mounted.error().code != ErrorCode::kConflict) return mounted;
  // Somebody else may have mounted the same there meanwhile.
  TRY_ASSIGN(const auto now, check_existing(task, target, system, shares.whole, cancel, report));
  if (now == Existing::kNothing) return mounted;
  report.step(fmt::format("{} was mounted on {} meanwhile", task.source.mounted_as(), target));
  return {};
}

}  // namespace

Result<Task> make_task(const std::string& source, const std::vector<Option>& options,
                       config::Sources sources, Strictness strictness) {
  TRY_ASSIGN(auto parsed, parse_source(source));
  TRY_ASSIGN(auto sorted, sort_options(options));

  sources.options = sorted.ours;
  TRY_ASSIGN(const auto domain, config::resolve_domain(sources));
  TRY_ASSIGN(const auto name, consul::parse_service_name(parsed.name, domain));
  TRY_ASSIGN(auto settings, config::resolve_settings(sources, name.name));
  TRY_ASSIGN(auto query, config::make_query(name, settings));
  if (strictness == Strictness::kSloppy) leave_out_what_is_wrong(sorted);
  TRY_ASSIGN(auto client, gluster::translate(sorted.client));
  if (client.subdirectory) {
    if (!parsed.path.subdirectory.empty() && parsed.path.subdirectory != *client.subdirectory) {
      return fail(
          ErrorCode::kUsage,
          fmt::format("the source specifies sub-directory '{}' and subdir-mount specifies '{}'",
                      printable(parsed.path.subdirectory), printable(*client.subdirectory)),
          "specify only one");
    }
    parsed.path.subdirectory = *client.subdirectory;
  }
  // Snapshots cannot be written to; the script mounts them read-only, and so do we.
  if (!parsed.path.snapshot.empty()) client.read_only = true;

  Task task{std::move(parsed),
            std::move(settings),
            std::move(query),
            std::move(client),
            sorted.finish,
            sorted.nofail,
            {}};
  task.warnings = config::trust_warnings(task.settings);
  task.warnings.insert(task.warnings.end(), sorted.warnings.begin(), sorted.warnings.end());
  task.warnings.insert(task.warnings.end(), task.client.warnings.begin(),
                       task.client.warnings.end());
  return task;
}

Budget budget(const config::Settings& settings, Clock::time_point now) {
  return {Deadline::after(settings.retry, now), Deadline::after(settings.retry + kMountSpan, now)};
}

std::vector<Host> attempt_servers(const std::vector<Host>& planned, std::size_t attempt,
                                  const std::vector<Host>& backups,
                                  const std::vector<Host>& brick_hosts,
                                  const std::optional<HostName>& service_name) {
  std::vector<Host> servers;
  const auto add = [&](const Host& host) {
    if (std::find(servers.begin(), servers.end(), host) == servers.end()) servers.push_back(host);
  };
  for (std::size_t i = 0; i < planned.size(); ++i) add(planned[(attempt + i) % planned.size()]);
  for (const auto& backup : backups) add(backup);
  if (!service_name) return servers;
  for (const auto& host : brick_hosts) add(host);
  const Host last(*service_name);
  add(last);
  return servers;
}

gluster::ClientCommand make_command(const Task& task, const InstalledClient& client,
                                    std::vector<Host> servers, const discovery::Plan& plan,
                                    std::size_t attempt, const std::string& target) {
  const auto& primary = plan.candidates.at(plan.order.at(attempt));
  return {client.program, client.version,   std::move(servers),
          plan.port(),    task.source.path, task.source.display_name,
          task.client,    target,           discovery::family(primary)};
}

Explanation explain(const Task& task, const std::string& target, System& system,
                    const Cancel& cancel, const Report& report) {
  Explanation told;
  const auto whole = Deadline::after(kMountSpan, system.now());
  const auto sought = begin_in_background(task, system);
  const auto found = discovery::make_plan(
      told.plan, system.consul_client(), prober(system),
      plan_inputs(task, system, 1, Memory(task, system).read(report)), whole, cancel, report);
  if (!found) {
    told.problem = found.error();
    return told;
  }
  if (!sought) {
    told.problem = sought.error();
    return told;
  }
  const auto client = system.client(whole, cancel);  // nothing is retried here
  if (!client) {
    told.problem = client.error();
    return told;
  }
  for (auto& warning : gluster::version_warnings(task.client, client->version)) {
    told.plan.warnings.push_back(std::move(warning));
  }
  const auto servers =
      attempt_servers(told.plan.hosts(), 0, task.client.backup_servers, told.plan.brick_hosts(),
                      last_server(task, told.plan, whole, system));
  told.command = gluster::arguments(make_command(task, *client, servers, told.plan, 0, target));
  return told;
}

Result<void> run_mount(const std::string& target, const Task& task, System& system,
                       const Cancel& cancel, const Report& report) {
  auto mounted = mount_once(target, task, system, cancel, report);
  // What ended us may have ended the client first: then its end is not the cause.
  if (!mounted && cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  return mounted;
}

}  // namespace glusterconsul::mount
