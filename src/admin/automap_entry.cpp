#include "admin/automap_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "admin/volume_options.hpp"
#include "consul/service_name.hpp"
#include "gluster/volume_path.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::admin {
namespace {

bool is_readable_by_autofs(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '"' || c == '\\';
  });
}

Result<void> check_spec(const VolumeDocument& document, const consul::Domain& domain) {
  const auto unfit = [&](std::string_view why) {
    return fail(ErrorCode::kRejected,
                fmt::format("the spec '{}' {}", shortened(document.spec, 200), why));
  };
  const auto colon = document.spec.find(':');
  if (colon == std::string::npos) return unfit("is not NAME:/VOLUME");
  const auto service = consul::parse_service_name(document.spec.substr(0, colon), domain);
  if (!service) return unfit("does not name a service in Consul");
  if (document.spec.substr(colon + 1) != "/" + document.volume) {
    return unfit("names another volume");
  }
  if (!is_readable_by_autofs(document.spec)) return unfit("cannot be written to a map");
  return {};
}

std::string options_text(const VolumeDocument& document, std::vector<Warning>& warnings) {
  std::vector<std::string> options = {"fstype=glusterconsul", "nosuid", "nodev"};
  for (const auto& option : document.options) {
    if (const auto why = why_not_allowed(option)) {
      warnings.push_back({fmt::format("volume {}: option ignored: {}", document.volume, *why)});
    } else if (std::find(options.begin(), options.end(), option) == options.end()) {
      options.push_back(option);
    }
  }
  return "-" + join(options, ",");
}

}  // namespace

std::string quoted_for_autofs(std::string_view text) {
  constexpr std::string_view kLiteral = "/:._-";
  std::string quoted;
  for (const char c : text) {
    const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
    if (is_ascii && !is_ascii_alnum(c) && kLiteral.find(c) == std::string_view::npos) {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted;
}

Result<MapEntry> map_entry(const VolumeDocument& document, const consul::Domain& domain) {
  TRY(check_spec(document, domain));
  MapEntry entry;
  entry.text = options_text(document, entry.warnings);
  bool has_directory = false;
  for (const auto& directory : document.directories) {
    if (!is_readable_by_autofs(directory)) {
      entry.warnings.push_back(
          {fmt::format("volume {}: directory ignored, since autofs cannot "
                       "read it: '{}'",
                       document.volume, shortened(directory, 100))});
      continue;
    }
    entry.text += fmt::format(" {} {}", quoted_for_autofs(directory),
                              quoted_for_autofs(document.spec + directory));
    has_directory = true;
  }
  if (document.directories.empty()) entry.text += " " + quoted_for_autofs(document.spec);
  if (!has_directory && !document.directories.empty()) {
    return fail(ErrorCode::kRejected, "none of its directories can be mounted");
  }
  if (entry.text.size() > kMaxMapEntry) {
    return fail(ErrorCode::kRejected, "it has too many directories for one map entry");
  }
  return entry;
}

VolumeDocument registered_volume(const std::string& volume, const std::string& service) {
  VolumeDocument document;
  document.volume = volume;
  document.spec = service + ":/" + volume;
  return document;
}

}  // namespace glusterconsul::admin
