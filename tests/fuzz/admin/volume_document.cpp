#include "admin/volume_document.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "admin/automap_entry.hpp"
#include "util/text.hpp"

using namespace glusterconsul;
using namespace glusterconsul::admin;
using namespace glusterconsul::fuzz;

/// A value of the key/value store, up to the line that autofs reads: a document has the same text
/// after another round, and an entry is one line that starts with the options of a mount of ours.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = parse_volume_document(text);
  if (!document) {
    require_sentence(document.error());
    return 0;
  }
  require(document->options.size() <= kMaxDocumentOptions);
  require(document->directories.size() <= kMaxDirectories && document->pool.size() <= kMaxPool);
  const auto json = to_json(*document);
  const auto again = parse_volume_document(json);
  if (again) require(to_json(*again) == json);
  const auto entry = map_entry(*document, consul::Domain{});
  if (!entry) {
    require_sentence(entry.error());
    return 0;
  }
  require(entry->text.size() <= kMaxMapEntry);
  require(entry->text.starts_with("-fstype=glusterconsul,nosuid,nodev"));
  require(std::none_of(entry->text.begin(), entry->text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
  require(entry->text.find("consul-") == std::string::npos ||
          document->spec.find("consul-") != std::string::npos ||
          std::any_of(document->directories.begin(), document->directories.end(),
                      [](const std::string& each) { return each.find("consul-") != each.npos; }));
  return 0;
}
