#include "admin/published_volume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "admin/automap_entry.hpp"
#include "admin/volume_options.hpp"
#include "consul/service_name.hpp"
#include "gluster/known_options.hpp"
#include "gluster/volume_path.hpp"
#include "gluster/volume_type.hpp"
#include "util/text.hpp"
#include "util/utf8.hpp"

namespace glusterconsul::admin {
namespace {

/// Reads the options of one volume that are for us.
class Reader {
 public:
  Reader(const gluster::VolumeInfo& volume, std::vector<Warning>& warnings)
      : volume_(volume), warnings_(warnings) {}

  [[nodiscard]] std::string_view value(std::string_view name) const {
    const auto found = volume_.options.find("user.glusterconsul." + std::string(name));
    return found == volume_.options.end() ? std::string_view() : trim(found->second);
  }

  /// The parts of a list with commas, without duplicates and at most `most`.
  [[nodiscard]] std::vector<std::string> list(std::string_view name, std::size_t most) {
    std::vector<std::string> parts;
    for (const auto part : split(value(name), ',')) {
      const std::string text(trim(part));
      if (text.empty() || std::find(parts.begin(), parts.end(), text) != parts.end()) continue;
      if (parts.size() == most) {
        skip(name, fmt::format("only the first {} values are used", most));
        break;
      }
      parts.push_back(text);
    }
    return parts;
  }

  void skip(std::string_view name, std::string_view why) {
    warnings_.push_back(
        {fmt::format("volume {}: user.glusterconsul.{}: {}", shortened(volume_.name), name, why),
         fmt::format("set it with 'gluster volume set {} user.glusterconsul.{} VALUE'",
                     shell_quote(shortened(volume_.name)), name)});
  }

 private:
  const gluster::VolumeInfo& volume_;
  std::vector<Warning>& warnings_;
};

std::string service_of(Reader& reader, const std::string& service, const consul::Domain& domain) {
  std::string own(reader.value("service"));
  if (own.empty()) return service;
  if (const auto name = consul::parse_service_name(own, domain)) return own;
  reader.skip("service", fmt::format("'{}' is not a service in Consul", shortened(own, 100)));
  return service;
}

std::vector<std::string> options_of(Reader& reader) {
  std::vector<std::string> options;
  for (const auto& option : reader.list("options", kMaxDocumentOptions)) {
    if (const auto why = why_not_allowed(option)) {
      reader.skip("options", *why);
    } else {
      options.push_back(option);
    }
  }
  return options;
}

/// autofs cannot read a map entry with a double quote or a backslash: docs/facts.md, "How autofs
/// reads a map entry"; and JSON cannot express what is not UTF-8.
bool can_be_published(std::string_view directory) {
  return directory.find_first_of("\"\\") == std::string_view::npos && is_utf8(directory);
}

std::vector<std::string> directories_of(Reader& reader) {
  std::vector<std::string> directories;
  for (const auto& text : reader.list("directories", kMaxDirectories)) {
    const auto directory = gluster::parse_subdirectory(text);
    constexpr std::size_t kMaxDirectory = 1024;
    if (!directory || directory->empty() || directory->size() > kMaxDirectory ||
        !can_be_published(*directory)) {
      reader.skip("directories", fmt::format("'{}' is not a directory in the volume that can be "
                                             "mounted",
                                             shortened(text, 100)));
    } else if (std::find(directories.begin(), directories.end(), *directory) == directories.end()) {
      directories.push_back(*directory);
    }
  }
  std::sort(directories.begin(), directories.end());
  return directories;
}

bool is_hidden(Reader& reader) {
  const auto value = reader.value("hidden");
  if (value.empty() || gluster::is_no(value)) return false;
  if (gluster::is_yes(value)) return true;
  reader.skip("hidden", fmt::format("'{}' is neither yes nor no", shortened(value, 100)));
  return false;
}

/// Keeps only as many directories as an entry for autofs has room for. Then the document has room
/// for them too, whatever the pool.
void fit_map_entry(VolumeDocument& document, const consul::Domain& domain, Reader& reader) {
  const auto all = document.directories.size();
  while (document.directories.size() > 1 && !map_entry(document, domain)) {
    document.directories.pop_back();
  }
  if (document.directories.size() == all) return;
  reader.skip("directories", fmt::format("only the first {} of {} fit into a map entry of autofs",
                                         document.directories.size(), all));
}

}  // namespace

VolumeDocument published_volume(const gluster::VolumeInfo& volume, const std::string& service,
                                const consul::Domain& domain, std::vector<Warning>& warnings) {
  Reader reader(volume, warnings);
  VolumeDocument document{.volume = volume.name,
                          .id = to_lower(volume.id),
                          .type = gluster::type_name(volume),
                          .transport = {"tcp"},
                          .spec = service_of(reader, service, domain) + ":/" + volume.name,
                          .options = options_of(reader),
                          .directories = directories_of(reader),
                          .hidden = is_hidden(reader),
                          .pool = {}};
  fit_map_entry(document, domain, reader);
  return document;
}

}  // namespace glusterconsul::admin
