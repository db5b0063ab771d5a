#pragma once

#include <string>
#include <string_view>

#include "util/context.hpp"

namespace glusterconsul {

/// What a test needs to call a function that takes a Context.
struct TestContext {
  Cancel cancel;
  std::string reported;
  Report report{"test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                [this](std::string_view text) { reported += text; }};

  [[nodiscard]] Context within(milliseconds span) const {
    return {Deadline::after(span), cancel, report};
  }
};

}  // namespace glusterconsul
