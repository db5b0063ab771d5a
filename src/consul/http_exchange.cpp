#include "consul/http_exchange.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "consul/agent_trust.hpp"
#include "consul/channel.hpp"
#include "consul/curl_handle.hpp"
#include "consul/http_address.hpp"
#include "consul/http_failure.hpp"
#include "consul/left_lookups.hpp"
#include "consul/peer_check.hpp"
#include "consul/tls_files.hpp"
#include "util/proc_file.hpp"
#include "util/text.hpp"
#include "util/trusted_file.hpp"
#include "util/try.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul::consul {
namespace {

constexpr std::size_t kMaxBody = 20UL * 1024 * 1024;
constexpr std::size_t kMaxHeaders = 64UL * 1024;
constexpr long kMinTls = CURL_SSLVERSION_TLSv1_2;

/// A reply while it is being received.
struct Incoming {
  HttpReply reply;
  std::size_t header_bytes = 0;
};

// libcurl calls these through C, which exceptions must not cross: if there is no memory for a
// bounded reply, the program terminates (noexcept). Returning 0 aborts the transfer.
std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) noexcept {
  auto& incoming = *static_cast<Incoming*>(user);
  const std::size_t bytes = size * count;
  if (bytes > kMaxBody - incoming.reply.body.size()) return 0;
  incoming.reply.body.append(data, bytes);
  return bytes;
}

std::size_t take_header_line(char* data, std::size_t size, std::size_t count, void* user) noexcept {
  auto& incoming = *static_cast<Incoming*>(user);
  const std::size_t bytes = size * count;
  incoming.header_bytes += bytes;
  if (incoming.header_bytes > kMaxHeaders) return 0;
  take_header(incoming.reply.headers, {data, bytes});
  return bytes;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

void set_what_is_allowed(CurlOptions& options) {
#if LIBCURL_VERSION_NUM >= 0x075500
  options.set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  options.set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  options.set(CURLOPT_FOLLOWLOCATION, 0L);
  options.set(CURLOPT_PROXY, "");  // the *_proxy variables are ignored
  options.set(CURLOPT_NOPROXY, "*");
  options.set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  options.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  options.set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(kMaxBody));
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_PATH_AS_IS, 1L);
  options.set(CURLOPT_USERAGENT, "glusterconsul/" GLUSTERCONSUL_VERSION);
#if LIBCURL_VERSION_NUM >= 0x075700
  options.set(CURLOPT_QUICK_EXIT, 1L);  // older versions: leave_resolver()
#endif
}

void set_tls(CurlOptions& options, const HttpSettings& settings, const TlsFiles& files) {
  options.set(CURLOPT_SSL_VERIFYPEER, settings.verify ? 1L : 0L);
  options.set(CURLOPT_SSL_VERIFYHOST, settings.verify ? 2L : 0L);
  options.set(CURLOPT_SSLVERSION, kMinTls);
  if (settings.verify && (!settings.ca_cert.empty() || !settings.ca_path.empty())) {
    // Trust only what is set, not libcurl's built-in locations. libcurl copies the strings.
    const auto authorities = files.ca_cert.link();
    options.set(CURLOPT_CAINFO, authorities.empty() ? nullptr : authorities.c_str());
    options.set(CURLOPT_CAPATH, settings.ca_path.empty() ? nullptr : settings.ca_path.c_str());
  }
  options.set_text(CURLOPT_SSLCERT, files.client_cert.link());
  options.set_text(CURLOPT_SSLKEY, files.client_key.link());
  options.set(CURLOPT_KEYPASSWD, "");  // otherwise OpenSSL would prompt on the terminal and wait
}

bool is_https(const HttpSettings& settings) {
  return settings.scheme == HttpSettings::Scheme::kHttps;
}

/// Whether the name in the certificate is set: it may differ from the address.
bool has_own_server_name(const HttpSettings& settings) {
  return is_https(settings) && !settings.tls_server_name.empty();
}

std::string url_base(const HttpSettings& settings) {
  const auto authority =
      has_own_server_name(settings) ? settings.tls_server_name : authority_of(settings);
  return fmt::format("{}://{}{}", is_https(settings) ? "https" : "http", authority,
                     settings.path_prefix);
}

}  // namespace

struct HttpExchange::Handles {
  std::string where;
  std::string base;
  TlsFiles files;
  std::array<char, CURL_ERROR_SIZE> words{};  // `easy` refers to it and to the lists
  CurlList headers;
  CurlList connect_to;
  std::optional<PeerCheck> peer_check;  ///< unless TLS authenticates Consul
  CurlEasy easy;
  CurlMulti multi;
  std::string socket_path;  ///< of a Unix socket; empty: TCP
  std::string agent_user;
  UniqueFd pinned_socket;            ///< opened from socket_path in the first exchange
  bool refusal_may_be_lost = false;  ///< set by the last exchange_once()

