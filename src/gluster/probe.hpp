#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gluster/probe_method.hpp"
#include "gluster/volume_identity.hpp"
#include "gluster/volume_path.hpp"
#include "util/allowed_hosts.hpp"
#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/host.hpp"

namespace glusterconsul::gluster {

/// The outcome of probing a server. Only kNoVolume and kNotStarted are permanent.
enum class Verdict {
  kServes,      ///< sent the volfile, or with ProbeQuestion::kVolumes the list
  kAccepts,     ///< kTcp: accepted the connection
  kNotAsked,    ///< probing is off, or enough others answered first
  kNoVolume,    ///< reported that it has no such volume
  kNotStarted,  ///< reported that the volume is not started
  kRefused,     ///< refused the connection, or no route to it
  kNoResponse,  ///< did not respond in time
  kClosed,      ///< accepted the connection and closed it without an answer
  kBadReply,    ///< its answer cannot be understood, or is an error other than "no such volume"
  kImpossible,  ///< its name resolves to an address that no other machine can have; not asked
  kUntrusted,   ///< an ordinary user of this machine answers there; nothing was sent
};

struct ProbeResult {
  Verdict verdict = Verdict::kNotAsked;
  /// From the start of the connection to the complete answer; only with kServes, kAccepts,
  /// kNoVolume and kNotStarted.
  std::optional<std::chrono::microseconds> round_trip;
  std::string detail;  ///< the cause, for people; may contain foreign text
  /// The address family of the connection; nothing if there was no address to connect to.
  std::optional<IpAddress::Family> family = std::nullopt;
  std::vector<Host> brick_hosts = {};  ///< of the volume; only with kServes
  VolumeIdentity identity = {};        ///< of the volume; only with kServes
  /// Its host is a name without a known address (yet): the client, which resolves it again, could
  /// get an impossible one.
  bool is_unresolved = false;
  /// It is this machine, and no process was found to listen there: any user could still start one.
  bool is_unowned = false;
  /// Of the server, as foreign text; only with ProbeQuestion::kVolumes and kServes.
  std::vector<std::string> volumes = {};
};

struct ProbeSettings {
  ProbeMethod method{};
  milliseconds timeout{0};         ///< for each server, from the start of its connection
  std::size_t enough = 0;          ///< the wait ends when this many serve…
  milliseconds grace{25};          ///< …and the others have had this much more time
  std::size_t at_once = 64;        ///< maximum number of simultaneous connections
  std::size_t at_one_address = 8;  ///< maximum connections to one address of several names
  AllowedHosts allowed = {};       ///< what a name may resolve to
  ProbeQuestion question = ProbeQuestion::kVolfile;
};

/// Probes all servers in parallel in one poll loop, and returns one result per server, in their
/// order: when all have answered, when `enough` serve and the grace period is over, at the
/// deadline, or on `cancel`, whichever comes first. A server that has no verdict by then is
/// kNoResponse if the deadline ended its probe, and kNotAsked if the other servers or `cancel` did.
/// A host name is looked up by the system's resolver, within `timeout`. If it cannot be resolved,
/// the server is kRefused, with the resolver's message; if it has an IPv4 address, the first of
/// them is probed, as the client does. A name with an address that AllowedHosts::usable() rejects
/// is kImpossible, and none of its addresses is connected to. A server on this machine is probed
/// only if its process is run by root, a system account or the caller (util/system_account.hpp);
/// otherwise it is kUntrusted. One that is not connected to is judged by the socket that listens
/// there, even with kOff. Never fails as a whole: if there are no descriptors or memory for a
/// connection, the server waits until another connection ends, or is kNotAsked.
[[nodiscard]] std::vector<ProbeResult> probe(std::span<const Endpoint> servers,
                                             const VolumePath& path, const ProbeSettings& settings,
                                             const Deadline& deadline, const Cancel& cancel);

/// Whether `secure-access` exists in glusterd's working directory. If so, management traffic uses
/// TLS, and glusterd closes the connection of a plain GETSPEC without an answer: probe with kTcp
/// instead.
[[nodiscard]] bool management_is_encrypted(const std::string& glusterd_directory);

}  // namespace glusterconsul::gluster
