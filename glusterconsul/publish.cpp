#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "glusterconsul/publication_task.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/signals.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr int kSomeDifference = 1;
constexpr int kTrouble = 2;
struct PublishWords {
  PublicationWords publication;
  std::optional<std::string> service;  ///< as given, and used in each SPEC
  bool dry_run = false;
};

Result<admin::Published> publish(const PublishWords& words, const Report& report) {
  auto publication_words = words.publication;
  if (words.service) {
    publication_words.service = *words.service;
    publication_words.spec_name = *words.service;
  }
  TRY_ASSIGN(const auto task, publication_task(publication_words, report));
  const Context context{Deadline::after(task.limit), mount::cancel_on_signals(), report};
  if (!words.dry_run) return publish_volumes(task, context);
  TRY_ASSIGN(auto publication, compare_volumes(task, context));
  return admin::Published{std::move(publication), std::nullopt};
}

Result<Outcome> run_publish(const PublishWords& words, const Report& report) {
  const auto published = publish(words, report);
  if (!published) return Outcome{"", published.error(), kTrouble};
  Outcome outcome;
  add_published(outcome, *published, report);
  if (words.dry_run && !published->publication.steps.empty()) outcome.status = kSomeDifference;
  if (outcome.problem) outcome.status = kTrouble;
  return outcome;
}

}  // namespace

Subcommand add_publish(CLI::App& app) {
  const auto words = std::make_shared<PublishWords>();
  auto* publish =
      app.add_subcommand("publish", "Write this server's volumes to Consul's key/value store");
  publish->add_flag("--dry-run", words->dry_run,
                    "only print the difference: exit status 0 none, 1 some, 2 trouble");
  publish->add_flag("--take-over", words->publication.take_over,
                    "replace volumes of the same name that another pool has published");
  publish
      ->add_option("--service", words->service,
                   "the NAME of NAME:/VOLUME (default: gluster.service.consul)")
      ->type_name("NAME");
  publish
      ->add_option(
          "--prefix", words->publication.prefix,
          fmt::format("where volumes are published (default: {})", admin::VolumeKeys::kDefault))
      ->type_name("PREFIX");
  publish->add_option("--address", words->publication.address, "glusterd (default: 127.0.0.1)")
      ->type_name("HOST[:PORT]");
  publish
      ->add_option("-o,--options", words->publication.options,
                   "Consul options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  add_verbose_flag(*publish);
  return {publish, [words](const Report& report) { return run_publish(*words, report); }, kTrouble};
}

}  // namespace glusterconsul
