#pragma once

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The two ways to ask Consul, as narrow as a lookup needs them. Both may be
/// called at the same time from two threads, and both return soon after their
/// deadline or `cancel`.
class ConsulClient {
 public:
  ConsulClient() = default;
  ConsulClient(const ConsulClient&) = delete;
  ConsulClient& operator=(const ConsulClient&) = delete;
  virtual ~ConsulClient() = default;

  [[nodiscard]] virtual Result<consul::LookupResult> ask_http(const consul::HttpSettings& settings,
                                                              const consul::ServiceQuery& query,
                                                              const Deadline& deadline,
                                                              const Cancel& cancel) = 0;
  [[nodiscard]] virtual Result<consul::LookupResult> ask_dns(const consul::DnsSettings& settings,
                                                             const consul::ServiceQuery& query,
                                                             const Deadline& deadline,
                                                             const Cancel& cancel) = 0;
};

/// The real ones: consul::ask_http() and consul::ask_dns() with gluster's port
/// where Consul names none.
class NetworkConsulClient final : public ConsulClient {
 public:
  Result<consul::LookupResult> ask_http(const consul::HttpSettings& settings,
                                        const consul::ServiceQuery& query, const Deadline& deadline,
                                        const Cancel& cancel) override;
  Result<consul::LookupResult> ask_dns(const consul::DnsSettings& settings,
                                       const consul::ServiceQuery& query, const Deadline& deadline,
                                       const Cancel& cancel) override;
};

}  // namespace glusterconsul::discovery
