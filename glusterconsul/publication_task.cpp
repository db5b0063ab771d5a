#include "glusterconsul/publication_task.hpp"

#include <fmt/format.h>

#include <utility>

#include "admin/checks.hpp"
#include "consul/kv_client.hpp"
#include "consul/service_name.hpp"
#include "gluster/command_line.hpp"
#include "glusterconsul/consul_settings.hpp"
#include "util/endpoint.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

/// A glusterd that is alive answers within milliseconds: docs/facts.md, "glusterd's read-only
/// calls".
constexpr milliseconds kGlusterdTime{5000};

admin::LookAtServer look_of(const PublicationTask& task) {
  return [glusterd = task.glusterd](const Context& context) {
    return admin::look_at_server(glusterd, context.sooner(kGlusterdTime));
  };
}

}  // namespace

Result<PublicationTask> publication_task(const PublicationWords& words, const Report& report) {
  using OtherVolume = admin::PublicationPolicy::OtherVolume;
  TRY_ASSIGN(auto keys, admin::VolumeKeys::parse(words.prefix));
  auto glusterd = parse_endpoint(words.address, gluster::kGlusterdPort);
  if (!glusterd) {
    return with_context(glusterd.error(), fmt::format("--address '{}'", shortened(words.address)));
  }
  TRY_ASSIGN(auto ready, consul_settings(words.service, words.options, report));
  if (!ready.settings.http || ready.settings.via == config::Via::kDns) {
    return fail(ErrorCode::kUsage, "publish needs Consul's HTTP API, which is off",
                "see consul-http-addr= and consul-via=");
  }
  const auto& service = ready.query.service;
  auto spec_name = words.spec_name.empty() ? consul::dns_name(service, "", ready.settings.domain)
                                           : words.spec_name;
  return PublicationTask{
      .policy = {std::move(keys), std::move(spec_name), ready.settings.domain,
                 words.take_over ? OtherVolume::kTakeOver : OtherVolume::kRefuse},
      .glusterd = *std::move(glusterd),
      .consul = *std::move(ready.settings.http),
      .place = {service.datacenter, service.consul_namespace, service.partition},
      .limit = ready.settings.timeout + kGlusterdTime};
}

void add_published(Outcome& outcome, const admin::Published& published, const Report& report) {
  const auto& publication = published.publication;
  for (const auto& warning : publication.warnings) report.warning(warning);
  outcome.output += admin::steps_text(publication.steps);
  auto problems = publication.refused;
  if (published.problem) problems.push_back(*published.problem);
  for (const auto& problem : problems) {
    if (outcome.problem) report.warning({outcome.problem->message, outcome.problem->hint});
    outcome.problem = problem;
  }
}

admin::Published publish_volumes(const PublicationTask& task, const Context& context) {
  auto client = consul::KvClient::open(task.consul, task.place);
  if (!client) return {.publication = {}, .problem = client.error()};
  return admin::publish(look_of(task), task.policy, *client, context.sooner(task.limit));
}

Result<admin::Publication> compare_volumes(const PublicationTask& task, const Context& context) {
  TRY_ASSIGN(auto client, consul::KvClient::open(task.consul, task.place));
  return admin::compare(look_of(task), task.policy, client, context.sooner(task.limit));
}

}  // namespace glusterconsul
