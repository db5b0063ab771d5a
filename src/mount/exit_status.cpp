#include "mount/exit_status.hpp"

namespace glusterconsul::mount {

ExitStatus exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
    case ErrorCode::kPermission:
      return ExitStatus::kUsage;
    case ErrorCode::kSystem:
      return ExitStatus::kSystem;
    case ErrorCode::kBug:
      return ExitStatus::kBug;
    case ErrorCode::kInterrupted:
      return ExitStatus::kInterrupted;
    case ErrorCode::kUnreachable:
    case ErrorCode::kTimedOut:
    case ErrorCode::kUnavailable:
    case ErrorCode::kRejected:
    case ErrorCode::kUntrusted:
    case ErrorCode::kDenied:
    case ErrorCode::kHidden:
    case ErrorCode::kUnknown:
    case ErrorCode::kUnhealthy:
    case ErrorCode::kNotServed:
    case ErrorCode::kBadReply:
    case ErrorCode::kMountFailed:
    case ErrorCode::kConflict:
    case ErrorCode::kNotAllowed:
    case ErrorCode::kAmbiguous:
      return ExitStatus::kFailed;
  }
  return ExitStatus::kBug;  // a value that is none of the list
}

bool forgiven_by_nofail(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnreachable:
    case ErrorCode::kTimedOut:
    case ErrorCode::kUnavailable:
    case ErrorCode::kUnknown:
    case ErrorCode::kUnhealthy:
    case ErrorCode::kNotServed:
    case ErrorCode::kBadReply:
    case ErrorCode::kMountFailed:
      return true;
    case ErrorCode::kUsage:
    case ErrorCode::kPermission:
    case ErrorCode::kSystem:
    case ErrorCode::kBug:
    case ErrorCode::kInterrupted:
    case ErrorCode::kRejected:
    case ErrorCode::kUntrusted:
    case ErrorCode::kDenied:
    case ErrorCode::kHidden:
    case ErrorCode::kConflict:
    case ErrorCode::kNotAllowed:
    case ErrorCode::kAmbiguous:
      return false;
  }
  return false;
}

}  // namespace glusterconsul::mount
