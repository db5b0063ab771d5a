#include "admin/reported_once.hpp"

#include <algorithm>

namespace glusterconsul::admin {

std::vector<Warning> ReportedOnce::fresh(const std::vector<Warning>& warnings) {
  std::vector<Warning> fresh;
  for (const auto& warning : warnings) {
    if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) {
      fresh.push_back(warning);
    }
  }
  warnings_ = warnings;
  return fresh;
}

ReportedOnce::News ReportedOnce::news(const std::optional<Error>& problem) {
  News news;
  if (!problem) {
    news.is_over = problem_.has_value();
    problem_.reset();
    return news;
  }
  if (problem_ != problem->message) news.problem = Warning{problem->message, problem->hint};
  problem_ = problem->message;
  return news;
}

}  // namespace glusterconsul::admin
