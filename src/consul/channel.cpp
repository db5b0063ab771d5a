#include "consul/channel.hpp"

namespace glusterconsul::consul {
namespace {

int rank(Channel channel) {
  switch (channel) {
    case Channel::kHttps:
    case Channel::kUnixSocket:
      return 2;
    case Channel::kHttp:
      return 1;
    case Channel::kDns:
      return 0;
  }
  return 0;
}

}  // namespace

Channel channel_of(const HttpSettings& settings) {
  if (settings.unix_socket) return Channel::kUnixSocket;
  const bool is_verified = settings.scheme == HttpSettings::Scheme::kHttps && settings.verify;
  return is_verified ? Channel::kHttps : Channel::kHttp;
}

bool is_authenticated(Channel channel) {
  return channel == Channel::kHttps || channel == Channel::kUnixSocket;
}

bool may_replace(Channel fresh, Channel known) {
  return rank(fresh) >= rank(known);
}

std::string_view describe(Channel channel) {
  switch (channel) {
    case Channel::kHttps:
      return "HTTPS";
    case Channel::kUnixSocket:
      return "a Unix socket";
    case Channel::kHttp:
      return "unauthenticated HTTP";
    case Channel::kDns:
      return "DNS";
  }
  return "";
}

}  // namespace glusterconsul::consul
