#include "mount/output_options.hpp"

#include "config/option_setters.hpp"
#include "config/option_table.hpp"

namespace glusterconsul::mount {

OutputOptions output_of(const config::Settings& settings) {
  return {settings.verbose, settings.log};
}

OutputOptions output_of(const std::vector<Option>& options) {
  config::Draft draft;
  for (const auto& option : options) {
    const bool is_ours =
        option.name == config::option_name::kVerbose || option.name == config::option_name::kLog;
    if (!is_ours || !option.value) continue;
    // An invalid value leaves the draft unchanged, and is reported elsewhere.
    static_cast<void>(config::find_option(option.name)->apply(draft, *option.value));
  }
  return output_of(draft.settings);
}

}  // namespace glusterconsul::mount
