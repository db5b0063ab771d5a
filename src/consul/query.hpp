#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consul/domain.hpp"
#include "consul/service_name.hpp"
#include "util/host.hpp"
#include "util/secret.hpp"

namespace glusterconsul::consul {

/// The query: the name in the SPEC, narrowed by the `consul-` options. If both set the same thing
/// (data centre, namespace, …), the option has already been merged into `service`; `tags` contains
/// the tag of the name and those of the options.
struct ServiceQuery {
  ServiceName service;
  std::vector<std::string> tags;  ///< all must match
  std::string filter;             ///< Consul's filter language; HTTP only
  bool nearest_first = false;     ///< `near=_agent`
  Domain domain;
};

/// The address of Consul's HTTP API, and how to connect to it.
struct HttpSettings {
  enum class Scheme { kHttp, kHttps };
  Scheme scheme = Scheme::kHttp;
  std::optional<Endpoint> server;  ///< none if `unix_socket` is set
  std::string path_prefix;         ///< "" or "/some/prefix", if a proxy is in front of Consul
  std::optional<std::string> unix_socket;  ///< absolute path
  Secret token;
  Secret basic_auth;  ///< "user:password" from CONSUL_HTTP_AUTH
  std::string ca_cert;
  std::string ca_path;
  std::string client_cert;
  std::string client_key;
  std::string tls_server_name;
  bool verify = true;
  std::string agent_user;  ///< who else may run the agent (agent_trust.hpp); empty: nobody
};

/// The address of Consul's DNS interface, which is queried over TCP.
struct DnsSettings {
  Endpoint server;
  std::string agent_user = {};  ///< as in HttpSettings
};

}  // namespace glusterconsul::consul
