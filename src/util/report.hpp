#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul {

/// "program: message", followed by "  hint: ..." on a separate line if there is a hint. Both go
/// through printable(), so foreign text cannot start a new line.
[[nodiscard]] std::string lines_of(std::string_view program, const Error& error);
[[nodiscard]] std::string lines_of(std::string_view start, const Warning& warning);

/// What the program reports on the error stream while it works: steps with their times if `-v` is
/// set, warnings always, and on a terminal what a long wait is for. Every text goes through
/// printable() and starts with the program's name. Not for the final error, which main prints.
class Report {
 public:
  enum class Verbosity { kQuiet, kSteps };
  enum class Screen { kFile, kTerminal };
  using Sink = std::function<void(std::string_view)>;

  /// `sink` receives whole lines (with their newline; a message and its hint in one call) and, on a
  /// terminal, the wait line. Times are relative to `start`.
  Report(std::string program, Verbosity verbosity, Screen screen, Sink sink,
         Clock::time_point start = Clock::now());

  /// Steps go to `sink` instead.
  void send_steps_to(Sink sink);

  /// "program: [ 0.012s] what", only with kSteps.
  void step(std::string_view what) const;
  /// "program: warning: message", and the hint below it as in lines_of().
  void warning(const Warning& warning) const;
  [[nodiscard]] bool is_on_terminal() const { return screen_ == Screen::kTerminal; }
  [[nodiscard]] bool shows_steps() const { return verbosity_ == Verbosity::kSteps; }

  /// Exists during a wait. With kSteps, `what` and the remaining seconds are a step after one
  /// second, and again every five. Otherwise, on a terminal, they are shown after one second, and
  /// again every second; the line is erased when the object is destroyed. Elsewhere it does
  /// nothing.
  class Wait {
   public:
    Wait();
    Wait(Wait&&) noexcept;
    Wait& operator=(Wait&&) noexcept;
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait();

   private:
    friend class Report;
    struct Ticker;
    std::unique_ptr<Ticker> ticker_;
  };
  /// The report must outlive the returned object.
  [[nodiscard]] Wait waiting(std::string_view what, Deadline until) const;

  /// A sink that writes to standard error, and whether that is a terminal.
  [[nodiscard]] static Sink standard_error();
  [[nodiscard]] static Screen standard_error_screen();

 private:
  std::string program_;
  Verbosity verbosity_;
  Screen screen_;
  Sink sink_;
  Sink step_sink_;  ///< empty: `sink_`
  Clock::time_point start_;
};

}  // namespace glusterconsul
