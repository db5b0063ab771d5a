#include "admin/volume_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "consul/bounded_json.hpp"
#include "gluster/volume_path.hpp"
#include "util/text.hpp"
#include "util/try.hpp"
#include "util/uuid.hpp"

namespace glusterconsul::admin {
namespace {

using nlohmann::json;

constexpr int kSchema = 1;
constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxTransports = 8;

tl::unexpected<Error> bad(const char* member, std::string_view what) {
  return fail(ErrorCode::kBadReply, fmt::format("its member '{}' {}", member, what));
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Result<std::string> text_of(const json& value, const char* member) {
  if (!value.is_string()) return bad(member, "is not a string");
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text.size() > kMaxText) return bad(member, "is empty or too long");
  if (has_control_character(text)) return bad(member, "contains a control character");
  return text;
}

Result<std::string> text_member(const json& object, const char* member) {
  return text_of(consul::member(object, member), member);
}

Result<std::string> uuid_member(const json& object, const char* member) {
  TRY_ASSIGN(auto text, text_member(object, member));
  if (!is_uuid(text)) return bad(member, "is not a UUID");
  return text;
}

Result<std::vector<std::string>> list_member(const json& object, const char* member,
                                             std::size_t most) {
  const auto& list = consul::member(object, member);
  if (!list.is_array()) return bad(member, "is not a list");
  if (list.size() > most) return bad(member, "is too long");
  std::vector<std::string> texts;
  for (const auto& value : list) {
    TRY_ASSIGN(auto text, text_of(value, member));
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::vector<std::string>> directories_member(const json& object) {
  TRY_ASSIGN(const auto texts, list_member(object, "directories", kMaxDirectories));
  std::vector<std::string> directories;
  for (const auto& text : texts) {
    auto directory = gluster::parse_subdirectory(text);
    if (!directory || directory->empty()) {
      return bad("directories", "contains one that cannot be used");
    }
    directories.push_back(*std::move(directory));
  }
  return directories;
}

Result<std::vector<std::string>> pool_member(const json& object) {
  TRY_ASSIGN(auto pool, list_member(object, "pool", kMaxPool));
  if (!std::all_of(pool.begin(), pool.end(), is_uuid)) {
    return bad("pool", "contains something other than UUIDs");
  }
  return pool;
}

Result<void> check_schema(const json& object) {
  if (!object.is_object()) return fail(ErrorCode::kBadReply, "it is not a JSON object");
  const auto& schema = consul::member(object, "schema");
  if (!schema.is_number_unsigned()) return bad("schema", "is missing or not a number");
  if (schema == kSchema) return {};
  return fail(ErrorCode::kRejected,
              fmt::format("it has schema {}, which this version does not support", schema.dump()));
}

}  // namespace

std::string to_json(const VolumeDocument& document) {
  const nlohmann::ordered_json json = {{"schema", kSchema},
                                       {"volume", document.volume},
                                       {"id", document.id},
                                       {"type", document.type},
                                       {"transport", document.transport},
                                       {"spec", document.spec},
                                       {"options", document.options},
                                       {"directories", document.directories},
                                       {"hidden", document.hidden},
                                       {"pool", document.pool}};
  return json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

Result<VolumeDocument> parse_volume_document(std::string_view text) {
  if (text.size() > kMaxDocument) return fail(ErrorCode::kBadReply, "it is too large");
  const auto object = consul::parse_json(text);
  if (!object) return fail(ErrorCode::kBadReply, "it is not JSON");
  TRY(check_schema(*object));
  VolumeDocument document;
  TRY_ASSIGN(document.volume, text_member(*object, "volume"));
  if (!gluster::VolumeName::parse(document.volume)) return bad("volume", "is not a volume's name");
  TRY_ASSIGN(document.id, uuid_member(*object, "id"));
  TRY_ASSIGN(document.type, text_member(*object, "type"));
  TRY_ASSIGN(document.transport, list_member(*object, "transport", kMaxTransports));
  TRY_ASSIGN(document.spec, text_member(*object, "spec"));
  TRY_ASSIGN(document.options, list_member(*object, "options", kMaxDocumentOptions));
  TRY_ASSIGN(document.directories, directories_member(*object));
  const auto& hidden = consul::member(*object, "hidden");
  if (!hidden.is_boolean()) return bad("hidden", "is neither true nor false");
  document.hidden = hidden.get<bool>();
  TRY_ASSIGN(document.pool, pool_member(*object));
  return document;
}

}  // namespace glusterconsul::admin
