#include "glusterconsul/publish_loop.hpp"

#include "glusterconsul/journal.hpp"

namespace glusterconsul {

void PublishLoop::publish(const Context& context) {
  const auto published = publish_volumes(task_, context);
  const auto& publication = published.publication;
  problem_ = published.problem;
  if (problem_ && problem_->code == ErrorCode::kInterrupted) return;
  auto warnings = publication.warnings;
  for (const auto& refused : publication.refused) {
    warnings.push_back({refused.message, refused.hint});
  }
  if (!problem_) {
    for (const auto& warning : once_.fresh(warnings)) report_.warning(warning);
  }
  for (const auto& step : publication.steps) note(step.what);
  auto news = once_.news(problem_);
  if (news.problem) {
    news.problem->message = "publishing: " + news.problem->message;
    report_.warning(*news.problem);
  }
  if (news.is_over) note("publishing works again");
}

}  // namespace glusterconsul
