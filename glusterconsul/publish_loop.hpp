#pragma once

#include <optional>
#include <utility>

#include "admin/reported_once.hpp"
#include "glusterconsul/publication_task.hpp"
#include "util/context.hpp"
#include "util/error.hpp"
#include "util/report.hpp"

namespace glusterconsul {

/// The part of `register --watch` that publishes. Reports what it has written, and each problem
/// when it begins and when it ends.
class PublishLoop {
 public:
  PublishLoop(PublicationTask task, const Report& report)
      : task_(std::move(task)), report_(report) {}

  void publish(const Context& context);
  /// With other settings from now on.
  void replace(PublicationTask task) { task_ = std::move(task); }
  /// Of the last publish().
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

 private:
  PublicationTask task_;
  const Report& report_;
  admin::ReportedOnce once_;
  std::optional<Error> problem_;
};

}  // namespace glusterconsul
