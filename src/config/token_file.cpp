#include "config/token_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"

namespace glusterconsul::config {
namespace {

constexpr std::size_t kMaxTokenFile = 64UL * 1024;
constexpr std::size_t kMaxTokenLength = 4096;

bool is_token_character(char c) {
  return is_ascii_alnum(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTokenLength &&
         std::all_of(text.begin(), text.end(), is_token_character);
}

std::string why_no_token(std::string_view text) {
  const auto has = [&](std::string_view characters) {
    return text.find_first_of(characters) != std::string_view::npos;
  };
  if (text.size() > kMaxTokenLength) {
    return fmt::format("it has more than {} characters", kMaxTokenLength);
  }
  if (has(" \t")) return "it contains a blank";
  if (has("\"'")) return "it contains quotes";
  const bool is_ascii = std::all_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii) return "it contains a byte order mark or another character that is not ASCII";
  return "it contains characters other than letters, digits and -._~+/=";
}

Result<Secret> read_token_file(const std::string& path) {
  auto text = read_trusted_file(path, Readers::kGroup, kMaxTokenFile, Missing::kIsAnError);
  if (!text) return with_context(text.error(), "the token file");
  constexpr const char* kAdvice =
      "the first line must be the token alone: the SecretID that Consul printed for it";
  const auto token = trim(std::string_view(*text).substr(0, text->find('\n')));
  if (token.empty()) {
    return fail(ErrorCode::kUsage, fmt::format("the token file: {}: the first line is empty", path),
                kAdvice);
  }
  // The line is not shown: it may come from any of root's files.
  if (!is_token(token)) {
    return fail(ErrorCode::kUsage,
                fmt::format("the token file: {}: the first line is not a token: {}", path,
                            why_no_token(token)),
                kAdvice);
  }
  return Secret(std::string(token));
}

Result<void> load_token(Settings& settings) {
  if (!settings.http || settings.token_file.empty()) return {};
  TRY_ASSIGN(settings.http->token, read_token_file(settings.token_file));
  return {};
}

}  // namespace glusterconsul::config
