#include "config/option_table.hpp"

#include <algorithm>
#include <array>

#include "config/option_setters.hpp"

namespace glusterconsul::config {
namespace {

using namespace option_name;
using consul::HttpSettings;

constexpr OptionSection kConsul{.title = "Where Consul is"};
constexpr OptionSection kInstances{.title = "Which instances"};
constexpr OptionSection kAccess{
    .title = "Access to Consul",
    .manual = R"(Every file here must belong to root or the caller, and nobody else must be able to
write to it; others must not be able to read a token or a key.
The same applies to consul\-glusterfs=, and to every directory on its path and on that of
consul\-ca\-path=.)"};
constexpr OptionSection kClient{.title = "Client program and messages"};

constexpr std::array kTable = {
    OptionRow{.name = kHttpAddress,
              .section = &kConsul,
              .syntax = "ADDRESS|off",
              .fallback = "127.0.0.1:8500",
              .variable = "CONSUL_HTTP_ADDR",
              .help = "HTTP interface: host:port, https://host:port, unix:///path",
              .examples = "http://,https://,unix:///",
              .apply = set_http_addr,
              .manual = R"(Consul's HTTP interface:
.Ar host : Ns Ar port , Cm http:// Ns Ar host : Ns Ar port , Cm https:// Ns Ar host : Ns Ar port
or
.Cm unix:// Ns Ar path .
An IPv6 address is enclosed in brackets.)"},
    OptionRow{.name = kDnsAddr,
              .section = &kConsul,
              .syntax = "ADDRESS|off",
              .fallback = "127.0.0.1:8600",
              .help = "DNS interface (by default off if HTTP is https:// or unix://)",
              .apply = set_dns_addr,
              .manual = R"(Consul's DNS interface, queried over TCP.
If Consul is authenticated, DNS is off unless this option is set; see
.Sx Authenticated Consul .)"},
    OptionRow{.name = "consul-via",
              .section = &kConsul,
              .syntax = "auto|http|dns",
              .fallback = "auto",
              .help = "Which interface to use",
              .apply = set_via,
              .manual = R"(Which interface to use.
.Cm auto
uses HTTP, falls back to DNS, then to the cached list, which the others neither use nor keep.
DNS returns no checks, and supports neither consul\-filter= nor more than one tag.)"},
    OptionRow{.name = kDomain,
              .section = &kConsul,
              .syntax = "DOMAIN",
              .fallback = "consul",
              .help = "Domain of Consul's DNS names",
              .apply = set_text<&Settings::domain>,
              .manual = R"(The domain of Consul's DNS names.)"},
    OptionRow{.name = "consul-timeout",
              .section = &kConsul,
              .syntax = "DURATION",
              .fallback = "5s",
              .help = "Maximum time for one lookup",
              .apply = set_positive_duration<&Settings::timeout>,
              .manual = R"(The maximum time for one lookup.)"},
    OptionRow{.name = "consul-retry",
              .section = &kConsul,
              .syntax = "DURATION",
              .fallback = "60s",
              .help = "How long to retry transient errors",
              .examples = "0",
              .apply = set_retry,
              .manual =
                  R"(How long to retry transient errors, such as an agent that is starting;
0 means one try.
A mount may take 25 seconds more: 85 in all by default, 30 with consul\-retry=5s.)"},
    OptionRow{
        .name = "consul-cache",
        .section = &kConsul,
        .syntax = "DURATION|off",
        .fallback = "7d",
        .help = "Maximum age of the list that is used if Consul does not respond",
        .apply = set_cache,
        .manual = R"(The maximum age of the cached list: the servers of the last successful mount.
It is used, with a warning, if both interfaces of Consul fail or do not respond for half a second.
Its servers are probed like any others; if none answers, the helper waits for Consul.)"},
    OptionRow{.name = "consul-dc",
              .section = &kInstances,
              .syntax = "NAME",
              .help = "Data centre, such as dc2; by default the agent's own",
              .apply = set_text<&Settings::datacenter>,
              .manual = R"(The data centre; by default the agent's own.)"},
    OptionRow{.name = kTag,
              .section = &kInstances,
              .syntax = "TAG",
              .help = "Only instances with this tag; may be repeated, all tags must match",
              .apply = add_tag,
              .manual = R"(Use only instances with this tag.
If the option is repeated, all tags must match; an empty value discards the tags before it.)"},
    OptionRow{.name = "consul-ns",
              .section = &kInstances,
              .syntax = "NAME",
              .variable = "CONSUL_NAMESPACE",
              .help = "Namespace (Consul Enterprise)",
              .apply = set_text<&Settings::consul_namespace>,
              .manual = R"(The namespace, in Consul Enterprise.)"},
    OptionRow{.name = "consul-partition",
              .section = &kInstances,
              .syntax = "NAME",
              .variable = "CONSUL_PARTITION",
              .help = "Admin partition (Consul Enterprise)",
              .apply = set_text<&Settings::partition>,
              .manual = R"(The admin partition, in Consul Enterprise.)"},
    OptionRow{.name = "consul-peer",
              .section = &kInstances,
              .syntax = "NAME",
              .help = "Cluster peer from which the service is imported",
              .apply = set_text<&Settings::peer>,
              .manual = R"(The cluster peer from which the service is imported.)"},
    OptionRow{.name = "consul-filter",
              .section = &kInstances,
              .syntax = "EXPRESSION",
              .help = "Expression in Consul's filter language, such as Node.Meta.rack == \"r1\"",
              .apply = set_text<&Settings::filter>,
              .manual = R"(An expression in Consul's filter language, such as
.Ql Node.Meta.rack == r1 .)"},
    OptionRow{.name = kAllow,
              .section = &kInstances,
              .syntax = "HOST",
              .help = "Only these servers, such as 10.0.0.0/8 or *.example.com; may be repeated",
              .apply = add_allowed,
              .manual = R"(Use only listed servers: an address, a network, a host name, or
.Ql *.example.com
for all names below a domain.
If the option is repeated, each value is added to the list; an empty value discards those before it.
An instance registered with an address must match a listed address or network; one registered with
a name must have a listed name, whatever it resolves to.
The hosts of the bricks and the service's DNS name are passed to the client only if listed, too.
.Pp
Addresses that no other machine can have are skipped without this option, with a warning: loopback,
unspecified, multicast, reserved, IPv6 link-local, and names that resolve to one.
If the server really is this machine, list its loopback address (and its name, if it is registered
by name) together with all other servers; 0.0.0.0/0 does not include loopback addresses.)"},
    OptionRow{.name = "consul-health",
              .section = &kInstances,
              .syntax = "passing|warning|any",
              .fallback = "passing",
              .help = "Which instances to use, by the state of their checks",
              .apply = set_health,
              .manual = R"(.Cm passing
uses passing instances; if there are none, it uses those in the warning state and prints a warning.
.Cm warning
uses passing instances first, then those in the warning state.
.Cm any
uses all instances; over DNS, with a warning, all except the critical ones, which Consul does not list
there.)"},
    OptionRow{.name = "consul-order",
              .section = &kInstances,
              .syntax = "spread|nearest|consul",
              .fallback = "spread",
              .help = "Order of the servers",
              .apply = set_order,
              .manual = R"(.Cm spread
gives each machine its own stable order, by the weights in Consul; a weight counts at most four
times the median.
.Cm nearest
puts the server with the shortest round trip first.
.Cm consul
keeps the order of Consul's reply.)"},
    OptionRow{.name = "consul-servers",
              .section = &kInstances,
              .syntax = "NUMBER",
              .fallback = "8",
              .help = "Maximum number of servers for the client, 1 to 64",
              .apply = set_servers,
              .manual = R"(The maximum number of servers to pass to the client, 1 to 64.)"},
    OptionRow{.name = "consul-backup-name",
              .section = &kInstances,
              .syntax = "auto|on|off",
              .fallback = "auto",
              .help = "Whether the service's DNS name is the client's last server",
              .apply = set_backup_name,
              .manual = R"(Whether to pass the service's DNS name to the client as its last server,
so that it finds servers that are added later; see
.Sx Mounts that outlive their servers .
.Cm auto
does so if the resolver of this machine knows the name, Consul is not authenticated, and no option
narrows the query.
.Cm on
always does so, except with a bare service name, a name that consul\-allow= does not list, or
a service with an instance at an address that no other machine can have.
Use
.Cm off
if the resolver forwards the name to an agent on this machine and the machine has other users: any
of them can answer there while the agent is down.)"},
    OptionRow{.name = "consul-probe",
              .section = &kInstances,
              .syntax = "volume|tcp|off",
              .fallback = "volume",
              .help = "How to probe each server before it is used",
              .apply = set_probe,
              .manual = R"(How to probe each server before it is used.
.Cm volume
asks its glusterd for the volume;
.Cm tcp
only connects, and is used instead if management traffic is encrypted
.Pq Pa /var/lib/glusterd/secure-access .
A server that has no such volume is excluded; one that does not answer is moved to the end of the
list, or excluded if other servers have the volume and none of its bricks is on this one.
With any other value, all servers of the service must belong to one pool.
With each of these values, a server at an address of this machine is used only while root, a system
account or the caller listens there.)"},
    OptionRow{.name = "consul-probe-timeout",
              .section = &kInstances,
              .syntax = "DURATION",
              .fallback = "1s",
              .help = "How long to wait for a server to answer the probe",
              .apply = set_positive_duration<&Settings::probe_timeout>,
              .manual = R"(How long to wait for a server to answer the probe.)"},
    OptionRow{.name = kTokenFile,
              .section = &kAccess,
              .syntax = "FILE",
              .variable = "CONSUL_HTTP_TOKEN_FILE",
              .help = "File whose first line is the ACL token",
              .apply = set_token_file,
              .manual = R"(A file whose first line is the ACL token: up to 4096 letters, digits and
.Ql -._~+/= .
The token needs service:read on the service, and node:read.
There is no option for the token itself, because the process list would show it.)"},
    OptionRow{
        .name = kCaCert,
        .section = &kAccess,
        .syntax = "FILE",
        .variable = "CONSUL_CACERT",
        .help = "CA certificates that Consul's certificate is verified with",
        .apply = set_http_path<&HttpSettings::ca_cert>,
        .manual = R"(The CA certificates that Consul's certificate is verified with; by default
those of the system.)"},
    OptionRow{.name = kCaPath,
              .section = &kAccess,
              .syntax = "DIRECTORY",
              .variable = "CONSUL_CAPATH",
              .help = "The same in a directory, as openssl-rehash(1) creates it",
              .apply = set_http_path<&HttpSettings::ca_path>,
              .manual = R"(The same in a directory, as
.Xr openssl-rehash 1
creates it.)"},
    OptionRow{.name = "consul-client-cert",
              .section = &kAccess,
              .syntax = "FILE",
              .variable = "CONSUL_CLIENT_CERT",
              .help = "Certificate to present to Consul",
              .apply = set_http_path<&HttpSettings::client_cert>,
              .manual = R"(The certificate to present to Consul.)"},
    OptionRow{.name = kClientKey,
              .section = &kAccess,
              .syntax = "FILE",
              .variable = "CONSUL_CLIENT_KEY",
              .help = "Private key of that certificate, without a pass phrase",
              .apply = set_http_path<&HttpSettings::client_key>,
              .manual =
                  R"(The private key of that certificate, without a pass phrase; set both or
neither.)"},
    OptionRow{
        .name = kServerName,
        .section = &kAccess,
        .syntax = "NAME",
        .variable = "CONSUL_TLS_SERVER_NAME",
        .help = "Name in Consul's certificate, such as server.dc1.consul",
        .apply = set_http_text<&HttpSettings::tls_server_name>,
        .manual = R"(The name that Consul's certificate must have, if it is not the name in the
address.)"},
    OptionRow{.name = kVerify,
              .section = &kAccess,
              .syntax = "true|false",
              .fallback = "true",
              .variable = "CONSUL_HTTP_SSL_VERIFY",
              .help = "Whether Consul's certificate is verified",
              .apply = set_verify,
              .manual = R"(.Cm false
accepts any certificate, with a warning: anyone who can impersonate Consul can choose the
servers.)"},
    OptionRow{.name = "consul-agent-user",
              .section = &kAccess,
              .syntax = "USER",
              .help = "User who runs the agent here, if neither root nor a system account",
              .apply = set_http_text<&HttpSettings::agent_user>,
              .manual = R"(The user, by name or number, who runs the Consul agent on this machine.
Nothing is sent to an address of this machine or to a Unix socket unless the process there belongs
to root, to a system account, or to this user: anybody can bind the agent's ports while it is down.
A system account has a UID below UID_MIN in /etc/login.defs, or is a dynamic user of systemd.
A connection that is authenticated by TLS is not checked.)"},
    OptionRow{.name = "consul-glusterfs",
              .section = &kClient,
              .syntax = "FILE",
              .help = "The client program; by default where packages install it",
              .apply = set_glusterfs,
              .manual = R"(The client program; by default it is searched for where packages
install it.)"},
    OptionRow{.name = kVerbose,
              .section = &kClient,
              .syntax = "true|false",
              .fallback = "false",
              .help = "Show each step of a mount with its time, as -v does",
              .apply = set_verbose,
              .manual = R"(Whether a mount shows its steps and their times, as with \-v.)"},
    OptionRow{.name = kLog,
              .section = &kClient,
              .syntax = "auto|syslog|stderr|both",
              .fallback = "auto",
              .help = "Where a mount reports warnings and errors",
              .apply = set_log,
              .manual = R"(Where a mount reports warnings and errors.
.Cm auto
is syslog under automount(8) without \-v, and stderr otherwise.)"},
};

}  // namespace

std::span<const OptionRow> option_table() {
  return kTable;
}

const OptionRow* find_option(std::string_view name) {
  const auto* row = std::find_if(kTable.begin(), kTable.end(), [&](const OptionRow& candidate) {
    return candidate.name == name;
  });
  return row == kTable.end() ? nullptr : row;
}

}  // namespace glusterconsul::config
