#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/sources.hpp"
#include "consul/query.hpp"
#include "gluster/probe_method.hpp"
#include "util/allowed_hosts.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/warning.hpp"

namespace glusterconsul::config {

enum class Via { kAuto, kHttp, kDns };
enum class HealthPolicy { kPassing, kWarning, kAny };
enum class Order { kSpread, kNearest, kConsul };
/// Whether the client gets the service's DNS name as its last volfile server.
enum class BackupName {
  kAuto,  ///< if HTTP is not authenticated and the system's resolver knows the name
  kOn,
  kOff,
};

/// Every `consul-` option, resolved. resolve_settings() makes them: the defaults are those of the
/// option table (option_table.hpp), so a default-made object is not valid.
struct Settings {
  std::optional<consul::HttpSettings> http;  ///< none: `consul-http-addr=off`
  /// None: `consul-dns-addr=off`, or HTTP is authenticated and nobody has set `consul-dns-addr`.
  std::optional<consul::DnsSettings> dns;
  std::string token_file;  ///< to be read by the caller; empty: none
  Via via{};
  consul::Domain domain;
  std::string datacenter;
  std::vector<std::string> tags;
  std::string consul_namespace;
  std::string partition;
  std::string peer;
  std::string filter;
  AllowedHosts allowed;
  HealthPolicy health{};
  Order order{};
  std::size_t servers = 0;
  BackupName backup_name{};
  gluster::ProbeMethod probe{};
  milliseconds probe_timeout{0};
  milliseconds timeout{0};
  milliseconds retry{0};
  std::optional<milliseconds> cache;  ///< none: `consul-cache=off`
  std::string glusterfs;              ///< absolute path; empty: to be found
};

/// Whether Consul is asked over HTTP that is authenticated (consul/channel.hpp). Then nothing that
/// is not may overtake or replace it.
[[nodiscard]] bool is_authenticated(const Settings& settings);

/// Whether there is such an HTTP, even if `consul-via=dns` ignores it.
[[nodiscard]] bool has_authenticated_http(const Settings& settings);

/// Which Consul is asked: its addresses in canonical form, one for each way that may be asked, and
/// the name that its certificate must have. Not the token and not the CA.
[[nodiscard]] std::vector<std::string> consul_identity(const Settings& settings);

/// The effective value of one option, and where it was set. What only the environment can set
/// has names of its own: "token" (CONSUL_HTTP_TOKEN), "basic-auth" (CONSUL_HTTP_AUTH)
/// and "ssl" (CONSUL_HTTP_SSL); each is listed only if it is set.
struct InForce {
  std::string name;
  /// As it was written; empty: none. Nothing: a secret, which is set.
  std::optional<std::string> value;
  std::string origin;  ///< as in Assignment, or "built in", or "SPEC"
  friend bool operator==(const InForce&, const InForce&) = default;
};

/// Settings with what they came from: each option once, a repeated `consul-tag`
/// or `consul-allow` once for each value, in the order of option_table().
struct Resolution {
  Settings settings;
  std::vector<InForce> in_force;
};

/// The domain that the name in a SPEC is read with: it is needed before the
/// service is known, so a `[SERVICE]` section cannot set it.
[[nodiscard]] Result<consul::Domain> resolve_domain(const Sources& sources);

/// Applies the built-in values, then the conf's general lines, its sections of the
/// service (none if `service` is empty), environment and options, each over what
/// came before; a repeated `consul-tag` or `consul-allow` adds within one of these, an empty one
/// forgets those before it, and both replace what a weaker source set. kUsage names the option,
/// where it was set and what it takes, also in the sections of other services; an
/// unknown name gets the nearest known one as a hint. A token file or client key of the conf file
/// is only for the Consul that the conf file and the options name: if the environment changes the
/// address or how it is verified, it is kUsage.
/// If HTTP is authenticated and `consul-via` is not `dns`, the built-in `consul-dns-addr` is
/// `off`: only the administrator can choose to trust DNS as well. Reads no file.
[[nodiscard]] Result<Resolution> resolve(const Sources& sources, std::string_view service);

/// The settings of resolve().
[[nodiscard]] Result<Settings> resolve_settings(const Sources& sources, std::string_view service);

/// What of the settings lets others on the network answer for Consul or read a secret.
[[nodiscard]] std::vector<Warning> trust_warnings(const Settings& settings);

}  // namespace glusterconsul::config
