#include "mount/real_system.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

#include "discovery/cache_directory.hpp"
#include "gluster/client_output.hpp"
#include "gluster/local_bricks.hpp"
#include "gluster/probe.hpp"
#include "mount/brick_check.hpp"
#include "mount/machine.hpp"
#include "mount/verification.hpp"
#include "util/hash.hpp"
#include "util/read_file.hpp"
#include "util/text.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {
namespace {

constexpr const char* kGlusterdDirectory = "/var/lib/glusterd";
constexpr const char* kVolumesDirectory = "/var/lib/glusterd/vols";  ///< of a gluster server
constexpr const char* kTurnDirectory = "/run/glusterconsul";
constexpr std::array<const char*, 4> kClientPlaces = {
    "/usr/sbin/glusterfs", "/usr/local/sbin/glusterfs", "/sbin/glusterfs", "/usr/bin/glusterfs"};

}  // namespace

Clock::time_point RealSystem::now() {
  return Clock::now();
}

Result<void> RealSystem::pause(const Context& until) {
  const auto& cancel = until.cancel;
  while (!cancel.requested() && !until.deadline.expired()) {
    pollfd watched{cancel.fd(), POLLIN, 0};
    ::poll(&watched, 1, until.deadline.poll_timeout());
  }
  if (cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  return {};
}

std::uint32_t RealSystem::random_seed() {
  return std::random_device()();
}

discovery::WallClock::time_point RealSystem::wall_now() {
  return discovery::WallClock::now();
}

std::string RealSystem::machine_id() {
  return machine_identity(read_machine_facts());
}

Result<std::string> RealSystem::canonical_target(const std::string& target,
                                                 const Context& context) {
  TRY(path_responds(target, context));
  TRY_ASSIGN(auto opened, Target::open(target));
  target_.emplace(std::move(opened));
  return target_->path();
}

std::optional<Warning> RealSystem::warning_about_path(const std::string& target) {
  return mount::warning_about_path(target);
}

bool RealSystem::target_shows(const MountEntry& entry, const std::vector<MountEntry>& table) {
  return target_ && target_->shows(entry, table);
}

Result<void> RealSystem::check_target(const std::string& target, const Context& context) {
  // A child costs half a millisecond, so none is used if the target is on a local file system and
  // this is not a gluster server, whose bricks may be on other file systems.
  TRY_ASSIGN(const auto table, read_mount_table());
  const auto in_target = std::find_if(table.begin(), table.end(), [&](const MountEntry& entry) {
    return target_ && entry.id == target_->mount_id();
  });
  const bool is_local = in_target != table.end() && is_local_file_system(in_target->type);
  if (is_local && ::access(kVolumesDirectory, F_OK) != 0) {
    return gluster::check_target_is_not_a_brick(target, kGlusterdDirectory);
  }
  const auto& mount_point = in_target != table.end() ? in_target->target : target;
  return check_brick_in_child(target, mount_point, kGlusterdDirectory, context);
}

Result<std::vector<MountEntry>> RealSystem::mount_table() {
  return read_mount_table();
}

bool RealSystem::management_is_encrypted() {
  return gluster::management_is_encrypted(kGlusterdDirectory);
}

void RealSystem::begin_resolving(const HostName& name) {
  auto lookup = NameLookup::start(name);
  if (lookup)
    resolving_.emplace(name, *std::move(lookup));  // without a lookup, the name is not used
}

bool RealSystem::resolver_knows(const AllowedHosts& allowed, const Context& context) {
  if (!resolving_) return false;
  const auto& [name, lookup] = *resolving_;
  std::array<pollfd, 2> watched = {{{lookup.fd(), POLLIN, 0}, {context.cancel.fd(), POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), context.deadline.poll_timeout());
  const auto result = lookup.result();
  return result && *result && allowed.usable(name, **result);
}

Result<std::string> RealSystem::read_cache(const std::string& name) {
  return discovery::read_cache(discovery::kCacheDirectory, name);
}

Result<void> RealSystem::write_cache(const std::string& name, std::string_view text) {
  return discovery::write_cache(discovery::kCacheDirectory, name, text);
}

Result<void> RealSystem::answers(const std::string& target, const Context& context) {
  return mount::answers(target, context);
}

LookupTurn& RealSystem::turn(const std::string& question) {
  if (!turn_) turn_.emplace(kTurnDirectory, fmt::format("{:016x}.lock", fnv1a(question)));
  return *turn_;
}

bool RealSystem::take_turn(const std::string& question) {
  return turn(question).take();
}

bool RealSystem::turn_is_over(const std::string& question) {
  return turn(question).is_over();
}

void RealSystem::end_turn() {
  turn_.reset();
}

discovery::ConsulClient& RealSystem::consul_client() {
  return consul_client_;
}

std::vector<gluster::ProbeResult> RealSystem::probe(std::span<const Endpoint> servers,
                                                    const gluster::VolumePath& path,
                                                    const gluster::ProbeSettings& settings,
                                                    const Context& context) {
  return gluster::probe(servers, path, settings, context.deadline, context.cancel);
}

Result<void> RealSystem::find_client(const std::string& configured) {
  // Only root can write to the usual locations, so these need no check.
  if (!configured.empty()) {
    auto checked = check_program(configured);
    if (!checked) return with_context(checked.error(), "consul-glusterfs");
  }
  program_ = configured;
  for (const auto* place : kClientPlaces) {
    if (program_.empty() && ::access(place, X_OK) == 0) program_ = place;
  }
  if (program_.empty()) {
    return fail(ErrorCode::kSystem,
                fmt::format("the GlusterFS client is not installed (looked for {})",
                            fmt::join(kClientPlaces, ", ")),
                "install glusterfs-client (glusterfs-fuse on Fedora), or set "
                "consul-glusterfs=PATH");
  }
  TRY_ASSIGN(auto question, Subprocess::start({{program_, "--version"}, {}}));
  version_question_.emplace(std::move(question));
  return {};
}

Result<InstalledClient> RealSystem::client(const Context& context) {
  if (!version_question_) return fail(ErrorCode::kBug, "find_client() was not called");
  const auto asking = fmt::format("querying the version of {}", program_);
  const auto ended = version_question_->wait(context.deadline, context.cancel);
  if (!ended && ended.error().code == ErrorCode::kTimedOut) {
    // The client needs nothing else to answer: this machine is too busy.
    return fail(Error{.code = ErrorCode::kSystem,
                      .message = fmt::format("{}: timed out", asking),
                      .transient = true});
  }
  if (!ended) return with_context(ended.error(), asking);
  const auto version = gluster::parse_client_version(version_question_->output());
  if (!version) {
    const auto why = ended->signal ? "it ended with " + to_string(*ended) : version.error().message;
    return fail(ErrorCode::kSystem, fmt::format("{}: {}", asking, why));
  }
  return InstalledClient{program_, *version};
}

Result<void> RealSystem::check_argument(const std::string& argument, const Context& context) {
  // The client parses its arguments in order: it rejects this one before it sees the next.
  TRY_ASSIGN(auto question, Subprocess::start({{program_, argument, "--version"}, {}}));
  const auto ended = question.wait(context.deadline, context.cancel);
  if (!ended && ended.error().code == ErrorCode::kInterrupted) return fail(ended.error());
  if (!ended || ended->status != gluster::kRejectsArguments) return {};
  return fail(gluster::rejected_argument(question.output()));
}

Result<void> RealSystem::run_attempt(const Attempt& attempt, const Context& context) {
  if (!target_) return fail(ErrorCode::kBug, "canonical_target() was not called");
  log_file_ = client_log_file(attempt.command);
  log_before_ = gluster::log_position(log_file_);
  TRY_ASSIGN(auto client, mount::run_attempt(attempt, *target_, context));
  mounted_client_.emplace(std::move(client));
  return {};
}

std::string RealSystem::client_log() {
  return gluster::log_since(log_file_, log_before_);
}

std::vector<gluster::BrickState> RealSystem::examine_bricks(const Endpoint& server,
                                                            const gluster::VolumePath& path,
                                                            milliseconds step,
                                                            const Context& context) {
  return gluster::examine_bricks(server, path, step, context.deadline, context.cancel);
}

std::string RealSystem::resolver_configuration() {
  constexpr std::size_t kMaxSize = std::size_t{16} * 1024;
  const UniqueFd file(::open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return file ? read_file(file.get(), kMaxSize).value_or("") : "";
}

}  // namespace glusterconsul::mount
