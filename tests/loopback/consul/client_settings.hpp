#pragma once

#include "consul/query.hpp"
#include "loopback/consul/fake_http.hpp"

namespace glusterconsul::consul {

/// How a client connects to the fake. Each secret contains "s3cret".
inline HttpSettings settings_for(const loopback::FakeHttp& consul) {
  HttpSettings settings;
  settings.server = Endpoint{*Host::parse("127.0.0.1"), consul.port()};
  settings.token = Secret("s3cret-token");
  settings.basic_auth = Secret("admin:s3cret-password");
  return settings;
}

}  // namespace glusterconsul::consul
