#include "consul/dns_reply.hpp"
#include "consul/dns_instances.hpp"

#include <cstddef>
#include <cstdint>

#include "check.hpp"
#include "fuzz/consul/ares_reply.hpp"

using namespace glusterconsul;
using namespace glusterconsul::consul;

/// DNS messages: parsing does not read past the end, and the result is valid. It equals the
/// result of c-ares's record API if both parse the whole message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const char* asked : {"gluster.service.consul", "noport.service.consul", "gq.query.consul"}) {
    const auto reply = parse_dns_reply({data, size}, asked);
    if (!reply) {
      require_sentence(reply.error());
      continue;
    }
    require(reply->answer_names.size() <= 9);
    require((reply->skipped == 0) == reply->first_skipped.empty());
    const bool is_whole = reply->skipped == 0 && !reply->cut_short;
    if (is_whole && oracle::kHasRecordApi)
      require(oracle::difference_from_ares({data, size}).empty());
    const auto answer = instances_of(reply->services, reply->addresses, Domain(), 24007);
    require_sound(answer);
    require(answer.instances.size() + answer.skipped == reply->services.size());
    require_sound(instances_of_addresses(*reply, 24007));
    const auto open = targets_without_address(reply->services, reply->addresses, Domain());
    require(open.size() <= answer.skipped);
  }
  return 0;
}
