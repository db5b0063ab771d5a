#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "admin/check_report.hpp"
#include "admin/checks.hpp"
#include "admin/mount_requests.hpp"
#include "admin/running_client.hpp"
#include "admin/share_config.hpp"
#include "admin/share_login.hpp"
#include "admin/share_path.hpp"
#include "admin/share_verdict.hpp"
#include "admin/smb_probe.hpp"
#include "admin/verdicts.hpp"
#include "gluster/command_line.hpp"
#include "glusterconsul/check_words.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/mount_table.hpp"
#include "util/named_file.hpp"
#include "util/subprocess.hpp"
#include "util/text.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

using admin::CheckResult;

struct ShareCheckWords {
  CheckWords common;
  std::string share;
  admin::ShareLogin login;
};

constexpr Port kSmbPort = 445;
constexpr std::size_t kMaxConfig = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kMaxCredentials = std::size_t{64} * 1024;

/// The volume that a share serves, and where to ask for it.
struct ServedVolume {
  gluster::VolumeName name;
  std::vector<Endpoint> servers;
};

Result<std::string> find_samba_program(const std::string& name) {
  for (const char* directory : {"/usr/bin/", "/usr/local/bin/", "/bin/"}) {
    if (::access((directory + name).c_str(), X_OK) == 0) return directory + name;
  }
  return fail(ErrorCode::kSystem, fmt::format("{} is not installed", name));
}

/// What a program of Samba did; it is killed at the deadline.
Result<admin::LoginOutcome> run_samba_program(const std::string& name,
                                              std::vector<std::string> arguments,
                                              const Context& context) {
  TRY_ASSIGN(const auto program, find_samba_program(name));
  arguments.insert(arguments.begin(), program);
  TRY_ASSIGN(auto process,
             Subprocess::start({std::move(arguments), {"PATH=/usr/bin:/bin", "LC_ALL=C"}}));
  const auto ended = process.wait(context.deadline, context.cancel);
  if (!ended && ended.error().code == ErrorCode::kInterrupted) return fail(ended.error());
  return admin::LoginOutcome{ended.has_value(), ended && ended->success(),
                             process.output(kMaxConfig)};
}

Result<admin::ShareConfig> read_config(const std::string& share, const Context& context) {
  TRY_ASSIGN(const auto outcome, run_samba_program("testparm", {"-s"}, context));
  if (!outcome.has_ended) return fail(ErrorCode::kTimedOut, "testparm does not respond");
  return admin::parse_share_config(outcome.output, share);
}

/// Either the volume, or the verdict if it cannot be asked for.
struct Served {
  std::optional<ServedVolume> volume;
  std::optional<CheckResult> verdict;
};

Served served(std::string_view name, std::vector<Endpoint> servers) {
  const auto volume = gluster::VolumeName::parse(name);
  if (!volume) return {std::nullopt, admin::unknown(volume.error())};
  return {ServedVolume{*volume, std::move(servers)}, std::nullopt};
}

/// The servers of the client that serves the mount, or else the host in its source.
std::vector<Endpoint> servers_of(const mount::MountEntry& mount,
                                 const std::optional<admin::RunningClient>& client) {
  std::vector<Endpoint> servers;
  if (client) {
    for (const auto& server : client->arguments.servers) {
      const auto host = Host::parse(server);
      if (host) servers.push_back({*host, client->arguments.port});
    }
  }
  const auto host = Host::parse(mount.source.substr(0, mount.source.find(':')));
  if (servers.empty() && host) servers.push_back({*host, gluster::kGlusterdPort});
  return servers;
}

/// The volume that is mounted where the share has its files.
Result<Served> mounted_volume(const std::string& path, const Context& context) {
  TRY_ASSIGN(const auto found, admin::mount_of(path, context.deadline, context.cancel));
  TRY_ASSIGN(const auto table, mount::read_mount_table());
  const auto at = std::find_if(table.begin(), table.end(), [&](const mount::MountEntry& entry) {
    return entry.id == found.mount_id;
  });
  const bool is_known = found.mount_id != 0 && at != table.end();
  const admin::ShareMount seen{found, is_known && mount::is_gluster_mount(*at),
                               is_known ? at->type : ""};
  if (auto verdict = admin::judge_share_path(path, seen)) return Served{{}, std::move(verdict)};

  TRY_ASSIGN(auto requests, admin::MountRequests::start(at->target));
  TRY_ASSIGN(auto observed, requests.finish(context));
  const auto client = admin::client_of(admin::running_clients(), at->target);
  observed.has_client = client.has_value();
  if (auto verdict = admin::judge_share_mount(at->target, observed)) {
    return Served{{}, std::move(verdict)};
  }
  const auto volume = gluster::parse_volume_path(at->source.substr(at->source.find(':') + 1));
  if (!volume) return Served{{}, admin::unknown(volume.error())};
  return served(volume->volume.text(), servers_of(*at, client));
}

