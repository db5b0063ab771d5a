#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "util/context.hpp"
#include "util/error.hpp"
#include "util/host.hpp"
#include "util/report.hpp"

namespace glusterconsul {

/// The options that all checks have.
struct CheckWords {
  std::string address;
  std::string timeout = "3s";
};

/// Whom to ask, and until when.
struct CheckQuestion {
  Endpoint server;
  Context context;
};

/// Declares the options. `whom` is the help of --address.
void add_check_words(CLI::App& check, CheckWords& words, const std::string& whom);

/// kUsage if one of the options is malformed. The deadline leaves a little time for the start and
/// the end of the process.
[[nodiscard]] Result<CheckQuestion> question_of(const CheckWords& words, Port default_port,
                                                const Report& report);

}  // namespace glusterconsul
