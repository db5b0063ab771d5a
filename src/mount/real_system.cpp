#include "mount/real_system.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <random>

#include "discovery/cache_directory.hpp"
#include "gluster/local_bricks.hpp"
#include "gluster/probe.hpp"
#include "mount/verification.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

constexpr const char* kGlusterdDirectory = "/var/lib/glusterd";
constexpr const char* kTurnDirectory = "/run/glusterconsul";
constexpr std::array<const char*, 4> kClientPlaces = {
    "/usr/sbin/glusterfs", "/usr/local/sbin/glusterfs", "/sbin/glusterfs", "/usr/bin/glusterfs"};

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line));
}

}  // namespace

Clock::time_point RealSystem::now() {
  return Clock::now();
}

Result<void> RealSystem::pause(milliseconds span, const Cancel& cancel) {
  const auto until = Deadline::after(span);
  while (!cancel.requested() && !until.expired()) {
    pollfd watched{cancel.fd(), POLLIN, 0};
    ::poll(&watched, 1, until.poll_timeout());
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
  auto id = first_line("/etc/machine-id");  // machine-id(5)
  if (!id.empty()) return id;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) return name.data();
  return "";
}

Result<std::string> RealSystem::canonical_target(const std::string& target) {
  TRY_ASSIGN(auto opened, Target::open(target));
  target_.emplace(std::move(opened));
  return target_->path();
}

std::optional<Warning> RealSystem::warning_about_path(const std::string& target) {
  return mount::warning_about_path(target);
}

Result<void> RealSystem::check_target(const std::string& target) {
  return gluster::check_target_is_not_a_brick(target, kGlusterdDirectory);
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
    resolving_.emplace(name, *std::move(lookup));  // without one, the name is just not used
}

bool RealSystem::resolver_knows(const AllowedHosts& allowed, const Deadline& deadline) {
  if (!resolving_) return false;
  const auto& [name, lookup] = *resolving_;
  pollfd watched{lookup.fd(), POLLIN, 0};
  ::poll(&watched, 1, deadline.poll_timeout());
  const auto result = lookup.result();
  return result && *result && allowed.usable(name, **result);
}

Result<std::string> RealSystem::read_cache(const std::string& name) {
  return discovery::read_cache(discovery::kCacheFolder, name);
}

Result<void> RealSystem::write_cache(const std::string& name, std::string_view text) {
  return discovery::write_cache(discovery::kCacheFolder, name, text);
}

Result<void> RealSystem::answers(const std::string& target, const Deadline& deadline,
                                 const Cancel& cancel) {
  return mount::answers(target, deadline, cancel);
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
                                                    const Deadline& deadline,
                                                    const Cancel& cancel) {
  return gluster::probe(servers, path, settings, deadline, cancel);
}

Result<void> RealSystem::find_client(const std::string& configured) {
  // Who can write to the usual places is root already.
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

Result<InstalledClient> RealSystem::client(const Deadline& deadline, const Cancel& cancel) {
  if (!version_question_) return fail(ErrorCode::kBug, "the client was not looked for");
  const auto asking = fmt::format("asking {} for its version", program_);
  const auto ended = version_question_->wait(deadline, cancel);
  if (!ended && ended.error().code == ErrorCode::kTimedOut) {
    // It asks nobody else: this machine is too busy.
    return fail(Error{.code = ErrorCode::kSystem,
                      .message = fmt::format("{}: no answer in time", asking),
                      .transient = true});
  }
  if (!ended) return with_context(ended.error(), asking);
  const auto version = gluster::parse_client_version(version_question_->output());
  if (!version) {
    return fail(ErrorCode::kSystem, fmt::format("{}: {}", asking, version.error().message));
  }
  return InstalledClient{program_, *version};
}

Result<void> RealSystem::run_attempt(const Attempt& attempt, const Cancel& cancel,
                                     const Report& report) {
  if (!target_) return fail(ErrorCode::kBug, "the target was not looked at");
  TRY_ASSIGN(auto client, mount::run_attempt(attempt, *target_, cancel, report));
  mounted_client_.emplace(std::move(client));
  return {};
}

}  // namespace glusterconsul::mount
