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
#include "glusterconsul/journal.hpp"
#include "glusterconsul/publish_loop.hpp"
#include "mount/signals.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

enum class Wake { kLook, kReload, kEnd };

/// Waits for the next look, and feeds the watchdog: once at least, since a look may take longer
/// than the interval.
Wake wait_for_look(const Deadline& next, const Cancel& cancel, int hangup,
                   const ServiceNotify& notify) {
  notify.send("WATCHDOG=1");
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

/// What the loop does, read again after SIGHUP.
struct Tasks {
  RegistrationTask registration;
  std::optional<PublicationTask> publication;
};

Result<Tasks> tasks_of(const RegistrationWords& words, const Report& report) {
  TRY_ASSIGN(auto registration, registration_task(words, report));
  TRY_ASSIGN(auto publication, publication_of(words, report));
  return Tasks{std::move(registration), std::move(publication)};
}

class Loop {
 public:
  Loop(Tasks tasks, const ServiceNotify& notify, const Report& report)
      : task_(std::move(tasks.registration)),
        watch_(task_.settings),
        notify_(notify),
        report_(report) {
    if (tasks.publication) publish_loop_.emplace(*std::move(tasks.publication), report);
  }

  /// Looks, registers and publishes. kInterrupted ends the loop.
  Result<void> look(const Context& context) {
    const auto step = task_.place.step;
    auto outcome = admin::look_and_register(task_.place, watch_, context.sooner(4 * step));
    if (!outcome && outcome.error().code == ErrorCode::kInterrupted) return fail(outcome.error());
    if (!outcome) outcome = admin::LookOutcome{.turn = std::nullopt, .problem = outcome.error()};
    report(*outcome);
    if (publish_loop_) publish_loop_->publish(context.sooner(2 * step));
    send_status(outcome->problem);
    return {};
  }

  void replace(Tasks tasks) {
    auto& task = tasks.registration;
    const bool has_same_token = task.place.agent.token.reveal() == task_.place.agent.token.reveal();
    if (!has_same_token) watch_.token_changed();
    task_.place = std::move(task.place);
    if (tasks.publication && publish_loop_) publish_loop_->replace(*std::move(tasks.publication));
  }

  [[nodiscard]] milliseconds interval() const { return task_.settings.interval; }
  /// The maximum time of a look.
  [[nodiscard]] milliseconds limit() const { return (publish_loop_ ? 6 : 4) * task_.place.step; }

 private:
  void report(const admin::LookOutcome& outcome) {
    if (outcome.turn) {
      for (const auto& warning : once_.fresh(outcome.turn->warnings)) report_.warning(warning);
    }
    const auto news = once_.news(outcome.problem);
    if (news.problem) report_.warning(*news.problem);
    if (news.is_over) note(fmt::format("registering with {} works again", where()));
    if (!outcome.turn) return;
    if (!outcome.problem) {
      for (const auto& added : outcome.turn->add) {
        note(fmt::format("registered {}", added.service.id));
      }
      for (const auto& id : outcome.turn->remove) note(fmt::format("removed {}", id));
    }
    for (const auto& change : outcome.turn->changes) note(change);
  }

  void send_status(const std::optional<Error>& problem) {
    auto status = problem ? problem->message : summary(watch_.shown());
    if (publish_loop_ && publish_loop_->problem()) {
      status += "; publishing: " + publish_loop_->problem()->message;
    }
    if (status != status_) notify_.send_status(status_ = std::move(status));
  }
  [[nodiscard]] std::string where() const { return consul::where_of(task_.place.agent); }

  RegistrationTask task_;
  admin::RegistrationWatch watch_;
  admin::ReportedOnce once_;
  std::optional<PublishLoop> publish_loop_;
  const ServiceNotify& notify_;
  const Report& report_;
  std::string status_;  ///< that the service manager shows
};

}  // namespace

Result<Outcome> watch_loop(const RegistrationWords& words, const ServiceNotify& notify,
                           const Report& report) {
  TRY_ASSIGN(auto tasks, tasks_of(words, report));
  const auto& cancel = mount::cancel_on_signals();
  const int hangup = mount::wake_on_hangup();
  Loop loop(std::move(tasks), notify, report);
  bool is_ready = false;
  for (;;) {
    const auto next = Deadline::after(loop.interval());
    const auto looked = loop.look({Deadline::after(loop.limit()), cancel, report});
    if (!looked) break;
    // Ready even if Consul or glusterd is not: a machine that is booting must not wait for them.
    if (!std::exchange(is_ready, true)) notify.send("READY=1");
    const auto wake = wait_for_look(next, cancel, hangup, notify);
    if (wake == Wake::kEnd) break;
    if (wake != Wake::kReload) continue;
    auto reloaded = tasks_of(words, report);
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
