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

/// What a server showed of itself.
enum class Verdict {
  kServes,      ///< gave the volfile
  kAccepts,     ///< kTcp: took the connection
  kNotAsked,    ///< probing is off, or enough others had answered first
  kNoVolume,    ///< reported that it has no such volume: the only permanent verdict
  kRefused,     ///< refused the connection, or no route to it
  kNoResponse,  ///< did not respond in time
  kClosed,      ///< took the connection and closed it without an answer
  kBadReply,    ///< its answer cannot be understood, or is an error other than "no such volume"
  kImpossible,  ///< its name resolves to an address that no other machine can have; not asked
  kUntrusted,   ///< an ordinary user of this machine answers there; nothing was sent
};

struct ProbeResult {
  Verdict verdict = Verdict::kNotAsked;
  /// From the start of the connection to the whole answer; only with kServes,
  /// kAccepts and kNoVolume.
  std::optional<std::chrono::microseconds> round_trip;
  std::string detail;  ///< the cause in words, for a person; may quote foreign text
  /// What the connection went over; nothing if there was no address to connect to.
  std::optional<IpAddress::Family> family = std::nullopt;
  std::vector<Host> brick_hosts = {};  ///< of the volume; only with kServes
  VolumeIdentity identity = {};        ///< of the volume; only with kServes
  /// Its host is a name of which no address is known (yet): the client, which asks again, could get
  /// one that is not possible.
  bool is_unresolved = false;
  /// It is this machine, and no process was seen to listen there: any user could still.
  bool is_unowned = false;
};

struct ProbeSettings {
  ProbeMethod method{};
  milliseconds timeout{0};         ///< one server's, from the start of its connection
  std::size_t enough = 0;          ///< so many servers that serve end the wait, after…
  milliseconds grace{25};          ///< …this long for the rest
  std::size_t at_once = 64;        ///< connections at the same time
  std::size_t at_one_address = 8;  ///< connections to one address that several names have
  AllowedHosts allowed = {};       ///< what a name may resolve to
};

/// Asks all servers in parallel from one poll loop, and returns one result per
/// server in their order: when all have answered, when `enough` serve and the
/// grace is over, at the deadline, or on `cancel`, whichever is first. A server
/// without a verdict then is kNoResponse if the deadline ended it, and
/// kNotAsked if the others or `cancel` did. A host name is looked up by the
/// system's resolver, within `timeout`; one that cannot be resolved is kRefused with
/// the resolver's words, and the first IPv4 address is asked if there is one, as
/// the client does. A name with an address that AllowedHosts::usable() rejects is kImpossible, and
/// none of its addresses is connected to. A server on this machine is asked only if the process
/// there is run by root, a system account or the caller (util/system_account.hpp), else it is
/// kUntrusted; one that is not connected to is judged by the socket that listens, with kOff, too.
/// Never fails as a whole: without descriptors or memory for
/// a connection, a server waits until another connection ends, or is kNotAsked.
[[nodiscard]] std::vector<ProbeResult> probe(std::span<const Endpoint> servers,
                                             const VolumePath& path, const ProbeSettings& settings,
                                             const Deadline& deadline, const Cancel& cancel);

/// If `secure-access` exists in glusterd's working directory, management
/// traffic is TLS, and a plain GETSPEC is closed without an answer: probe with
/// kTcp then.
[[nodiscard]] bool management_is_encrypted(const std::string& glusterd_directory);

}  // namespace glusterconsul::gluster