  [[nodiscard]] bool add_lists(const HttpSettings& settings);
  [[nodiscard]] CURLcode configure(const HttpSettings& settings);
  [[nodiscard]] Result<void> pin_socket();
  [[nodiscard]] Result<HttpReply> run(const Deadline& deadline, const Cancel& cancel);
  [[nodiscard]] Result<HttpReply> exchange_once(const Deadline& deadline, const Cancel& cancel);
  void leave_resolver(Added& added);
};

bool HttpExchange::Handles::add_lists(const HttpSettings& settings) {
  bool whole = append(headers, "Accept: application/json");
  if (!settings.token.empty()) {
    whole = whole && append(headers, "X-Consul-Token: " + settings.token.reveal());
  }
  if (has_own_server_name(settings)) {
    whole = whole && append(connect_to, "::" + authority_of(settings)) &&
            append(headers, "Host: " + authority_of(settings));
  }
  return whole;
}

CURLcode HttpExchange::Handles::configure(const HttpSettings& settings) {
  CurlOptions options(easy.get());
  set_what_is_allowed(options);
  set_tls(options, settings, files);
  options.set(CURLOPT_ERRORBUFFER, words.data());
  options.set(CURLOPT_HTTPHEADER, headers.get());
  options.set(CURLOPT_WRITEFUNCTION, &take_body);
  options.set(CURLOPT_HEADERFUNCTION, &take_header_line);
  if (connect_to) options.set(CURLOPT_CONNECT_TO, connect_to.get());
  if (channel_of(settings) != Channel::kHttps) {
    peer_check.emplace(where, settings.agent_user);
    options.set(CURLOPT_OPENSOCKETFUNCTION, &PeerCheck::open_socket);
    options.set(CURLOPT_OPENSOCKETDATA, &*peer_check);
    options.set(CURLOPT_SOCKOPTFUNCTION, &PeerCheck::set_socket_options);
    options.set(CURLOPT_SOCKOPTDATA, &*peer_check);
  }
  if (!settings.basic_auth.empty()) {
    options.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    options.set(CURLOPT_USERPWD, settings.basic_auth.reveal().c_str());
  }
  return options.code();
}

Result<void> HttpExchange::Handles::pin_socket() {
  if (socket_path.empty() || pinned_socket) return {};
  TRY_ASSIGN(const auto user, find_agent_user(agent_user));
  auto opened = open_socket_path(
      socket_path, [&](uid_t owner) { return is_trusted_user(owner, user, identified_caller()); });
  if (!opened && opened.error().code == ErrorCode::kUnreachable) {
    return fail(ErrorCode::kUnreachable,
                fmt::format("{} does not respond: {}", where, opened.error().message), kCheckAgent);
  }
  if (!opened) return with_context(opened.error(), where);
  pinned_socket = *std::move(opened);
  // libcurl copies the string.
  const auto path = proc_path(fmt::format("self/fd/{}", pinned_socket.get()));
  ::curl_easy_setopt(easy.get(), CURLOPT_UNIX_SOCKET_PATH, path.c_str());
  return {};
}

/// If a refusal may have been lost, retries at once, because a refusal is permanent, and a
/// broken connection would be retried for as long as `consul-retry`: first with TLS 1.2, which
/// reports a refusal within the handshake, and if the server does not support that, a few more
/// times with TLS 1.3.
Result<HttpReply> HttpExchange::Handles::run(const Deadline& deadline, const Cancel& cancel) {
  TRY(pin_socket());
  auto reply = exchange_once(deadline, cancel);
  if (!refusal_may_be_lost) return reply;
  constexpr long kOnly12 = kMinTls | (kMinTls << 16);  // as CURL_SSLVERSION_MAX_TLSv1_2
  ::curl_easy_setopt(easy.get(), CURLOPT_SSLVERSION, kOnly12);
  reply = exchange_once(deadline, cancel);
  ::curl_easy_setopt(easy.get(), CURLOPT_SSLVERSION, kMinTls);
  if (reply || !is_about_tls_version({words.data()})) return reply;
  constexpr int kMaxTries = 3;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    reply = exchange_once(deadline, cancel);
    if (!refusal_may_be_lost) break;
  }
  return reply;
}

