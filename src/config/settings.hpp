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

/// Where the helper reports warnings and errors.
enum class LogTo {
  kAuto,  ///< to syslog if automount(8) started it, otherwise to standard error
  kSyslog,
  kStandardError,
  kBoth,
};

/// The resolved values of all `consul-` options. resolve_settings() creates them: the defaults are
/// in the option table (option_table.hpp), so a default-constructed object is not valid.
struct Settings {
  std::optional<consul::HttpSettings> http;  ///< none: `consul-http-addr=off`
  /// None: `consul-dns-addr=off`, or HTTP is authenticated and `consul-dns-addr` is not set.
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
  std::string glusterfs;              ///< absolute path; empty: search for it
  bool verbose = false;               ///< as with mount(8)'s -v
  LogTo log{};
};

/// Whether Consul is queried over authenticated HTTP (consul/channel.hpp). If so, nothing
/// unauthenticated may precede or replace it.
[[nodiscard]] bool is_authenticated(const Settings& settings);

/// Whether authenticated HTTP is configured, even if `consul-via=dns` ignores it.
[[nodiscard]] bool has_authenticated_http(const Settings& settings);

/// Identifies the Consul that is queried: its addresses in canonical form, one for each interface
/// that may be used, and the name that its certificate must have. The token and the CA are not
/// included.
[[nodiscard]] std::vector<std::string> consul_identity(const Settings& settings);

/// The effective value of one option, and where it was set. Settings that only the environment can
/// specify have separate names: "token" (CONSUL_HTTP_TOKEN), "basic-auth" (CONSUL_HTTP_AUTH) and
/// "ssl" (CONSUL_HTTP_SSL); each is listed only if it is set.
struct InForce {
  std::string name;
  /// As it was written; empty if there is none. nullopt for a secret that is set.
  std::optional<std::string> value;
  std::string origin;  ///< as in Assignment, or "built in", or "SPEC"
  friend bool operator==(const InForce&, const InForce&) = default;
};

/// Settings and their origins: each option once, a repeated `consul-tag` or `consul-allow` once for
/// each value, in the order of option_table().
struct Resolution {
  Settings settings;
  std::vector<InForce> in_force;
};

/// The domain that is used to parse the name in a SPEC. It is needed before the service is known,
/// so a `[SERVICE]` section cannot set it.
[[nodiscard]] Result<consul::Domain> resolve_domain(const Sources& sources);

/// Applies the built-in values, then the general lines of the conf file, its sections for the
/// service (none if `service` is empty; see section_service()), the environment and the options;
/// each source overrides those before it. Within one source, a repeated `consul-tag` or
/// `consul-allow` adds a value, and an empty one discards those before it; together they replace
/// what earlier sources set. kUsage states the option, where it was set and what it accepts, also
/// for the sections of other services; for an unknown name, the hint is the closest known one. A
/// token file or client key of the conf file or the options is only for the Consul that they
/// specify: if the environment changes the address or how it is verified, it is kUsage. If HTTP is
/// authenticated and `consul-via` is not `dns`, the built-in `consul-dns-addr` becomes `off`: only
/// the administrator can choose to trust DNS as well. Reads no files.
[[nodiscard]] Result<Resolution> resolve(const Sources& sources, std::string_view service);

/// The error of each assignment that resolve() would reject by itself, in order.
[[nodiscard]] std::vector<Error> check_assignments(std::span<const Assignment> assignments);

/// The settings of resolve().
[[nodiscard]] Result<Settings> resolve_settings(const Sources& sources, std::string_view service);

/// Warnings about settings that let others on the network answer in place of Consul or read a
/// secret.
[[nodiscard]] std::vector<Warning> trust_warnings(const Settings& settings);

}  // namespace glusterconsul::config
