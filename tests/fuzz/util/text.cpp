#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "util/host.hpp"
#include "util/text.hpp"

using namespace glusterconsul;

/// Text from outside: what is shown holds no control character and does not
/// change when shown again; what parses as a host parses again to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto shown = printable(text, std::string_view::npos);
  for (const char c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
  }
  if (printable(shown, std::string_view::npos) != shown) std::abort();
  if (printable(text, 10).size() > 13) std::abort();
  if (const auto host = Host::parse(text)) {
    const auto again = Host::parse(host->text());
    if (!again || *again != *host || host->text().front() == '-') std::abort();
  }
  if (const auto span = parse_duration(text)) {
    if (span->count() < 0) std::abort();
  }
  static_cast<void>(nearest(text.substr(0, 64), {"consul-http-addr", "consul-via"}));
  return 0;
}
