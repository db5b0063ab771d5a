#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "admin/check_report.hpp"
#include "admin/checks.hpp"
#include "admin/verdicts.hpp"
#include "gluster/command_line.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/signals.hpp"
#include "util/endpoint.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

using admin::CheckResult;
using admin::CheckStatus;

struct Words {
  std::string address = "127.0.0.1:24007";
  std::string timeout = "3s";
  bool json = false;
  std::string alone = "critical";
  std::vector<std::string> volumes;
  std::string scope = "all";
  std::string partial = "warning";
};

/// What both checks need.
struct Question {
  Endpoint glusterd;
  Context context;
};

constexpr milliseconds kMinTimeout{100};
constexpr milliseconds kMaxTimeout = std::chrono::hours(1);
/// Of the timeout, what the start and the end of the process may take.
constexpr milliseconds kStartAndEnd{50};

Result<Question> question_of(const Words& words, const Report& report) {
  auto glusterd = parse_endpoint(words.address, gluster::kGlusterdPort);
  if (!glusterd) {
    return with_context(glusterd.error(), fmt::format("--address '{}'", shortened(words.address)));
  }
  const auto parsed = parse_duration(words.timeout);
  if (!parsed) return with_context(parsed.error(), "--timeout");
  const auto timeout = *parsed;
  if (timeout < kMinTimeout || timeout > kMaxTimeout) {
    return fail(ErrorCode::kUsage, fmt::format("--timeout {}: expected {} to {}", words.timeout,
                                               to_string(kMinTimeout), to_string(kMaxTimeout)));
  }
  return Question{*std::move(glusterd),
                  {Deadline::after(timeout - kStartAndEnd), mount::cancel_on_signals(), report}};
}

CheckStatus status_in(const std::string& word) {
  return word == "warning" ? CheckStatus::kWarning : CheckStatus::kCritical;
}

Outcome outcome_of(const CheckResult& result, std::string json) {
  return {.output = json.empty() ? result.output + "\n" : std::move(json),
          .status = static_cast<int>(result.status)};
}

/// A check that could not be done: unknown, which must not take a server out. Only --json shows the
/// error.
Outcome could_not_check(const Error& error, bool json) {
  const auto result = admin::unknown(error);
  return outcome_of(result, json ? admin::failed_check_json(error, result) : "");
}

Result<Outcome> check_server(const Words& words, const Report& report) {
  TRY_ASSIGN(const auto question, question_of(words, report));
  const auto seen = admin::look_at_server(question.glusterd, question.context);
  if (!seen) return could_not_check(seen.error(), words.json);
  const auto result = admin::judge_server(*seen, {.alone = status_in(words.alone)});
  return outcome_of(result,
                    words.json ? admin::server_check_json(question.glusterd, *seen, result) : "");
}

Result<std::vector<gluster::VolumeName>> names_in(const Words& words) {
  std::vector<gluster::VolumeName> names;
  for (const auto& word : words.volumes) {
    TRY_ASSIGN(auto name, gluster::VolumeName::parse(word));
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return names;
}

Result<Outcome> check_volumes(const Words& words, const Report& report) {
  TRY_ASSIGN(const auto names, names_in(words));
  TRY_ASSIGN(const auto question, question_of(words, report));
  const bool is_local = words.scope == "local";
  auto seen = admin::look_at_volumes(question.glusterd, names, question.context,
                                     is_local ? admin::OwnUuid::kAsk : admin::OwnUuid::kNotNeeded);
  if (!seen) return could_not_check(seen.error(), words.json);
  const admin::VolumePolicy policy{
      .scope = is_local ? admin::VolumePolicy::Scope::kLocal : admin::VolumePolicy::Scope::kAll,
      .partial = status_in(words.partial)};
  std::vector<admin::CheckedVolume> volumes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto result = admin::judge_volume(names[i], (*seen)[i], policy);
    volumes.push_back({names[i], std::move((*seen)[i]), std::move(result)});
  }
  return outcome_of(admin::combined(volumes),
                    words.json ? admin::volume_check_json(question.glusterd, volumes) : "");
}

void add_common(CLI::App& check, const std::shared_ptr<Words>& words) {
  check
      .add_option("--address", words->address,
                  "the glusterd to ask (default: 127.0.0.1, port 24007)")
      ->type_name("HOST[:PORT]");
  check
      .add_option("--timeout", words->timeout,
                  "the whole check ends within this time (default: 3s)")
      ->type_name("TIME");
  check.add_flag("--json", words->json, "print one JSON object, for programs");
}

CLI::Option* add_choice(CLI::App& check, const std::string& name, std::string& word,
                        const std::vector<std::string>& choices, const std::string& help) {
  return check.add_option(name, word, help)
      ->check(CLI::IsMember(choices))
      ->type_name(join(choices, "|"));
}

Subcommand subcommand(CLI::App* parser, std::function<Result<Outcome>(const Report&)> run) {
  return {parser, std::move(run), kCheckUsageStatus};
}

}  // namespace

CLI::App& add_check(CLI::App& app) {
  auto* check = app.add_subcommand(
      "check",
      "Check a server, volumes or a share, for Consul, Nagios and people: exit status 0 passing, "
      "1 warning, 2 critical");
  check->require_subcommand(1);
  return *check;
}

Subcommand add_check_server(CLI::App& check) {
  const auto words = std::make_shared<Words>();
  auto* server = check.add_subcommand("server", "Check a glusterd and its peers");
  add_common(*server, words);
  add_choice(*server, "--alone", words->alone, {"warning", "critical"},
             "the status if it reaches none of two or more peers (default: critical)");
  return subcommand(server, [words](const Report& report) { return check_server(*words, report); });
}

Subcommand add_check_volume(CLI::App& check) {
  const auto words = std::make_shared<Words>();
  auto* volume = check.add_subcommand("volume", "Check volumes and their bricks");
  volume->add_option("NAME", words->volumes, "the volumes")->required();
  add_choice(*volume, "--scope", words->scope, {"all", "local"},
             "which bricks count: all, or those of the server that is asked (default: all)");
  add_choice(*volume, "--partial", words->partial, {"warning", "critical"},
             "the status if a part of a volume cannot be served (default: warning)");
  add_common(*volume, words);
  return subcommand(volume,
                    [words](const Report& report) { return check_volumes(*words, report); });
}

}  // namespace glusterconsul
