#include "admin/automap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "admin/automap_cache.hpp"
#include "consul/kv_client.hpp"
#include "consul/meta_values.hpp"
#include "consul/service_name.hpp"
#include "discovery/cache_directory.hpp"
#include "glusterconsul/automap_file.hpp"
#include "glusterconsul/consul_settings.hpp"
#include "glusterconsul/subcommands.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/time_limit.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr int kNoVolume = 1;
/// EX_USAGE of sysexits.h: 1 means that there is no such volume.
constexpr int kUsage = 64;

// automount(8) waits for the answer, and somebody for automount. Choices, not measurements:
// docs/facts.md, "Constants that are choices".
constexpr milliseconds kLimit{2800};
constexpr milliseconds kConsul{2000};
constexpr milliseconds kConsulIfCached{1000};

struct AutomapWords {
  std::string key;
  std::string service;
  std::string prefix = admin::VolumeKeys::kDefault;
  std::vector<std::string> options;
  bool list = false;
  std::string file;
  std::string run;
};

/// How volumes are found.
struct Automap {
  config::Settings settings;
  consul::ServiceQuery query;
  admin::AutomapPolicy policy;
};

Result<Automap> prepare(const AutomapWords& words, const Report& report) {
  TRY_ASSIGN(auto keys, admin::VolumeKeys::parse(words.prefix));
  const std::string named = words.service.empty() ? "gluster" : words.service;
  TRY_ASSIGN(auto ready, consul_settings(named, words.options, report));
  if (!ready.settings.http || ready.settings.via == config::Via::kDns) {
    return fail(ErrorCode::kUsage, "automap needs Consul's HTTP API, which is off",
                "see consul-http-addr= and consul-via=");
  }
  auto service = words.service.empty()
                     ? consul::dns_name(ready.query.service, "", ready.settings.domain)
                     : words.service;
  admin::AutomapPolicy policy{std::move(keys), std::move(service), ready.settings.domain};
  return Automap{std::move(ready.settings), std::move(ready.query), std::move(policy)};
}

consul::KvPlace place_of(const Automap& automap) {
  const auto& service = automap.query.service;
  return {service.datacenter, service.consul_namespace, service.partition};
}

Result<std::vector<std::string>> ask_registered(const Automap& automap, const std::string& volume,
                                                const Context& context) {
  if (automap.query.service.kind == consul::ServiceName::Kind::kPreparedQuery) {
    return std::vector<std::string>();
  }
  return consul::ask_meta_values(*automap.settings.http, automap.query,
                                 {admin::kVolumeMeta, volume}, context);
}

Result<std::optional<consul::KvEntry>> ask_key(const Automap& automap, const std::string& key,
                                               const Context& context) {
  TRY_ASSIGN(auto client, consul::KvClient::open(*automap.settings.http, place_of(automap)));
  return client.read(key, context);
}

admin::AutomapVerdict ask(const Automap& automap, const gluster::VolumeName& volume,
                          const Context& context) {
  admin::AutomapAnswers answers{ask_key(automap, automap.policy.keys.key_of(volume), context), {}};
  if (admin::needs_registered(answers.published, answers.published && !*answers.published)) {
    answers.registered = ask_registered(automap, volume.text(), context);
  }
  return admin::judge_automap(volume, answers, automap.policy);
}

/// The entry of one volume in the cache.
class Cache {
 public:
  Cache(const Automap& automap, const gluster::VolumeName& volume, const Report& report)
      : max_age_(automap.settings.cache), report_(report) {
    const auto place = place_of(automap);
    // As JSON, so that one value cannot be mistaken for two.
    key_ = nlohmann::json{config::consul_identity(automap.settings),
                          config::is_authenticated(automap.settings),
                          place.datacenter,
                          place.consul_namespace,
                          place.partition,
                          automap.policy.keys.start(),
                          automap.policy.service,
                          automap.query.tags,
                          automap.policy.domain.text(),
                          volume.text()}
               .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    name_ = admin::automap_cache_name(key_);
  }

  [[nodiscard]] std::optional<admin::CachedEntry> read() const {
    if (!max_age_) return std::nullopt;
    const auto text = discovery::read_cache(discovery::kCacheDirectory, name_);
    if (!text) return std::nullopt;
    const auto entry = admin::parse_cached_entry(*text, key_, admin::WallClock::now(), *max_age_);
    if (entry) return *entry;
    report_.step("ignoring the cached entry: " + entry.error().message);
    return std::nullopt;
  }

  void write(const std::string& text, const std::optional<admin::CachedEntry>& known) const {
    const admin::CachedEntry fresh{text, admin::WallClock::now()};
    if (!max_age_ || (known && !admin::worth_writing(*known, fresh, *max_age_))) return;
    const auto written = discovery::write_cache(discovery::kCacheDirectory, name_,
                                                admin::serialize_cached_entry(fresh, key_));
    if (!written) report_.step("the entry was not saved: " + written.error().message);
  }

  void remove() const { discovery::remove_cache(discovery::kCacheDirectory, name_); }

