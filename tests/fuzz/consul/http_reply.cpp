#include "consul/http_reply.hpp"

#include <cstddef>
#include <cstdint>

#include "check.hpp"
#include "util/text.hpp"

using namespace glusterconsul;
using namespace glusterconsul::consul;

namespace {

/// Passes the status line and the headers one line at a time, as curl does. The rest is the body.
HttpReply reply_of(std::string_view text) {
  HttpReply reply;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (trim(line).empty()) break;
    if (line.starts_with("HTTP/1.1 ")) {
      reply.status = static_cast<long>(parse_number(line.substr(9, 3), 0, 999).value_or(0));
    }
    take_header(reply.headers, line);
  }
  reply.body = text;
  return reply;
}

}  // namespace

/// Headers and bodies of error replies: a status other than 200 gives an error whose message
/// names the server, and a Retry-After delay is at most a day.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'000)};
  constexpr std::chrono::hours kDay{24};
  const auto reply = reply_of({reinterpret_cast<const char*>(data), size});
  require(reply.headers.retry_after.size() <= 100);
  if (const auto age = reply.headers.last_contact) require(age->count() >= 0);
  const auto wait = parse_retry_after(reply.headers.retry_after, now);
  if (wait) require(wait->count() >= 0 && *wait <= kDay);
  const auto error = judge_status(reply, {"Consul at 127.0.0.1:8500", size % 2 == 0}, now);
  require(error.has_value() == (reply.status != 200));
  if (!error) return 0;
  require_sentence(*error);
  require(error->message.starts_with("Consul at 127.0.0.1:8500 "));
  require(error->message.size() < 1000);
  if (error->retry_after) require(error->retry_after == wait);
  return 0;
}
