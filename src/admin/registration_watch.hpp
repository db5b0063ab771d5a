#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "admin/registration.hpp"
#include "admin/shown_result.hpp"
#include "consul/agent_client.hpp"
#include "util/deadline.hpp"
#include "util/warning.hpp"

namespace glusterconsul::admin {

/// What a look leads to, in the order in which it is to be done.
struct Turn {
  struct Update {
    std::string id;  ///< of the instance
    CheckResult result;
  };
  std::vector<consul::ServiceRegistration>
      add;  ///< in full: new ones, those that differ, and each once
  std::vector<Update> update;
  std::vector<std::string> remove;
  std::vector<Warning> warnings;     ///< the same in every turn while their cause lasts
  std::vector<std::string> changes;  ///< of the status that the checks show, for people
};

/// Decides after each look what the agent must be sent: each instance once, then only differences,
/// and a result only if the agent shows another one, or its TTL must start anew. Each is sent once
/// since the agent updates the catalog with the token that registered it, which may no longer be
/// valid (docs/facts.md, "Agent's own services"). Remembers the instances, which a restarted
/// agent may have lost, and what their checks show.
class RegistrationWatch {
 public:
  enum class Looks {
    kRepeated,  ///< a check becomes worse only after two looks (shown_result.hpp); at the first
                ///< look, what the agent shows counts as the previous result
    kOnce,      ///< what was seen is shown, since no second look confirms it
  };
  explicit RegistrationWatch(RegistrationSettings settings, Looks looks = Looks::kRepeated);

  /// The next turn, after a look and the state that the agent had then.
  [[nodiscard]] Turn turn(const Look& look, const consul::AgentState& agent, Clock::time_point now);

  /// This instance was registered.
  void registered(const std::string& id) { registered_.insert(id); }

  /// The token is another one: every instance is registered again.
  void token_changed() { registered_.clear(); }

  /// The result of this instance was sent.
  void updated(const std::string& id, Clock::time_point now);

  /// The instances of ours, and what their checks show, after the last turn.
  struct Shown {
    std::string id;
    CheckResult result;
  };
  [[nodiscard]] std::vector<Shown> shown() const;

 private:
  struct Instance {
    ShownResult shown = {};
    std::optional<Clock::time_point> updated = {};
  };
  [[nodiscard]] std::vector<consul::AgentService> known(const consul::AgentState& agent) const;
  /// Takes over what is to be shown. Returns the text of a changed status.
  std::optional<std::string> show(const WantedInstance& wanted, const consul::AgentState& agent,
                                  Clock::time_point now);
  [[nodiscard]] bool needs_update(const std::string& id, const consul::AgentState& agent,
                                  Clock::time_point now) const;

  RegistrationSettings settings_;
  Looks looks_;
  std::vector<consul::AgentService> wanted_;  ///< of the last complete look
  std::map<std::string, Instance> instances_;
  std::set<std::string> registered_;  ///< the IDs, with the present token
};

}  // namespace glusterconsul::admin
