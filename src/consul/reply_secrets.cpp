#include "consul/reply_secrets.hpp"

#include <string>
#include <string_view>

#include "consul/http_request.hpp"
#include "util/text.hpp"

namespace glusterconsul::consul {

void hide_secrets(HttpReply& reply, const HttpSettings& settings) {
  constexpr std::size_t kMaxError = 64UL * 1024;  // more than a message quotes
  const bool is_error = reply.status != 200;
  if (is_error && reply.body.size() > kMaxError) reply.body.resize(kMaxError);
  const std::size_t min_size = is_error ? 4 : 16;
  const auto hide = [&](const std::string& secret, std::string_view instead) {
    if (secret.size() < min_size || reply.body.find(secret) == std::string::npos) return;
    reply.body = replace_each(reply.body, secret, instead);
  };
  const auto& auth = settings.basic_auth.reveal();
  const auto colon = auth.find(':');
  hide(settings.token.reveal(), "[the token]");
  hide(base64(auth), "[the password]");
  hide(auth, "[the password]");
  if (colon != std::string::npos) hide(auth.substr(colon + 1), "[the password]");
}

}  // namespace glusterconsul::consul
