#pragma once

#include "consul/instance.hpp"
#include "consul/query.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"

namespace glusterconsul::discovery {

/// The two ways to ask Consul, as narrow as the ladder needs them. Both may be
/// called at the same time from two threads, and both return soon after their
/// deadline or `cancel`.
class Directory {
 public:
  Directory() = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  virtual ~Directory() = default;

  [[nodiscard]] virtual Result<consul::Answer> ask_http(const consul::HttpSettings& settings,
                                                        const consul::ServiceQuery& query,
                                                        const Deadline& deadline,
                                                        const Cancel& cancel) = 0;
  [[nodiscard]] virtual Result<consul::Answer> ask_dns(const consul::DnsSettings& settings,
                                                       const consul::ServiceQuery& query,
                                                       const Deadline& deadline,
                                                       const Cancel& cancel) = 0;
};

/// The real ones: consul::ask_http() and consul::ask_dns() with gluster's port
/// where Consul names none.
class ConsulDirectory final : public Directory {
 public:
  Result<consul::Answer> ask_http(const consul::HttpSettings& settings,
                                  const consul::ServiceQuery& query, const Deadline& deadline,
                                  const Cancel& cancel) override;
  Result<consul::Answer> ask_dns(const consul::DnsSettings& settings,
                                 const consul::ServiceQuery& query, const Deadline& deadline,
                                 const Cancel& cancel) override;
};

}  // namespace glusterconsul::discovery