Result<HttpReply> HttpExchange::Handles::exchange_once(const Deadline& deadline,
                                                       const Cancel& cancel) {
  const auto interrupted_error = [&] {
    return fail(ErrorCode::kInterrupted, fmt::format("interrupted while querying {}", where));
  };
  const auto timeout_error = [&] {
    return fail(ErrorCode::kTimedOut, fmt::format("{} did not respond in time", where), kTooSlow);
  };
  if (!easy || !multi) return fail(ErrorCode::kSystem, "cannot initialize libcurl");
  refusal_may_be_lost = false;
  Incoming incoming;
  words.front() = '\0';
  if (peer_check) peer_check->start(deadline, cancel);
  ::curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &incoming);
  ::curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &incoming);
  Added added(multi.get(), easy.get());

  for (;;) {
    int running = 0;
    if (::curl_multi_perform(multi.get(), &running) != CURLM_OK) {
      return fail(ErrorCode::kSystem, fmt::format("querying {}: libcurl failed", where));
    }
    if (const auto code = finished(multi.get())) {
      if (*code == CURLE_OK) break;
      if (peer_check && peer_check->refusal()) return fail(*peer_check->refusal());
      if (cancel.requested()) return interrupted_error();
      if (deadline.expired()) return timeout_error();
      long os_error = 0;
      ::curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &os_error);
      if (peer_check && peer_check->problem() != 0) os_error = peer_check->problem();
      refusal_may_be_lost =
          !is_certificate_problem(*code, words.data()) && may_be_a_lost_refusal(easy.get(), *code);
      const auto message = with_paths(words.data(), files);
      auto error = explain_failure({*code, message, os_error, files.presented()}, where);
      if (refusal_may_be_lost) {
        error.message += "; it closed the connection right after the TLS handshake";
        error.hint = "it may require another client certificate: see consul-client-cert=";
      }
      return fail(std::move(error));
    }
    if (cancel.requested() || deadline.expired()) {
      leave_resolver(added);
      return cancel.requested() ? interrupted_error() : timeout_error();
    }
    curl_waitfd interrupted{cancel.fd(), CURL_WAIT_POLLIN, 0};
    const unsigned extra = cancel.fd() >= 0 ? 1 : 0;
    ::curl_multi_poll(multi.get(), &interrupted, extra, deadline.poll_timeout(), nullptr);
  }
  ::curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &incoming.reply.status);
  return std::move(incoming.reply);
}

/// The system's resolver may hang past the deadline (docs/facts.md, "libcurl by version"). In old
/// versions, the handles are then left to the resolver's thread, and replaced.
void HttpExchange::Handles::leave_resolver([[maybe_unused]] Added& added) {
#if LIBCURL_VERSION_NUM < 0x075700
  curl_off_t resolved = 0;  // in microseconds; 0 while the name is looked up
  ::curl_easy_getinfo(easy.get(), CURLINFO_NAMELOOKUP_TIME_T, &resolved);
  if (resolved > 0) return;
  CurlEasy next(::curl_easy_duphandle(easy.get()));
  added.leave();
  leave_lookup(std::move(easy), std::move(multi));
  easy = std::move(next);
  multi.reset(new_multi());
#endif
}

HttpExchange::HttpExchange(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
HttpExchange::HttpExchange(HttpExchange&&) noexcept = default;
HttpExchange& HttpExchange::operator=(HttpExchange&&) noexcept = default;
HttpExchange::~HttpExchange() = default;

Result<HttpExchange> HttpExchange::open(const HttpSettings& settings) {
  if (has_control_character(settings.token.reveal())) {
    return fail(ErrorCode::kUsage, "the Consul token contains a control character");
  }
  if (has_own_server_name(settings) && !Host::parse(settings.tls_server_name)) {
    return fail(ErrorCode::kUsage, fmt::format("consul-tls-server-name={} is not a host name",
                                               shortened(settings.tls_server_name)));
  }
  auto handles = std::make_unique<Handles>();
  handles->where = where_of(settings);
  handles->base = url_base(settings);
  handles->socket_path = settings.unix_socket.value_or("");
  handles->agent_user = settings.agent_user;
  if (is_https(settings)) {
    TRY_ASSIGN(handles->files, open_tls_files(settings));
  }
  const bool is_ready = initialise_curl() == CURLE_OK;
  if (is_ready) {
    handles->easy.reset(::curl_easy_init());
    handles->multi.reset(new_multi());
  }
  if (!handles->easy || !handles->multi || !handles->add_lists(settings)) {
    return fail(ErrorCode::kSystem, "cannot initialize libcurl");
  }
  if (const auto code = handles->configure(settings); code != CURLE_OK) {
    return fail(explain_failure({code}, handles->where));
  }
  return HttpExchange(std::move(handles));
}

Result<HttpReply> HttpExchange::send(Method method, const std::string& target,
                                     const std::string& body, const Deadline& deadline,
                                     const Cancel& cancel) {
  CurlOptions options(handles_->easy.get());
  options.set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
  if (method == Method::kPost || method == Method::kPut) {
    options.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    options.set(CURLOPT_COPYPOSTFIELDS, body.c_str());
  } else {
    options.set(CURLOPT_HTTPGET, 1L);
  }
  if (method == Method::kPut) options.set(CURLOPT_CUSTOMREQUEST, "PUT");
  if (method == Method::kDelete) options.set(CURLOPT_CUSTOMREQUEST, "DELETE");
  options.set_text(CURLOPT_URL, handles_->base + target);
  if (options.code() != CURLE_OK) {
    return fail(explain_failure({options.code()}, handles_->where));
  }
  return handles_->run(deadline, cancel);
}

}  // namespace glusterconsul::consul
