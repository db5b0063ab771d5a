#include "util/text.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../check.hpp"
#include "util/host.hpp"

using namespace glusterconsul;
using namespace glusterconsul::fuzz;

namespace {

/// Parses one word like a POSIX shell, with single quotes, and with backslashes outside them.
std::string read_by_a_shell(std::string_view word) {
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\'') {
      quoted = !quoted;
    } else if (!quoted && word[i] == '\\') {
      text += word.at(++i);
    } else {
      require(quoted || is_ascii_alnum(word[i]) ||
              std::string_view("%+,-./:=@_").find(word[i]) != std::string_view::npos);
      text += word[i];
    }
  }
  require(!quoted);
  return text;
}

void check_shown(std::string_view text) {
  const auto shown = printable(text, std::string_view::npos);
  require(is_harmless(shown));
  require(printable(shown, std::string_view::npos) == shown);
  const auto cut = printable(text, 10);
  require(cut.size() <= 13 && is_harmless(cut));
  const auto kept = shortened(text, 10);
  require(printable(kept, std::string_view::npos).size() <= 13);
  require(kept == text ||
          (kept.ends_with("...") && text.starts_with(kept.substr(0, kept.size() - 3))));
  require(read_by_a_shell(shell_quote(text)) == text);
}

void check_host(std::string_view text) {
  const auto host = Host::parse(text);
  if (!host) return require_sentence(host.error());
  require(Host::parse(host->text()) == *host);
  require(host->text().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.:") ==
          std::string::npos);
  require(host->text().front() != '-' && host->text().size() <= 253);
}

void check_duration(std::string_view text) {
  const auto span = parse_duration(text);
  if (!span) return require_sentence(span.error());
  require(span->count() >= 0);
  require(parse_duration(to_string(*span)) == *span);
}

}  // namespace

/// Foreign text: printable text contains no control characters and is not escaped twice.
/// Quoting for a shell, hosts and durations round-trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_shown(text);
  check_host(text);
  check_duration(text);
  static_cast<void>(nearest(text.substr(0, 64), {"consul-http-addr", "consul-via"}));
  return 0;
}
