#include "util/report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>

#include "util/output.hpp"
#include "util/quiet_thread.hpp"
#include "util/text.hpp"

namespace glusterconsul {
namespace {

// ECMA-48: back to the first column, erase to the end of the line.
constexpr std::string_view kWipeLine = "\r\x1b[K";
constexpr std::chrono::seconds kTick{1};
/// The wait line is erased as one line, so it must not wrap at 80 columns.
constexpr std::size_t kMaxWaitWords = 28;
constexpr int kSecondsBetweenSteps = 5;

std::string lines(std::string_view start, std::string_view message, std::string_view hint) {
  auto text = fmt::format("{}: {}\n", start, printable(message, std::string_view::npos));
  if (!hint.empty()) text += fmt::format("  hint: {}\n", printable(hint, std::string_view::npos));
  return text;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

std::string lines_of(std::string_view program, const Error& error) {
  return lines(program, error.message, error.hint);
}

std::string lines_of(std::string_view start, const Warning& warning) {
  return lines(start, warning.message, warning.hint);
}

/// A thread that shows what a wait is for, so that the code that blocks does not have to.
struct Report::Wait::Ticker {
  /// Called after each second of the wait, with the number of seconds that are left.
  using Show = std::function<void(std::int64_t left)>;

  /// `end` is called at the end of a wait that was shown.
  Ticker(Show show, std::function<void()> end, Deadline until)
      : show_(std::move(show)), end_(std::move(end)), until_(until) {
    thread_ = quiet_thread([this] { run(); });
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    bool shown = false;
    while (!wake_.wait_for(lock, kTick, [this] { return done_; })) {
      const auto left = std::chrono::ceil<std::chrono::seconds>(until_.remaining());
      show_(left.count());
      shown = true;
    }
    if (shown) end_();
  }

  Show show_;
  std::function<void()> end_;
  Deadline until_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

Report::Wait::Wait() = default;
Report::Wait::Wait(Wait&&) noexcept = default;
Report::Wait& Report::Wait::operator=(Wait&&) noexcept = default;
Report::Wait::~Wait() = default;

Report::Report(std::string program, Verbosity verbosity, Screen screen, Sink sink,
               Clock::time_point start)
    : program_(std::move(program)),
      verbosity_(verbosity),
      screen_(screen),
      sink_(std::move(sink)),
      start_(start) {}

void Report::send_steps_to(Sink sink) {
  step_sink_ = std::move(sink);
}

void Report::step(std::string_view what) const {
  if (verbosity_ != Verbosity::kSteps) return;
  const auto& sink = step_sink_ ? step_sink_ : sink_;
  sink(fmt::format("{}: [{:6.3f}s] {}\n", program_, seconds_since(start_),
                   printable(what, std::string_view::npos)));
}

void Report::warning(const Warning& warning) const {
  sink_(lines(program_ + ": warning", warning.message, warning.hint));
}

Report::Wait Report::waiting(std::string_view what, Deadline until) const {
  Wait wait;
  if (verbosity_ == Verbosity::kSteps) {
    // Steps stay on the screen, so a long wait is not shown each second.
    wait.ticker_ = std::make_unique<Wait::Ticker>(
        [this, text = std::string(what), seconds = 0](std::int64_t left) mutable {
          if (seconds++ % kSecondsBetweenSteps != 0) return;
          step(fmt::format("waiting for {} (at most {} s)", text, left));
        },
        [] {}, until);
  } else if (screen_ == Screen::kTerminal) {
    wait.ticker_ = std::make_unique<Wait::Ticker>(
        [this, text = fmt::format("{}: waiting for {}", program_, printable(what, kMaxWaitWords))](
            std::int64_t left) {
          sink_(fmt::format("{}{} (at most {} s)", kWipeLine, text, left));
        },
        [this] { sink_(kWipeLine); }, until);
  }
  return wait;
}

Report::Sink Report::standard_error() {
  return [](std::string_view text) { write_message(text); };
}

Report::Screen Report::standard_error_screen() {
  return ::isatty(STDERR_FILENO) == 1 ? Screen::kTerminal : Screen::kFile;
}

}  // namespace glusterconsul
