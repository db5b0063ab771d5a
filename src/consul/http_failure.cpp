#include "consul/http_failure.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

#include "consul/tls_failure.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {
namespace {

/// Whether one of our own files cannot be used: libcurl uses other codes if it is the peer's
/// certificate, or if the peer rejects ours.
bool is_about_local_file(CURLcode code) {
  return code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_CRL_BADFILE;
}

/// "2026-11-27 04:20:11 UTC"
std::string in_utc(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  std::array<char, 64> text{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "an invalid time";
  return {text.data(), std::strftime(text.data(), text.size(), "%F %T UTC", &parts)};
}

Error explain_certificate(const HttpFailure& failure, const std::string& where,
                          std::chrono::system_clock::time_point now) {
  const auto words =
      shortened(failure.words.empty() ? ::curl_easy_strerror(failure.code) : failure.words);
  // These texts are from OpenSSL's X509_verify_cert_error_string(3).
  const bool is_too_early = words.find("not yet valid") != std::string::npos;
  if (!is_too_early && words.find("has expired") == std::string::npos) {
    const auto cause = explain_tls(words, failure.client);
    return {ErrorCode::kUntrusted,
            cause.message.empty() ? fmt::format("TLS with {} failed: {}", where, words)
                                  : describe_tls(cause, where, words),
            std::string(cause.hint)};
  }
  Error error{ErrorCode::kUntrusted,
              fmt::format("the certificate of {} {}; this machine's clock shows {}", where,
                          is_too_early ? "is not yet valid" : "has expired", in_utc(now))};
  error.hint = is_too_early ? "if that is wrong, check time synchronization: timedatectl"
                            : "renew the certificate, or correct this machine's clock";
  error.transient = is_too_early;
  return error;
}

}  // namespace

bool is_certificate_problem(CURLcode code, std::string_view words) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
#if LIBCURL_VERSION_NUM >= 0x074D00  // older: CURLE_RECV_ERROR with "alert" in `words`
    case CURLE_SSL_CLIENTCERT:
#endif
    case CURLE_USE_SSL_FAILED:
      return true;
    case CURLE_SSL_CONNECT_ERROR:
      // A connection that breaks during the handshake says nothing about certificates.
      return words.find("SYSCALL") == std::string_view::npos &&
             words.find("reset") == std::string_view::npos &&
             words.find("unexpected eof") == std::string_view::npos;
    case CURLE_RECV_ERROR:
      // TLS 1.3: the refusal of our certificate arrives after the handshake.
      return words.find("alert") != std::string_view::npos;
    default:
      return false;
  }
}

bool may_be_a_lost_refusal(CURL* easy, CURLcode code) {
  curl_off_t handshake_done = 0;  // in microseconds; 0 if there was no handshake
  ::curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &handshake_done);
  const bool is_broken =
      code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING;
  return handshake_done > 0 && is_broken;
}

bool is_about_tls_version(std::string_view words) {
  return words.find("protocol version") != std::string_view::npos ||
         words.find("unsupported protocol") != std::string_view::npos ||
         words.find("no protocols available") != std::string_view::npos;
}

Error explain_failure(const HttpFailure& failure, const std::string& where,
                      std::chrono::system_clock::time_point now) {
  const auto& [code, words, os_error, client] = failure;
  const auto curls_words = shortened(words.empty() ? ::curl_easy_strerror(code) : words);
  if (is_about_local_file(code)) {
    const auto cause = explain_tls(curls_words, client);
    return {ErrorCode::kUnreadable,
            cause.message.empty()
                ? fmt::format("TLS with {} cannot be set up: {}", where, curls_words)
                : describe_tls(cause, where, curls_words),
            std::string(cause.hint)};
  }
  if (is_certificate_problem(code, words)) return explain_certificate(failure, where, now);
  switch (code) {
    case CURLE_COULDNT_CONNECT: {
      const auto why = os_error != 0 ? errno_text(static_cast<int>(os_error)) : curls_words;
      return {ErrorCode::kUnreachable, fmt::format("{} does not respond: {}", where, why),
              kCheckAgent};
    }
    case CURLE_COULDNT_RESOLVE_HOST:
      return {ErrorCode::kUnreachable,
              fmt::format("the host name of {} cannot be resolved: {}", where, curls_words),
              "correct consul-http-addr=, or add the name to /etc/hosts or DNS"};
    case CURLE_SSL_CONNECT_ERROR:
      return {ErrorCode::kUnreachable,
              fmt::format("{} closed the connection during the TLS handshake: {}", where,
                          trim(curls_words)),
              "check that consul-http-addr= is the HTTPS port of Consul, usually 8501"};
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::kTimedOut, fmt::format("{} does not respond: {}", where, curls_words)};
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_WRITE_ERROR:
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
      return {ErrorCode::kBadReply, fmt::format("{} sent a reply larger than the limit", where),
              "if the service has thousands of instances, select fewer with consul-tag="};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return {ErrorCode::kBadReply,
              fmt::format("{} sent an invalid HTTP response: {}", where, curls_words)};
    case CURLE_OUT_OF_MEMORY:
      // libcurl before 8.6 also reports this if a single header is too long for it.
      return {ErrorCode::kBadReply,
              fmt::format("{} sent a reply larger than the limit, or this machine is out of memory",
                          where)};
    default:
      return {ErrorCode::kUnreachable, fmt::format("{} does not respond: {}", where, curls_words)};
  }
}

}  // namespace glusterconsul::consul
