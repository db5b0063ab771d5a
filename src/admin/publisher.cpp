#include "admin/publisher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "consul/kv_request.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul::admin {
namespace {

constexpr int kMaxTries = 5;

/// How far the steps were carried out.
struct Applied {
  std::size_t count = 0;
  std::string conflict = {};  ///< a key that somebody else has written
  std::optional<Error> problem = {};
};

Applied apply(const std::vector<PublicationStep>& steps, consul::KvClient& client,
              const Context& context) {
  std::vector<consul::KvChange> changes;
  for (const auto& step : steps) changes.push_back(step.change);
  Applied applied;
  for (const auto piece : consul::transactions(changes)) {
    const auto conflicts = client.apply(piece, context);
    if (!conflicts) {
      applied.problem = conflicts.error();
      break;
    }
    if (!conflicts->empty()) {
      applied.conflict = conflicts->front();
      break;
    }
    applied.count += piece.size();
  }
  return applied;
}

}  // namespace

Result<Publication> compare(const LookAtServer& look, const PublicationPolicy& policy,
                            consul::KvClient& client, const Context& context) {
  TRY_ASSIGN(const auto list, client.list(policy.keys.start(), context));
  TRY_ASSIGN(const auto seen, look(context));
  TRY_ASSIGN(auto publication, plan_publication(seen, list.entries, policy));
  if (list.skipped > 0) {
    const bool is_one = list.skipped == 1;
    publication.warnings.push_back(
        {fmt::format("{} key{} below {} {} left alone: {}", list.skipped, is_one ? "" : "s",
                     policy.keys.start(), is_one ? "is" : "are", list.first_skipped)});
  }
  return publication;
}

Published publish(const LookAtServer& look, const PublicationPolicy& policy,
                  consul::KvClient& client, const Context& context) {
  Published published;
  std::vector<PublicationStep> done;
  std::string conflict;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    auto planned = compare(look, policy, client, context);
    if (!planned) {
      published.problem = planned.error();
      break;
    }
    published.publication = *std::move(planned);
    const auto applied = apply(published.publication.steps, client, context);
    const auto end =
        published.publication.steps.begin() + static_cast<std::ptrdiff_t>(applied.count);
    std::move(published.publication.steps.begin(), end, std::back_inserter(done));
    published.problem = applied.problem;
    conflict = applied.conflict;
    if (conflict.empty()) break;
    context.report.step(
        fmt::format("{} was written by another server; retrying", shortened(conflict, 100)));
  }
  published.publication.steps = std::move(done);
  if (!published.problem && !conflict.empty()) {
    published.problem = Error{
        ErrorCode::kUnavailable,
        fmt::format("the key {} was written by something else at the same time, {} times in a row",
                    shortened(conflict, 100), kMaxTries),
        "check that no other program writes keys below " + policy.keys.start()};
  }
  return published;
}

}  // namespace glusterconsul::admin
