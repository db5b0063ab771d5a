#include <algorithm>
#include <memory>
#include <utility>

#include "admin/check_report.hpp"
#include "admin/checks.hpp"
#include "admin/verdicts.hpp"
#include "gluster/command_line.hpp"
#include "glusterconsul/check_words.hpp"
#include "glusterconsul/subcommands.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

using admin::CheckResult;
using admin::CheckStatus;

struct GlusterCheckWords {
  CheckWords common = {.address = "127.0.0.1:24007"};
  bool json = false;
  std::string alone = "critical";
  std::vector<std::string> volumes;
  std::string scope = "all";
  std::string partial = "warning";
};

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

Result<Outcome> check_server(const GlusterCheckWords& words, const Report& report) {
  TRY_ASSIGN(const auto question, question_of(words.common, gluster::kGlusterdPort, report));
  const auto seen = admin::look_at_server(question.server, question.context);
  if (!seen) return could_not_check(seen.error(), words.json);
  const auto result = admin::judge_server(*seen, {.alone = status_in(words.alone)});
  return outcome_of(result,
                    words.json ? admin::server_check_json(question.server, *seen, result) : "");
}

Result<std::vector<gluster::VolumeName>> names_in(const GlusterCheckWords& words) {
  std::vector<gluster::VolumeName> names;
  for (const auto& word : words.volumes) {
    TRY_ASSIGN(auto name, gluster::VolumeName::parse(word));
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return names;
}

Result<Outcome> check_volumes(const GlusterCheckWords& words, const Report& report) {
  TRY_ASSIGN(const auto names, names_in(words));
  TRY_ASSIGN(const auto question, question_of(words.common, gluster::kGlusterdPort, report));
  const bool is_local = words.scope == "local";
  auto seen = admin::look_at_volumes(
      question.server, names, question.context,
      {.own_uuid = is_local ? admin::OwnUuid::kAsk : admin::OwnUuid::kNotNeeded});
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
                    words.json ? admin::volume_check_json(question.server, volumes) : "");
}

void add_gluster_check_words(CLI::App& check, GlusterCheckWords& words) {
  add_check_words(check, words.common, "the glusterd to ask (default: 127.0.0.1, port 24007)");
  check.add_flag("--json", words.json, "print one JSON object, for programs");
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
  const auto words = std::make_shared<GlusterCheckWords>();
  auto* server = check.add_subcommand("server", "Check a glusterd and its peers");
  add_gluster_check_words(*server, *words);
  add_choice(*server, "--alone", words->alone, {"warning", "critical"},
             "the status if it reaches none of two or more peers (default: critical)");
  return subcommand(server, [words](const Report& report) { return check_server(*words, report); });
}

Subcommand add_check_volume(CLI::App& check) {
  const auto words = std::make_shared<GlusterCheckWords>();
  auto* volume = check.add_subcommand("volume", "Check volumes and their bricks");
  volume->add_option("NAME", words->volumes, "the volumes")->required();
  add_choice(*volume, "--scope", words->scope, {"all", "local"},
             "which bricks count: all, or those of the server that is asked (default: all)");
  add_choice(*volume, "--partial", words->partial, {"warning", "critical"},
             "the status if a part of a volume cannot be served (default: warning)");
  add_gluster_check_words(*volume, *words);
  return subcommand(volume,
                    [words](const Report& report) { return check_volumes(*words, report); });
}

}  // namespace glusterconsul
