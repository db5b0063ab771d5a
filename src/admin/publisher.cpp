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

std::vector<consul::KvChange> changes_of(const Publication& publication) {
  std::vector<consul::KvChange> changes;
  for (const auto& step : publication.steps) changes.push_back(step.change);
  return changes;
}

}  // namespace

Result<Publication> compare(const LookAtServer& look, const PublicationPolicy& policy,
                            consul::KvClient& client, const Context& context) {
  TRY_ASSIGN(const auto list, client.list(policy.keys.start(), context));
  TRY_ASSIGN(const auto seen, look(context));
  TRY_ASSIGN(auto publication, plan_publication(seen, list.entries, policy));
  if (list.skipped > 0) {
    publication.warnings.push_back(
        {fmt::format("{} below {} left alone: {}",
                     list.skipped == 1 ? "1 key is" : fmt::format("{} keys are", list.skipped),
                     policy.keys.start(), list.first_skipped)});
  }
  return publication;
}

Result<Publication> publish(const LookAtServer& look, const PublicationPolicy& policy,
                            consul::KvClient& client, const Context& context) {
  std::vector<PublicationStep> done;
  std::string conflict;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    TRY_ASSIGN(auto publication, compare(look, policy, client, context));
    const auto changes = changes_of(publication);
    std::size_t applied = 0;
    conflict.clear();
    for (const auto piece : consul::transactions(changes)) {
      TRY_ASSIGN(const auto conflicts, client.apply(piece, context));
      if (!conflicts.empty()) {
        conflict = conflicts.front();
        break;
      }
      applied += piece.size();
    }
    const auto end = publication.steps.begin() + static_cast<std::ptrdiff_t>(applied);
    done.insert(done.end(), std::make_move_iterator(publication.steps.begin()),
                std::make_move_iterator(end));
    if (conflict.empty()) {
      publication.steps = std::move(done);
      return publication;
    }
    context.report.step(
        fmt::format("{} was written by another server; retrying", shortened(conflict, 100)));
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("the key {} was written by something else at the same time, {} times in "
                          "a row",
                          shortened(conflict, 100), kMaxTries),
              "check that no other program writes keys below " + policy.keys.start());
}

}  // namespace glusterconsul::admin
