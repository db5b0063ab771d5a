#include "admin/publication.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "admin/published_volume.hpp"
#include "admin/server_quorum.hpp"
#include "gluster/volume_path.hpp"
#include "util/text.hpp"
#include "util/try.hpp"
#include "util/uuid.hpp"

namespace glusterconsul::admin {
namespace {

using consul::KvChange;
using consul::KvEntry;
using Pool = std::vector<std::string>;

ErrorCode code_of(GlusterdState state) {
  switch (state) {
    case GlusterdState::kAnswers:
      break;
    case GlusterdState::kOnlyPings:
    case GlusterdState::kNoResponse:
      return ErrorCode::kTimedOut;
    case GlusterdState::kRefused:
    case GlusterdState::kClosed:
    case GlusterdState::kUnresolved:
      return ErrorCode::kUnreachable;
    case GlusterdState::kBadReply:
      return ErrorCode::kBadReply;
    case GlusterdState::kEncrypted:
      return ErrorCode::kSystem;
  }
  return ErrorCode::kBug;
}

Result<void> check_server(const ServerState& seen) {
  if (seen.glusterd != GlusterdState::kAnswers) {
    return fail(code_of(seen.glusterd), fmt::format("glusterd does not respond: {}", seen.detail));
  }
  if (!is_uuid(to_lower(seen.uuid))) {
    return fail(ErrorCode::kBadReply, "glusterd does not report its own UUID");
  }
  const auto connected =
      1 + std::count_if(seen.peers.begin(), seen.peers.end(),
                        [](const auto& peer) { return peer.is_connected && is_in_cluster(peer); });
  const auto all = static_cast<std::ptrdiff_t>(seen.peers.size()) + 1;
  if (2 * connected > all) return {};
  return fail(
      ErrorCode::kUnavailable,
      fmt::format(
          "this server reaches only {} of the {} servers of its pool, itself included; more "
          "than half are needed",
          connected, all),
      "check 'gluster peer status'");
}

/// The servers of the pool, sorted. A server that is still joining, or was rejected, is not one.
Pool pool_of(const ServerState& seen) {
  Pool pool = {to_lower(seen.uuid)};
  for (const auto& peer : seen.peers) {
    if (is_in_cluster(peer) && is_uuid(to_lower(peer.uuid))) {
      pool.push_back(to_lower(peer.uuid));
    }
  }
  std::sort(pool.begin(), pool.end());
  pool.erase(std::unique(pool.begin(), pool.end()), pool.end());
  if (pool.size() > kMaxPool) pool.resize(kMaxPool);
  return pool;
}

/// A key below the prefix and what it contains.
struct Existing {
  const KvEntry* entry;
  Result<VolumeDocument> document;
};

Result<VolumeDocument> document_of(const KvEntry& entry, std::string_view name) {
  TRY_ASSIGN(auto document, parse_volume_document(entry.value));
  if (document.volume != name) {
    return fail(ErrorCode::kBadReply, "it describes a volume of another name");
  }
  return document;
}

std::string list_text(const std::vector<std::string>& list) {
  return "[" + join(list, ", ") + "]";
}

/// "options [] -> [noatime]; hidden no -> yes"
std::string differences(const VolumeDocument& old, const VolumeDocument& fresh) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view name, const std::string& before, const std::string& after) {
    if (before != after) parts.push_back(fmt::format("{} {} -> {}", name, before, after));
  };
  add("id", old.id, fresh.id);
  add("type", old.type, fresh.type);
  add("transport", list_text(old.transport), list_text(fresh.transport));
  add("spec", old.spec, fresh.spec);
  add("options", list_text(old.options), list_text(fresh.options));
  add("directories", list_text(old.directories), list_text(fresh.directories));
  add("hidden", old.hidden ? "yes" : "no", fresh.hidden ? "yes" : "no");
  add("pool", list_text(old.pool), list_text(fresh.pool));
  return join(parts, "; ");
}

class Planner {
 public:
  Planner(const ServerState& seen, const PublicationPolicy& policy)
      : seen_(seen), policy_(policy), pool_(pool_of(seen)), self_(to_lower(seen.uuid)) {}

  Publication plan(const std::vector<KvEntry>& existing) && {
    sort(existing);
    std::set<std::string> names(seen_.undescribed.begin(), seen_.undescribed.end());
    for (const auto& volume : seen_.volumes) {
      names.insert(volume.name);
      publish(volume);
    }
    for (const auto& [name, key] : existing_) {
      if (!names.contains(name)) remove(name, key);
    }
    std::sort(result_.steps.begin(), result_.steps.end(),
              [](const auto& a, const auto& b) { return a.change.key < b.change.key; });
    return std::move(result_);
  }

