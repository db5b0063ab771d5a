#include "glusterconsul/check_words.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "mount/signals.hpp"
#include "util/endpoint.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr milliseconds kMinTimeout{100};
constexpr milliseconds kMaxTimeout = std::chrono::hours(1);
/// Of the timeout, what the start and the end of the process may take.
constexpr milliseconds kStartAndEnd{50};

}  // namespace

void add_check_words(CLI::App& check, CheckWords& words, const std::string& whom) {
  check.add_option("--address", words.address, whom)->type_name("HOST[:PORT]");
  check
      .add_option("--timeout", words.timeout, "the whole check ends within this time (default: 3s)")
      ->type_name("TIME");
}

Result<CheckQuestion> question_of(const CheckWords& words, Port default_port,
                                  const Report& report) {
  auto server = parse_endpoint(words.address, default_port);
  if (!server) {
    return with_context(server.error(), fmt::format("--address '{}'", shortened(words.address)));
  }
  const auto parsed = parse_duration(words.timeout);
  if (!parsed) return with_context(parsed.error(), "--timeout");
  const auto timeout = *parsed;
  if (timeout < kMinTimeout || timeout > kMaxTimeout) {
    return fail(ErrorCode::kUsage, fmt::format("--timeout {}: expected {} to {}", words.timeout,
                                               to_string(kMinTimeout), to_string(kMaxTimeout)));
  }
  return CheckQuestion{
      *std::move(server),
      {Deadline::after(timeout - kStartAndEnd), mount::cancel_on_signals(), report}};
}

}  // namespace glusterconsul
