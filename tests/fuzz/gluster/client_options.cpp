#include "gluster/client_options.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "../check.hpp"
#include "gluster/command_line.hpp"
#include "util/text.hpp"

using namespace glusterconsul;
using namespace glusterconsul::gluster;
using namespace glusterconsul::fuzz;

namespace {

/// One option per line, so that values can contain commas.
std::vector<Option> options_in(std::string_view text) {
  std::vector<Option> options;
  for (const auto line : split(text, '\n')) {
    const auto equals = line.find('=');
    Option option{std::string(line.substr(0, equals)), std::nullopt};
    if (equals != std::string_view::npos) option.value = line.substr(equals + 1);
    options.push_back(std::move(option));
  }
  return options;
}

/// Whether only this program sets the option. A longer name is another option: the client accepts
/// abbreviated names, but does not truncate long ones.
bool is_decided_by_us(std::string_view word) {
  static constexpr std::array<std::string_view, 7> kOurs = {
      "--volfile",   "--volfile-server", "--volfile-id",     "--pid-file",
      "--no-daemon", "--debug",          "--fs-display-name"};
  const auto name = word.substr(0, word.find('='));
  return std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end();
}

}  // namespace

/// For any options: every argument is an option of the client or its value, contains no
/// control character, and is not an option that only this program sets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto options = translate(options_in({reinterpret_cast<const char*>(data), size}));
  if (!options) {
    require(options.error().code == ErrorCode::kUsage);
    require_sentence(options.error());
    return 0;
  }
  require(!std::any_of(options->arguments.begin(), options->arguments.end(), is_decided_by_us));
  for (const auto& warning : options->warnings) require_sentence(warning);
  const auto words = arguments({"/usr/sbin/glusterfs",
                                {10, 3},
                                {*Host::parse("10.0.0.1")},
                                kGlusterdPort,
                                *parse_volume_path("/g0"),
                                "gluster:/g0",
                                *std::move(options),
                                "/mnt"});
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    const bool is_value = words[i - 1] == "--xlator-option" || words[i - 1] == "--process-name";
    require(is_value || words[i].starts_with("--"));
    require(!has_control_character(words[i]));
  }
  return 0;
}