 private:
  void sort(const std::vector<KvEntry>& entries) {
    for (const auto& entry : entries) {
      const auto name = policy_.keys.name_of(entry.key);
      // The web UI of Consul creates an empty key for a directory.
      if (!name || (name->empty() && entry.value.empty())) continue;
      existing_.emplace(std::string(*name), Existing{&entry, document_of(entry, *name)});
    }
  }

  [[nodiscard]] bool is_in_pool(const std::string& server) const {
    return std::binary_search(pool_.begin(), pool_.end(), server);
  }

  /// Whether this server's pool is the one that has published the document.
  [[nodiscard]] bool is_ours(const VolumeDocument& document) const {
    if (!names_self(document)) return false;
    const auto still = std::count_if(document.pool.begin(), document.pool.end(),
                                     [&](const auto& server) { return is_in_pool(server); });
    return 2 * static_cast<std::size_t>(still) > document.pool.size();
  }
  [[nodiscard]] bool names_self(const VolumeDocument& document) const {
    return std::find(document.pool.begin(), document.pool.end(), self_) != document.pool.end();
  }

  void warn(std::string message, std::string hint = {}) {
    result_.warnings.push_back({std::move(message), std::move(hint)});
  }

  static std::string how_to_delete(const std::string& key) {
    return fmt::format("if it is not needed, delete it with 'consul kv delete {}'",
                       shell_quote(shortened(key, 200)));
  }

  void publish(const gluster::VolumeInfo& volume) {
    const auto name = gluster::VolumeName::parse(volume.name);
    if (!name || !is_uuid(to_lower(volume.id))) {
      warn(
          fmt::format("the volume '{}' is not published: glusterd does not describe it as expected",
                      shortened(volume.name)));
      return;
    }
    auto document = published_volume(volume, policy_.service, policy_.domain, result_.warnings);
    document.pool = pool_;
    const auto key = policy_.keys.key_of(*name);
    const auto found = existing_.find(volume.name);
    if (found == existing_.end()) {
      set(key, 0, document, fmt::format("add {}", key));
      return;
    }
    if (!found->second.document) {
      result_.refused.push_back(
          {found->second.document.error().code,
           fmt::format("the volume {} is not published, because the key {} "
                       "was written by something else: {}",
                       volume.name, key, found->second.document.error().message),
           how_to_delete(key)});
      return;
    }
    replace(key, found->second, document);
  }

  void replace(const std::string& key, const Existing& existing, const VolumeDocument& document) {
    const auto& old = *existing.document;
    if (old == document) return;
    const bool may_replace = old.id == document.id || is_ours(old) ||
                             policy_.other_volume == PublicationPolicy::OtherVolume::kTakeOver;
    if (!may_replace) {
      result_.refused.push_back(
          {ErrorCode::kAmbiguous,
           fmt::format(
               "the volume {} is not published, because the key {} describes a volume of another "
               "pool (ID {}, not {})",
               document.volume, key, old.id, document.id),
           "rename one of the two volumes, publish below another --prefix, or replace the key with "
           "--take-over"});
      return;
    }
    set(key, existing.entry->modify_index, document,
        fmt::format("change {}: {}", key, differences(old, document)));
  }

  void set(const std::string& key, std::uint64_t index, const VolumeDocument& document,
           std::string what) {
    result_.steps.push_back(
        {{KvChange::Kind::kSet, key, to_json(document), index}, std::move(what)});
  }

  void remove(const std::string& name, const Existing& existing) {
    const auto& key = existing.entry->key;
    if (!existing.document) {
      warn(fmt::format("the key {} is left alone: {}", shortened(key, 200),
                       existing.document.error().message));
      return;
    }
    if (!names_self(*existing.document)) return;
    const bool is_fresh = seen_.volumes.empty() && seen_.peers.empty();
    if (is_fresh || !is_ours(*existing.document)) {
      warn(fmt::format("the key {} is left alone, although this server has no volume {}: {}",
                       shortened(key, 200), name,
                       is_fresh ? "it has neither volumes nor peers"
                                : "it is no longer in the pool that published it"),
           how_to_delete(key));
      return;
    }
    result_.steps.push_back({{KvChange::Kind::kDelete, key, "", existing.entry->modify_index},
                             fmt::format("delete {}", key)});
  }

  const ServerState& seen_;
  const PublicationPolicy& policy_;
  Pool pool_;
  std::string self_;
  std::map<std::string, Existing> existing_;
  Publication result_;
};

}  // namespace

Result<Publication> plan_publication(const ServerState& seen, const std::vector<KvEntry>& existing,
                                     const PublicationPolicy& policy) {
  TRY(check_server(seen));
  return Planner(seen, policy).plan(existing);
}

std::string steps_text(const std::vector<PublicationStep>& steps) {
  constexpr std::size_t kMaxLine = 2000;
  std::string text;
  for (const auto& step : steps) text += printable(step.what, kMaxLine) + "\n";
  return text;
}

}  // namespace glusterconsul::admin
