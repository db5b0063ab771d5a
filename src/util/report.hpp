#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul {

/// "program: message", and if there is advice, "  hint: ..." on a line of its own. Both go through
/// printable(): no text from outside makes a line.
[[nodiscard]] std::string lines_of(std::string_view program, const Error& error);
[[nodiscard]] std::string lines_of(std::string_view start, const Warning& warning);

/// What the program reports while it works, on the error stream: steps with their time under `-v`,
/// warnings always, and at a terminal what a long wait is for. Every text goes through printable()
/// and starts with the program's name. Not for the final error: that is main's.
class Report {
 public:
  enum class Verbosity { kQuiet, kSteps };
  enum class Screen { kFile, kTerminal };
  using Sink = std::function<void(std::string_view)>;

  /// `sink` takes whole lines (with their newline; a message and its hint at once) and, at a
  /// terminal, the wait line. Times are counted from `start`.
  Report(std::string program, Verbosity verbosity, Screen screen, Sink sink,
         Clock::time_point start = Clock::now());

  /// "program: [ 0.012s] what", with kSteps only.
  void step(std::string_view what) const;
  /// "program: warning: message", and the hint below it as in lines_of().
  void warning(const Warning& warning) const;
  [[nodiscard]] bool shows_steps() const { return verbosity_ == Verbosity::kSteps; }

  /// Held while something is waited for. At a terminal, after one second, and
  /// each second from then on, it shows `what` and the seconds left; the line is
  /// wiped when the object goes. Elsewhere it does nothing.
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

  /// A sink that writes to standard error, and the screen that it is.
  [[nodiscard]] static Sink standard_error();
  [[nodiscard]] static Screen standard_error_screen();

 private:
  std::string program_;
  Verbosity verbosity_;
  Screen screen_;
  Sink sink_;
  Clock::time_point start_;
};

}  // namespace glusterconsul
