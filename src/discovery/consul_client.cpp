#include "discovery/consul_client.hpp"

#include "consul/dns_client.hpp"
#include "consul/http_client.hpp"
#include "gluster/command_line.hpp"

namespace glusterconsul::discovery {

using gluster::kGlusterdPort;

Result<consul::LookupResult> NetworkConsulClient::ask_http(const consul::HttpSettings& settings,
                                                           const consul::ServiceQuery& query,
                                                           const Context& context) {
  return consul::ask_http(settings, query, kGlusterdPort, context);
}

Result<consul::LookupResult> NetworkConsulClient::ask_dns(const consul::DnsSettings& settings,
                                                          const consul::ServiceQuery& query,
                                                          const Context& context) {
  return consul::ask_dns(settings, query, kGlusterdPort, context);
}

}  // namespace glusterconsul::discovery
