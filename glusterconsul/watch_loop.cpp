#include "glusterconsul/watch_loop.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "admin/registrar.hpp"
#include "admin/reported_once.hpp"
#include "consul/http_address.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

enum class Wake { kLook, kReload, kEnd };

/// Waits for the next look, and feeds the watchdog meanwhile.
Wake wait_for_look(const Deadline& next, const Cancel& cancel, int hangup,
                   const ServiceNotify& notify) {
  for (;;) {
    if (cancel.requested()) return Wake::kEnd;
    if (eventfd_t count = 0; ::eventfd_read(hangup, &count) == 0) return Wake::kReload;
    if (next.expired()) return Wake::kLook;
    const auto interval = notify.watchdog_interval();
    const auto until = interval ? next.sooner(*interval) : next;
    std::array<pollfd, 2> fds = {{{cancel.fd(), POLLIN, 0}, {hangup, POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), until.poll_timeout());
    notify.send("WATCHDOG=1");
  }
}

/// For the journal.
void note(const std::string& text) {
  Report::standard_error()(lines_of("glusterconsul", Warning{text}));
}

/// "3 instances: 2 passing, 1 critical".
std::string summary(const std::vector<admin::RegistrationWatch::Shown>& all) {
  auto text = count_of(all.size(), "instance");
  const char* separator = ": ";
  for (const auto status : {admin::CheckStatus::kPassing, admin::CheckStatus::kWarning,
                            admin::CheckStatus::kCritical}) {
    const auto count = std::count_if(
        all.begin(), all.end(), [&](const auto& shown) { return shown.result.status == status; });
    if (count == 0) continue;
    text += fmt::format("{}{} {}", std::exchange(separator, ", "), count, status_name(status));
  }
  return text;
}

class Loop {
 public:
  Loop(RegistrationTask task, const ServiceNotify& notify, const Report& report)
      : task_(std::move(task)), watch_(task_.settings), notify_(notify), report_(report) {}

  /// kInterrupted ends the loop.
  Result<void> look(const Context& context) {
    auto outcome = admin::look_and_register(task_.place, watch_, context);
    if (!outcome && outcome.error().code == ErrorCode::kInterrupted) return fail(outcome.error());
    if (!outcome) outcome = admin::LookOutcome{.turn = {}, .problem = outcome.error()};
    report(*outcome);
    return {};
  }

  void replace(RegistrationTask task) {
    const bool has_same_token = task.place.agent.token.reveal() == task_.place.agent.token.reveal();
    if (!has_same_token) watch_.token_changed();
    task_.place = std::move(task.place);
  }

  [[nodiscard]] milliseconds interval() const { return task_.settings.interval; }

 private:
  void report(const admin::LookOutcome& outcome) {
    for (const auto& warning : once_.fresh(outcome.turn.warnings)) report_.warning(warning);
    const auto news = once_.news(outcome.problem);
    if (news.problem) report_.warning(*news.problem);
    if (news.is_over) note(fmt::format("registering with {} works again", where()));
    if (!outcome.problem) {
      for (const auto& added : outcome.turn.add) {
        note(fmt::format("registered {}", added.service.id));
      }
      for (const auto& id : outcome.turn.remove) note(fmt::format("removed {}", id));
    }
    for (const auto& change : outcome.turn.changes) note(change);
    auto status = outcome.problem ? outcome.problem->message : summary(watch_.shown());
    if (status != status_) notify_.send_status(status_ = std::move(status));
  }
  [[nodiscard]] std::string where() const { return consul::where_of(task_.place.agent); }

  RegistrationTask task_;
  admin::RegistrationWatch watch_;
  admin::ReportedOnce once_;
  const ServiceNotify& notify_;
  const Report& report_;
  std::string status_;  ///< that the service manager shows
};

}  // namespace

Result<Outcome> watch_loop(const RegistrationWords& words, const ServiceNotify& notify,
                           const Report& report) {
  TRY_ASSIGN(auto task, registration_task(words, report));
  const auto max_look = 4 * task.place.step;
  const auto& cancel = mount::cancel_on_signals();
  const int hangup = mount::wake_on_hangup();
  Loop loop(std::move(task), notify, report);
  bool is_ready = false;
  for (;;) {
    const auto next = Deadline::after(loop.interval());
    const auto looked = loop.look({Deadline::after(max_look), cancel, report});
    if (!looked) break;
    // Ready even if Consul or glusterd is not: a machine that boots must not wait for them.
    if (!std::exchange(is_ready, true)) notify.send("READY=1");
    const auto wake = wait_for_look(next, cancel, hangup, notify);
    if (wake == Wake::kEnd) break;
    if (wake != Wake::kReload) continue;
    auto reloaded = registration_task(words, report);
    if (reloaded) {
      loop.replace(*std::move(reloaded));
    } else {
      report.warning({fmt::format("the settings stay as they were: {}", reloaded.error().message),
                      reloaded.error().hint});
    }
  }
  notify.send("STOPPING=1");
  return Outcome{};
}

}  // namespace glusterconsul
