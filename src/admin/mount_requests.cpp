#include "admin/mount_requests.hpp"

#include <sys/statfs.h>

#include <cerrno>
#include <utility>

#include "util/try.hpp"

namespace glusterconsul::admin {
namespace {

int ask_statfs(const std::string& target) {
  struct statfs answer = {};
  return ::statfs(target.c_str(), &answer) == 0 ? 0 : errno;
}

/// The exit status of a request, or that it has not ended. A request that something has killed
/// counts as one that has not ended.
Answer answer_of(const Result<ExitState>& ended) {
  if (!ended || !ended->status) return {};
  return {true, *ended->status};
}

}  // namespace

Result<MountRequests> MountRequests::start(const std::string& target) {
  TRY_ASSIGN(auto statfs, IsolatedCall::start([&] { return ask_statfs(target); }));
  auto graph = IsolatedCall::start([&] { return write_graph(target, IsolatedCall::kOutput); },
                                   IsolatedCall::Output::kCaptured);
  if (!graph) {
    statfs.abandon();
    return fail(graph.error());
  }
  return MountRequests(std::move(statfs), *std::move(graph));
}

MountRequests::~MountRequests() {
  statfs_.abandon();
  graph_.abandon();
}

Result<Observation> MountRequests::finish(const Context& context) {
  Observation seen;
  const auto statfs = statfs_.wait(context.deadline, context.cancel);
  const auto graph = graph_.wait(context.deadline, context.cancel);
  seen.statfs = answer_of(statfs);
  if (context.cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  if (graph && graph->success()) {
    const auto text = graph_.output(kMaxGraph);
    if (text) seen.graph = parse_graph(*text);
  }
  return seen;
}

}  // namespace glusterconsul::admin