Result<Served> volume_of(const admin::ShareConfig& config, const Context& context) {
  if (config.volume.empty()) return mounted_volume(config.path, context);
  return served(config.volume, config.volfile_servers);
}

/// What the first server says that answers.
Result<CheckResult> check_served_volume(const ServedVolume& volume, const Context& context) {
  admin::VolumeState seen;
  auto left = volume.servers.size();
  for (const auto& server : volume.servers) {
    const auto share = context.deadline.remaining() / static_cast<milliseconds::rep>(left--);
    TRY_ASSIGN(seen, admin::look_at_volume(server, volume.name, context, {.limit = share}));
    if (seen.glusterd == admin::GlusterdState::kAnswers) break;
    if (seen.glusterd == admin::GlusterdState::kEncrypted) break;
  }
  return admin::judge_volume(volume.name, seen, {});
}

/// Nothing if everything that was asked for can be done with the credentials.
Result<std::optional<CheckResult>> check_login(const ShareCheckWords& words, const Endpoint& server,
                                               const Context& context) {
  if (words.login.credentials.empty()) return std::nullopt;
  TRY_ASSIGN(const auto runs, admin::smbclient_runs(server, words.share, words.login));
  for (const auto& run : runs) {
    TRY_ASSIGN(const auto outcome, run_samba_program("smbclient", run, context));
    if (auto verdict = admin::judge_login(outcome)) return verdict;
  }
  return std::nullopt;
}

/// Without the name of the share, which judge_share() adds.
Result<CheckResult> check_share(const ShareCheckWords& words, const CheckQuestion& question) {
  const auto& [server, context] = question;
  TRY_ASSIGN(const auto smb, admin::probe_smb(server, context.deadline, context.cancel));
  if (auto verdict = admin::judge_smb(server, smb)) return *std::move(verdict);
  const auto config = read_config(words.share, context);
  if (context.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  if (auto verdict = admin::judge_share_config(config)) return *std::move(verdict);
  TRY_ASSIGN(auto served, volume_of(*config, context));
  if (served.verdict) return *std::move(served.verdict);
  TRY_ASSIGN(auto result, check_served_volume(*served.volume, context));
  if (result.status == admin::CheckStatus::kCritical) return result;
  TRY_ASSIGN(auto login, check_login(words, server, context));
  return login ? *std::move(login) : result;
}

/// smbclient runs with "/" as its working directory.
std::string absolute_path(const std::string& path) {
  std::error_code problem;
  return std::filesystem::absolute(path, problem).native();
}

Result<void> check_credentials(const std::string& path) {
  if (path.empty()) return {};
  TRY(read_trusted_file(path, Readers::kGroup, kMaxCredentials, Missing::kIsAnError));
  return {};
}

Outcome outcome_of(const std::string& share, const CheckResult& seen) {
  const auto result = admin::judge_share(share, seen);
  return {result.output + "\n", {}, static_cast<int>(result.status)};
}

Result<Outcome> run_check_share(ShareCheckWords words, const Report& report) {
  TRY_ASSIGN(const auto question, question_of(words.common, kSmbPort, report));
  const auto& context = question.context;
  auto& credentials = words.login.credentials;
  if (!credentials.empty()) {
    credentials = absolute_path(credentials);
    const auto responds =
        files_respond({{"--credentials", credentials}}, context.cancel, context.deadline);
    if (!responds) return outcome_of(words.share, admin::unknown(responds.error()));
  }
  if (const auto checked = check_credentials(credentials); !checked) {
    return Outcome{"", checked.error(), kCheckUsageStatus};
  }
  // The names are checked before anything is contacted.
  TRY(admin::smbclient_runs(question.server, words.share, words.login));
  const auto found = check_share(words, question);
  return outcome_of(words.share, found ? *found : admin::unknown(found.error()));
}

}  // namespace

Subcommand add_check_share(CLI::App& check) {
  const auto words = std::make_shared<ShareCheckWords>();
  words->common.address = "127.0.0.1:445";
  auto* share = check.add_subcommand("share", "Check a Samba share and the volume that it serves");
  share->add_option("SHARE", words->share, "the share")->required();
  add_check_words(*share, words->common, "the SMB server (default: 127.0.0.1, port 445)");
  auto* credentials =
      share
          ->add_option("--credentials", words->login.credentials,
                       "log in with this authentication file of smbclient(1), which only its "
                       "owner and its group can read")
          ->type_name("FILE");
  share->add_flag("--list", words->login.list, "list the top directory of the share")
      ->needs(credentials);
  share->add_option("--marker", words->login.marker, "read this file of the share")
      ->type_name("PATH")
      ->needs(credentials);
  return {share, [words](const Report& report) { return run_check_share(*words, report); },
          kCheckUsageStatus};
}

}  // namespace glusterconsul
