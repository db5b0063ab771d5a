#pragma once

#include <span>
#include <string_view>

#include "util/error.hpp"

namespace glusterconsul::config {

struct Draft;

/// A group of options: a subsection of OPTIONS in the manual.
struct OptionSection {
  std::string_view title;
  std::string_view manual = "";  ///< what its options have in common, in mdoc(7); may be empty
};

/// Everything that is specified about one `consul-` option, here and nowhere else. The manual
/// pages, the example conf file, the completion and `--help` are generated from it
/// (documentation.hpp).
struct OptionRow {
  std::string_view name;
  const OptionSection* section;
  /// Literal words and, in upper case, placeholders for values: "DURATION|off". FILE and DIRECTORY
  /// are absolute paths.
  std::string_view syntax;
  std::string_view fallback = "";  ///< the default, as `-o` accepts it; empty: none
  std::string_view variable = "";  ///< the environment variable; empty: none
  std::string_view help;           ///< one line, without a full stop
  std::string_view examples = "";  ///< further values for the completion, separated by commas
  Result<void> (*apply)(Draft&, std::string_view value);
  std::string_view manual;  ///< in mdoc(7); without the default
};

/// All options, in the order of the manual.
[[nodiscard]] std::span<const OptionRow> option_table();

/// nullptr if there is no such option.
[[nodiscard]] const OptionRow* find_option(std::string_view name);

/// The names of options that matter for more than their own value.
namespace option_name {
inline constexpr std::string_view kHttpAddress = "consul-http-addr";
inline constexpr std::string_view kDnsAddr = "consul-dns-addr";
inline constexpr std::string_view kDomain = "consul-domain";
inline constexpr std::string_view kTag = "consul-tag";
inline constexpr std::string_view kAllow = "consul-allow";
inline constexpr std::string_view kTokenFile = "consul-token-file";
inline constexpr std::string_view kCaCert = "consul-ca-cert";
inline constexpr std::string_view kCaPath = "consul-ca-path";
inline constexpr std::string_view kClientKey = "consul-client-key";
inline constexpr std::string_view kServerName = "consul-tls-server-name";
inline constexpr std::string_view kVerify = "consul-ssl-verify";
inline constexpr std::string_view kVerbose = "consul-verbose";
inline constexpr std::string_view kLog = "consul-log";
}  // namespace option_name

}  // namespace glusterconsul::config
