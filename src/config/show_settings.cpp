#include "config/show_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "config/error_object.hpp"
#include "util/text.hpp"

namespace glusterconsul::config {
namespace {

using Json = nlohmann::ordered_json;

struct Row {
  std::string name;
  std::string value;
  std::string origin;
};

std::string shown(const std::optional<std::string>& value) {
  if (!value) return "(set)";
  return value->empty() ? "-" : printable(*value);
}

}  // namespace

std::string settings_table(std::span<const InForce> in_force) {
  std::vector<Row> rows = {{"NAME", "VALUE", "FROM"}};
  for (const auto& one : in_force) {
    rows.push_back({printable(one.name), shown(one.value), printable(one.origin)});
  }
  std::size_t names = 0;
  std::size_t values = 0;
  for (const auto& row : rows) {
    names = std::max(names, row.name.size());
    values = std::max(values, row.value.size());
  }
  std::string text;
  for (const auto& row : rows) {
    text += fmt::format("{:<{}}  {:<{}}  {}\n", row.name, names, row.value, values, row.origin);
  }
  return text;
}

std::string settings_json(std::string_view service, std::span<const InForce> in_force) {
  Json settings = Json::array();
  for (const auto& one : in_force) {
    settings.push_back(
        {{"name", printable(one.name, std::string::npos)},
         {"value", one.value ? Json(printable(*one.value, std::string::npos)) : Json(nullptr)},
         {"origin", printable(one.origin, std::string::npos)}});
  }
  const Json json = {
      {"service", service.empty() ? Json(nullptr) : Json(printable(service, std::string::npos))},
      {"settings", settings},
      {"error", nullptr}};
  return json_text(json);
}

}  // namespace glusterconsul::config
