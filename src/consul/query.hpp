#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consul/domain.hpp"
#include "consul/service_name.hpp"
#include "util/host.hpp"
#include "util/secret.hpp"

namespace glusterconsul::consul {

/// What is asked: the name of the SPEC, narrowed by the `consul-` options.
/// If both set a thing (data centre, namespace, …), the option has been merged into
/// `service` before; `tags` holds that of the name and the options'.
struct ServiceQuery {
  ServiceName service;
  std::vector<std::string> tags;  ///< all must match
  std::string filter;             ///< Consul's filter language; HTTP only
  bool nearest_first = false;     ///< `near=_agent`
  Domain domain;
};

/// Where Consul's HTTP API is and how to talk to it.
struct HttpSettings {
  enum class Scheme { kHttp, kHttps };
  Scheme scheme = Scheme::kHttp;
  std::optional<Endpoint> server;          ///< none: `unix_socket` is set
  std::string path_prefix;                 ///< "" or "/some/prefix", of a proxy in front of Consul
  std::optional<std::string> unix_socket;  ///< absolute path
  Secret token;
  Secret basic_auth;  ///< "user:password" of CONSUL_HTTP_AUTH
  std::string ca_cert;
  std::string ca_path;
  std::string client_cert;
  std::string client_key;
  std::string tls_server_name;
  bool verify = true;
  std::string agent_user;  ///< who else may run the agent (agent_trust.hpp); empty: nobody
};

/// Where Consul's DNS interface is; asked over TCP.
struct DnsSettings {
  Endpoint server;
  std::string agent_user = {};  ///< as in HttpSettings
};

}  // namespace glusterconsul::consul
