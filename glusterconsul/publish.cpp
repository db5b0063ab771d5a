#include <fmt/format.h>

#include <utility>

#include "admin/checks.hpp"
#include "admin/publisher.hpp"
#include "consul/kv_client.hpp"
#include "consul/service_name.hpp"
#include "gluster/command_line.hpp"
#include "glusterconsul/consul_settings.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr int kSomeDifference = 1;
constexpr int kTrouble = 2;
/// A glusterd that is alive answers within milliseconds: docs/facts.md, "glusterd's read-only
/// calls".
constexpr milliseconds kGlusterd{5000};

struct PublishWords {
  std::string service;
  std::string prefix = admin::VolumeKeys::kDefault;
  std::string address = "127.0.0.1";
  std::vector<std::string> options;
  bool dry_run = false;
  bool take_over = false;
};

/// HOST, HOST:PORT, [ADDRESS]:PORT
Result<Endpoint> glusterd_at(const std::string& text) {
  const auto bad =
      fail(ErrorCode::kUsage, fmt::format("'{}' is not HOST or HOST:PORT", shortened(text)));
  if (auto host = Host::parse(text)) return Endpoint{*std::move(host), gluster::kGlusterdPort};
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return bad;
  const auto port = parse_number(std::string_view(text).substr(colon + 1), 1, 65535);
  auto name = text.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  auto host = Host::parse(name);
  if (!host || !port) return bad;
  return Endpoint{*std::move(host), static_cast<Port>(*port)};
}

Result<admin::Publication> publish(const PublishWords& words, const Report& report) {
  using OtherVolume = admin::PublicationPolicy::OtherVolume;
  TRY_ASSIGN(auto keys, admin::VolumeKeys::parse(words.prefix));
  TRY_ASSIGN(const auto glusterd, glusterd_at(words.address));
  const std::string named = words.service.empty() ? "gluster" : words.service;
  TRY_ASSIGN(const auto ready, consul_settings(named, words.options, report));
  if (!ready.settings.http || ready.settings.via == config::Via::kDns) {
    return fail(ErrorCode::kUsage, "publish needs Consul's HTTP API, which is off",
                "see consul-http-addr= and consul-via=");
  }
  const auto& place = ready.query.service;
  const Context context{Deadline::after(ready.settings.timeout + kGlusterd),
                        mount::cancel_on_signals(), report};
  TRY_ASSIGN(const auto seen, admin::look_at_server(glusterd, context.sooner(kGlusterd)));
  const admin::PublicationPolicy policy{
      std::move(keys),
      words.service.empty() ? consul::dns_name(place, "", ready.settings.domain) : words.service,
      ready.settings.domain, words.take_over ? OtherVolume::kTakeOver : OtherVolume::kRefuse};
  TRY_ASSIGN(auto client,
             consul::KvClient::open(*ready.settings.http,
                                    {place.datacenter, place.consul_namespace, place.partition}));
  return words.dry_run ? admin::compare(seen, policy, client, context)
                       : admin::publish(seen, policy, client, context);
}

Result<Outcome> run_publish(const PublishWords& words, const Report& report) {
  auto publication = publish(words, report);
  if (!publication) return Outcome{"", publication.error(), kTrouble};
  for (const auto& warning : publication->warnings) report.warning(warning);
  Outcome outcome{admin::steps_text(publication->steps)};
  if (words.dry_run && !publication->steps.empty()) outcome.status = kSomeDifference;
  for (auto& refused : publication->refused) {
    if (outcome.problem) report.warning({outcome.problem->message, outcome.problem->hint});
    outcome.problem = std::move(refused);
    outcome.status = kTrouble;
  }
  return outcome;
}

}  // namespace

Subcommand add_publish(CLI::App& app) {
  const auto words = std::make_shared<PublishWords>();
  auto* publish =
      app.add_subcommand("publish", "Write this server's volumes to Consul's key/value store");
  publish->add_flag("--dry-run", words->dry_run,
                    "only print the difference: exit status 0 none, 1 some, 2 trouble");
  publish->add_flag("--take-over", words->take_over,
                    "replace volumes of the same name that another pool has published");
  publish->add_option("--service", words->service, "the NAME of NAME:/VOLUME (default: gluster)")
      ->type_name("NAME");
  publish
      ->add_option(
          "--prefix", words->prefix,
          fmt::format("where volumes are published (default: {})", admin::VolumeKeys::kDefault))
      ->type_name("PREFIX");
  publish->add_option("--address", words->address, "glusterd (default: 127.0.0.1)")
      ->type_name("HOST[:PORT]");
  publish
      ->add_option("-o,--options", words->options,
                   "Consul options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  add_verbose_flag(*publish);
  return {publish, [words](const Report& report) { return run_publish(*words, report); }, kTrouble};
}

}  // namespace glusterconsul
