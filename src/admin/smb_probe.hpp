#pragma once

#include <string>

#include "util/cancel.hpp"
#include "util/deadline.hpp"
#include "util/error.hpp"
#include "util/host.hpp"

namespace glusterconsul::admin {

/// How an SMB server responded to an SMB2 NEGOTIATE.
struct SmbAnswer {
  enum class State {
    kAnswers,
    kRejects,     ///< it answers with an error status
    kUnresolved,  ///< its name cannot be resolved
    kRefused,     ///< connection refused
    kNoResponse,  ///< no connection, or no answer, before the deadline
    kClosed,      ///< it closed the connection without an answer
    kBadReply,    ///< what answers is not an SMB2 server
  };
  State state = State::kNoResponse;
  std::string detail = {};  ///< the cause, for people
};

/// Sends one SMB2 NEGOTIATE; the addresses of a name are tried in order while they refuse. A server
/// that does not answer is a value; kInterrupted and kSystem are the only errors.
[[nodiscard]] Result<SmbAnswer> probe_smb(const Endpoint& server, const Deadline& deadline,
                                          const Cancel& cancel);

}  // namespace glusterconsul::admin