 private:
  std::optional<milliseconds> max_age_;
  const Report& report_;
  std::string key_;
  std::string name_;
};

/// One line on standard error is all that automount logs well.
Error in_one_line(Error error) {
  error.hint.clear();
  return error;
}

Outcome not_known(const Error& error) {
  return {"", in_one_line(error), kAutomapNotKnown};
}

Outcome find_entry(const Automap& automap, const gluster::VolumeName& volume,
                   const Report& report) {
  const Cache cache(automap, volume, report);
  const auto known = cache.read();
  const auto limit = std::min(automap.settings.timeout, known ? kConsulIfCached : kConsul);
  auto verdict = ask(automap, volume, {Deadline::after(limit), mount::cancel_on_signals(), report});
  using Kind = admin::AutomapVerdict::Kind;
  switch (verdict.kind) {
    case Kind::kEntry:
      for (const auto& warning : verdict.entry.warnings) report.warning(warning);
      cache.write(verdict.entry.text, known);
      return {verdict.entry.text + "\n"};
    case Kind::kNoVolume:
      cache.remove();
      return {"", std::nullopt, kNoVolume};
    case Kind::kUnusable:
      return {"", in_one_line(*verdict.error), kNoVolume};
    case Kind::kNotKnown:
      break;
  }
  if (!known || verdict.error->code == ErrorCode::kInterrupted) return not_known(*verdict.error);
  report.warning({"using the cached entry: " + verdict.error->message});
  return {known->text + "\n"};
}

Outcome look_up_key(const AutomapWords& words, const Report& report) {
  const auto volume = gluster::VolumeName::parse(words.key);
  if (!volume) return {"", std::nullopt, kNoVolume};
  const auto automap = prepare(words, report);
  return automap ? find_entry(*automap, *volume, report) : not_known(automap.error());
}

Result<admin::AutomapList> list_volumes(const AutomapWords& words, const Report& report) {
  TRY_ASSIGN(const auto automap, prepare(words, report));
  const Context context{Deadline::after(std::min(automap.settings.timeout, kConsul)),
                        mount::cancel_on_signals(), report};
  TRY_ASSIGN(auto client, consul::KvClient::open(*automap.settings.http, place_of(automap)));
  const auto published = client.list(automap.policy.keys.start(), context);
  admin::RegisteredVolumes registered;
  if (admin::needs_registered(published, true)) registered = ask_registered(automap, "", context);
  return admin::list_automap(published, registered, automap.policy);
}

Result<Outcome> run_automap(const AutomapWords& words, const Report& report) {
  if (!words.list && words.file.empty()) {
    exit_after(kLimit, kAutomapNotKnown, "glusterconsul: the volume was not found in time\n");
    auto outcome = look_up_key(words, report);
    cancel_exit();
    return outcome;
  }
  exit_after(kLimit, kAutomapNotKnown, "glusterconsul: the volumes were not listed in time\n");
  const auto listed = list_volumes(words, report);
  cancel_exit();
  if (!listed) return Outcome{"", listed.error(), kAutomapNotKnown};
  for (const auto& warning : listed->warnings) report.warning(warning);
  if (!words.file.empty()) return write_map_file(words.file, *listed, words.run);
  std::string names;
  for (const auto& line : listed->lines) names += line.volume + "\n";
  return Outcome{names};
}

void check_modes(const AutomapWords& words) {
  const int modes = static_cast<int>(!words.key.empty()) + static_cast<int>(words.list) +
                    static_cast<int>(!words.file.empty());
  if (modes == 0) throw CLI::RequiredError("KEY, --list or --file");
  if (modes > 1) throw CLI::ValidationError("only one of KEY, --list and --file can be given");
  if (!words.run.empty() && words.file.empty()) throw CLI::RequiredError("--file, for --run");
}

}  // namespace

Subcommand add_automap(CLI::App& app) {
  const auto words = std::make_shared<AutomapWords>();
  auto* automap =
      app.add_subcommand("automap", "Print the map entry of a volume, for automount(8)");
  automap->add_option("KEY", words->key, "the volume, as in /srv/gluster/KEY");
  automap->add_flag("--list", words->list, "print the names of all volumes instead");
  automap->add_option("--file", words->file, "write a map file instead, if it differs")
      ->type_name("PATH");
  automap
      ->add_option("--run", words->run,
                   "run this program after the file was written; words are separated by blanks")
      ->type_name("COMMAND");
  automap->add_option("--service", words->service, "the NAME of NAME:/VOLUME (default: gluster)")
      ->type_name("NAME");
  automap
      ->add_option(
          "--prefix", words->prefix,
          fmt::format("where the volumes are published (default: {})", admin::VolumeKeys::kDefault))
      ->type_name("PREFIX");
  automap
      ->add_option("-o,--options", words->options,
                   "Consul options, as for mount(8); may be repeated")
      ->allow_extra_args(false)
      ->type_name("OPTIONS");
  add_verbose_flag(*automap);
  automap->final_callback([words] { check_modes(*words); });
  return {automap, [words](const Report& report) { return run_automap(*words, report); }, kUsage};
}

}  // namespace glusterconsul
