#pragma once

#include <vector>

#include "config/settings.hpp"
#include "util/option.hpp"

namespace glusterconsul::mount {

/// What a mount reports, and where, before the command line's own `-v` is taken into account.
struct OutputOptions {
  bool verbose = false;
  config::LogTo log = config::LogTo::kAuto;
  friend bool operator==(const OutputOptions&, const OutputOptions&) = default;
};

[[nodiscard]] OutputOptions output_of(const config::Settings& settings);

/// The same from `consul-verbose` and `consul-log` in `-o` alone, for errors that prevent settings
/// from being resolved. Values that are not valid do not count.
[[nodiscard]] OutputOptions output_of(const std::vector<Option>& options);

}  // namespace glusterconsul::mount
