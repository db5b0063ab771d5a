#include "consul/other_replies.hpp"

#include "consul/bounded_json.hpp"
#include "consul/split_list.hpp"
#include "util/try.hpp"

namespace glusterconsul::consul {
namespace {

constexpr std::size_t kMaxServices = 10'000;
constexpr std::size_t kMaxServiceName = 255;

tl::unexpected<Error> bad(std::string_view what) {
  return fail(ErrorCode::kBadReply, std::string(what));
}

}  // namespace

Result<bool> is_empty_list(std::string_view body) {
  const auto list = split_list(body, "", 1);
  TRY(parse_json(list.rest));
  if (!list.is_found) return bad("the reply is not a list of instances");
  return list.count == 0;
}

Result<std::vector<std::string>> parse_service_names(std::string_view body) {
  TRY_ASSIGN(const auto reply, parse_json(body));
  if (!reply.is_object()) return bad("the reply is not a list of services");
  std::vector<std::string> names;
  for (const auto& item : reply.items()) {
    if (names.size() == kMaxServices) break;
    names.push_back(item.key().substr(0, kMaxServiceName));
  }
  return names;
}

Result<bool> parse_node_reply(std::string_view body) {
  TRY_ASSIGN(const auto reply, parse_json(body));
  if (reply.is_null()) return false;
  if (!reply.is_object()) return bad("the reply is not a node");
  return member(reply, "Node").is_object();
}

Result<bool> parse_authorize_reply(std::string_view body) {
  TRY_ASSIGN(const auto reply, parse_json(body));
  if (!reply.is_array() || reply.size() != 1) return bad("the reply is not a list of one decision");
  const auto& allowed = member(reply.front(), "Allow");
  if (!allowed.is_boolean()) return bad("the reply does not state what is allowed");
  return allowed.get<bool>();
}

}  // namespace glusterconsul::consul
