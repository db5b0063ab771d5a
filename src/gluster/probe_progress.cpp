#include "gluster/probe_progress.hpp"

namespace glusterconsul::gluster {

ProbeEnd probe_end(const ProbeProgress& progress, const ProbeSettings& settings,
                   const Deadline& deadline, Clock::time_point now) {
  if (progress.unheard == 0) return ProbeEnd::kAllHeard;
  if (progress.enough_since && now >= *progress.enough_since + settings.grace) {
    return ProbeEnd::kEnoughServe;
  }
  return deadline.expired(now) ? ProbeEnd::kDeadline : ProbeEnd::kNotYet;
}

std::string_view why_not_asked(ProbeEnd end) {
  switch (end) {
    case ProbeEnd::kAllHeard:
      return "";
    case ProbeEnd::kEnoughServe:
      return "enough other servers answered first";
    case ProbeEnd::kDeadline:
      return "the deadline expired before it could be probed";
    case ProbeEnd::kNotYet:
      return "interrupted";
  }
  return "";
}

}  // namespace glusterconsul::gluster
