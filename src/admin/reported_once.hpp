#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::admin {

/// What a service that does the same again and again reports: a problem when it begins, changes or
/// ends, and a warning when its cause begins, instead of every time.
class ReportedOnce {
 public:
  /// The warnings that the previous call did not have.
  [[nodiscard]] std::vector<Warning> fresh(const std::vector<Warning>& warnings);

  /// What is to be reported about a problem, or about its absence.
  struct News {
    std::optional<Warning> problem;  ///< which began, or is another one now
    bool is_over = false;            ///< the previous call had a problem
  };
  [[nodiscard]] News news(const std::optional<Error>& problem);

 private:
  std::vector<Warning> warnings_;
  std::optional<std::string> problem_;  ///< the message
};

}  // namespace glusterconsul::admin
