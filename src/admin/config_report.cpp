#include "admin/config_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "config/error_object.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

using Json = nlohmann::ordered_json;

/// A finding in words.
struct Words {
  std::string_view level;
  std::string_view message;
  std::string_view hint;
};

Words words_of(const ConfigFinding& finding) {
  if (finding.error) return {"error", finding.error->message, finding.error->hint};
  if (finding.warning) return {"warning", finding.warning->message, finding.warning->hint};
  return {"ok", "", ""};
}

}  // namespace

std::string config_table(const std::vector<ConfigFinding>& findings) {
  std::string text;
  for (const auto& finding : findings) {
    const auto [level, message, hint] = words_of(finding);
    text += fmt::format("{:<7}  {}", level, printable(finding.subject));
    // Most messages name the file and the line, or the option, by themselves.
    if (!message.empty()) text += fmt::format(": {}", printable(message, 1000));
    text += '\n';
    if (!hint.empty()) text += fmt::format("         hint: {}\n", printable(hint, 1000));
  }
  return text;
}

std::string config_json(const std::vector<ConfigFinding>& findings) {
  Json list = Json::array();
  for (const auto& finding : findings) {
    const auto [level, message, hint] = words_of(finding);
    list.push_back(
        {{"level", level}, {"subject", finding.subject}, {"message", message}, {"hint", hint}});
  }
  const Json json = {{"findings", list}, {"error", config::error_object(problem_of(findings))}};
  return config::json_text(json);
}

}  // namespace glusterconsul::admin
