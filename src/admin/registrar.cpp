#include "admin/registrar.hpp"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "admin/checks.hpp"
#include "util/try.hpp"

namespace glusterconsul::admin {
namespace {

Result<LookOutcome> failed(Error error) {
  if (error.code == ErrorCode::kInterrupted) return fail(std::move(error));
  return LookOutcome{.turn = std::nullopt, .problem = std::move(error)};
}

}  // namespace

bool is_about_one_request(const Error& error) {
  return error.code == ErrorCode::kRejected || error.code == ErrorCode::kDenied ||
         error.code == ErrorCode::kBadReply;
}

Result<Look> look_at_gluster(const Endpoint& glusterd, milliseconds step, const Context& context) {
  Look look;
  TRY_ASSIGN(look.server, look_at_server(glusterd, context.sooner(step)));
  std::vector<gluster::VolumeName> names;
  for (const auto& volume : look.server.volumes) {
    if (auto name = gluster::VolumeName::parse(volume.name)) names.push_back(*std::move(name));
  }
  // The states are parallel to the volumes only if each has a name; glusterd's list has no others.
  if (names.empty() || names.size() != look.server.volumes.size()) return look;
  TRY_ASSIGN(look.volumes, look_at_volumes(glusterd, names, context.sooner(step)));
  return look;
}

Result<void> carry_out(const Turn& turn, consul::AgentClient& agent, RegistrationWatch& watch,
                       const Context& context) {
  std::optional<Error> first;
  const auto goes_on = [&](const Result<void>& done) {
    if (done) return true;
    if (!first) first = done.error();
    return is_about_one_request(done.error());
  };
  for (const auto& registration : turn.add) {
    const auto done = agent.add(registration, context);
    if (done) watch.registered(registration.service.id);
    if (!goes_on(done)) return fail(*first);
  }
  for (const auto& update : turn.update) {
    auto done = agent.update(consul::check_id_of(update.id), status_name(update.result.status),
                             update.result.output, context);
    if (done) watch.updated(update.id, Clock::now());
    if (!done && done.error().code == ErrorCode::kUnknown) continue;
    if (!goes_on(done)) return fail(*first);
  }
  for (const auto& id : turn.remove) {
    if (!goes_on(agent.remove(id, context))) return fail(*first);
  }
  if (first) return fail(*first);
  return {};
}

Result<LookOutcome> look_and_register(const RegistrationPlace& place, RegistrationWatch& watch,
                                      const Context& context) {
  TRY_ASSIGN(const auto look, look_at_gluster(place.glusterd, place.step, context));
  const auto in_time = context.sooner(place.step);
  auto agent = consul::AgentClient::open(place.agent);
  if (!agent) return failed(agent.error());
  const auto state = agent->state(in_time);
  if (!state) return failed(state.error());
  LookOutcome outcome{.turn = watch.turn(look, *state, Clock::now())};
  const auto done = carry_out(*outcome.turn, *agent, watch, in_time);
  if (!done && done.error().code == ErrorCode::kInterrupted) return fail(done.error());
  if (!done) outcome.problem = done.error();
  return outcome;
}

}  // namespace glusterconsul::admin
