#include "admin/automap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "admin/volume_document.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::admin {
namespace {

Result<VolumeDocument> document_of(std::string_view volume, const consul::KvEntry& entry) {
  TRY_ASSIGN(auto document, parse_volume_document(entry.value));
  if (document.volume == volume) return document;
  return fail(ErrorCode::kRejected, "it describes a volume of another name");
}

Result<MapEntry> published_entry(std::string_view volume, const consul::KvEntry& entry,
                                 const AutomapPolicy& policy) {
  auto mapped = document_of(volume, entry).and_then([&](const VolumeDocument& document) {
    return map_entry(document, policy.domain);
  });
  if (mapped) return mapped;
  return with_context(mapped.error(),
                      fmt::format("the key {} cannot be used", shortened(entry.key, 200)));
}

AutomapVerdict not_known(const Error& error) {
  return {AutomapVerdict::Kind::kNotKnown, {}, error};
}

AutomapVerdict verdict_of(Result<MapEntry> entry) {
  if (!entry) return {AutomapVerdict::Kind::kUnusable, {}, entry.error()};
  return {AutomapVerdict::Kind::kEntry, *std::move(entry), std::nullopt};
}

/// Adds a volume that only instances name.
void add_registered(std::map<std::string, std::string>& lines, const std::string& volume,
                    const AutomapPolicy& policy) {
  if (!gluster::VolumeName::parse(volume)) return;
  const auto entry = map_entry(registered_volume(volume, policy.service), policy.domain);
  if (entry) lines.emplace(volume, entry->text);
}

/// The published volumes; returns the names of all keys, including hidden and unusable ones.
std::set<std::string> add_published(std::map<std::string, std::string>& lines,
                                    std::vector<Warning>& warnings, const consul::KvList& published,
                                    const AutomapPolicy& policy) {
  std::set<std::string> names;
  for (const auto& key : published.entries) {
    const std::string name(policy.keys.name_of(key.key).value_or(""));
    if (!gluster::VolumeName::parse(name)) continue;
    names.insert(name);
    auto entry = published_entry(name, key, policy);
    if (!entry) {
      warnings.push_back({entry.error().message});
      continue;
    }
    if (document_of(name, key)->hidden) continue;
    warnings.insert(warnings.end(), entry->warnings.begin(), entry->warnings.end());
    lines.emplace(name, std::move(entry->text));
  }
  if (published.skipped > 0) {
    warnings.push_back(
        {fmt::format("keys ignored below {}: {}", policy.keys.start(), published.first_skipped)});
  }
  return names;
}

}  // namespace

AutomapVerdict judge_automap(const gluster::VolumeName& volume, const AutomapAnswers& answers,
                             const AutomapPolicy& policy) {
  const auto& published = answers.published;
  if (!published) return not_known(published.error());
  if (*published) return verdict_of(published_entry(volume.text(), **published, policy));
  if (!answers.registered) return not_known({ErrorCode::kBug, "not asked"});
  if (!*answers.registered) return not_known(answers.registered->error());
  const auto& names = **answers.registered;
  if (std::find(names.begin(), names.end(), volume.text()) != names.end()) {
    return verdict_of(map_entry(registered_volume(volume.text(), policy.service), policy.domain));
  }
  return {};
}

Result<AutomapList> list_automap(const Result<consul::KvList>& published,
                                 const RegisteredVolumes& registered, const AutomapPolicy& policy) {
  if (!published) return fail(published.error());
  if (registered && !*registered) return fail(registered->error());
  std::map<std::string, std::string> lines;
  AutomapList list;
  const auto keys = add_published(lines, list.warnings, *published, policy);
  if (registered) {
    for (const auto& volume : **registered) {
      if (!keys.contains(volume)) add_registered(lines, volume, policy);
    }
  }
  for (auto& [volume, entry] : lines) list.lines.push_back({volume, std::move(entry)});
  return list;
}

std::string map_file_text(const AutomapList& list) {
  std::string text = "# Written by glusterconsul automap; changes are overwritten.\n";
  for (const auto& line : list.lines) text += fmt::format("{} {}\n", line.volume, line.entry);
  return text;
}

bool has_map_entry(std::string_view text) {
  const auto lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    const auto words = trim(line);
    return !words.empty() && !words.starts_with('#');
  });
}

}  // namespace glusterconsul::admin
