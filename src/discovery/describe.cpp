#include "discovery/describe.hpp"

#include <fmt/format.h>

#include <string_view>

#include "util/text.hpp"

namespace glusterconsul::discovery {

std::string describe_query(const consul::ServiceQuery& query) {
  const auto& service = query.service;
  std::string words = service.kind == consul::ServiceName::Kind::kPreparedQuery
                          ? fmt::format("query {}", shortened(service.name, 128))
                          : shortened(service.name, 128);
  if (!query.tags.empty()) words += fmt::format(" with tag {}", shortened(join(query.tags, ", ")));
  if (!query.filter.empty()) words += fmt::format(" with filter {}", shortened(query.filter));
  if (!service.datacenter.empty()) words += fmt::format(" in {}", shortened(service.datacenter));
  return words;
}

std::string describe_probe(const gluster::ProbeResult& probe) {
  const std::string time =
      probe.round_trip
          ? fmt::format("{:.1f} ms", static_cast<double>(probe.round_trip->count()) / 1000)
          : "";
  const auto because = [&](std::string_view word) {
    return probe.detail.empty() ? std::string(word)
                                : fmt::format("{} ({})", word, shortened(probe.detail, 120));
  };
  using gluster::Verdict;
  switch (probe.verdict) {
    case Verdict::kServes:
      return fmt::format("serves it ({})", time);
    case Verdict::kAccepts:
      return fmt::format("accepts connections ({})", time);
    case Verdict::kNotAsked:
      return probe.detail.empty() ? "not probed" : because("not probed");
    case Verdict::kNoVolume:
      return "has no such volume";
    case Verdict::kNotStarted:
      return "volume not started";
    case Verdict::kRefused:
      return because("refused");
    case Verdict::kNoResponse:
      return because("no response");
    case Verdict::kClosed:
      return because("closed the connection");
    case Verdict::kBadReply:
      return because("bad reply");
    case Verdict::kImpossible:
      return because("impossible address");
    case Verdict::kUntrusted:
      return because("untrusted");
  }
  return "";
}

}  // namespace glusterconsul::discovery
