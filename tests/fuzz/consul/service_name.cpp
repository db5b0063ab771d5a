#include "consul/service_name.hpp"

#include <cstddef>
#include <cstdint>

#include "check.hpp"
#include "consul/dns_question.hpp"
#include "consul/http_request.hpp"

using namespace glusterconsul::consul;

/// NAMEs: a parsed name keeps its meaning when it is converted to a DNS name, and it is a
/// single component in the path of a request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_service_name(text);
  if (!parsed) {
    require_sentence(parsed.error());
    return 0;
  }
  require(!parsed->name.empty());
  ServiceQuery query;
  query.service = *parsed;
  if (!parsed->tag.empty()) query.tags.push_back(parsed->tag);
  if (const auto name = question_name(query)) {
    auto again = parse_service_name(*name);
    require(again.has_value());
    again->is_bare = parsed->is_bare;  // the name in DNS is the long form
    require(*again == *parsed);
  }
  if (const auto target = question_target(query, Consistency::kDefault)) {
    require(target->find(parsed->name) != std::string::npos);
    require(target->find_first_of(" \r\n#") == std::string::npos);
  }
  return 0;
}
