#pragma once

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/context.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The two transports to Consul that a lookup uses. Both may be called from two threads at the same
/// time, and both return soon after the deadline or an interruption.
class ConsulClient {
 public:
  ConsulClient() = default;
  ConsulClient(const ConsulClient&) = delete;
  ConsulClient& operator=(const ConsulClient&) = delete;
  virtual ~ConsulClient() = default;

  [[nodiscard]] virtual Result<consul::LookupResult> ask_http(const consul::HttpSettings& settings,
                                                              const consul::ServiceQuery& query,
                                                              const Context& context) = 0;
  [[nodiscard]] virtual Result<consul::LookupResult> ask_dns(const consul::DnsSettings& settings,
                                                             const consul::ServiceQuery& query,
                                                             const Context& context) = 0;
};

/// The real transports: consul::ask_http() and consul::ask_dns(), with glusterd's port for
/// instances that are registered without one.
class NetworkConsulClient final : public ConsulClient {
 public:
  Result<consul::LookupResult> ask_http(const consul::HttpSettings& settings,
                                        const consul::ServiceQuery& query,
                                        const Context& context) override;
  Result<consul::LookupResult> ask_dns(const consul::DnsSettings& settings,
                                       const consul::ServiceQuery& query,
                                       const Context& context) override;
};

}  // namespace glusterconsul::discovery
