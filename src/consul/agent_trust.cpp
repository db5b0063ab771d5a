#include "consul/agent_trust.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <limits>
#include <vector>

#include "util/system_account.hpp"
#include "util/text.hpp"
#include "util/user_namespace.hpp"

namespace glusterconsul::consul {
namespace {

/// The hint if the kernel cannot identify the peer: a firewall rule that redirects the connection
/// hides it.
constexpr const char* kAskTheAgentItself =
    "set consul-http-addr and consul-dns-addr to where the agent itself listens";

constexpr std::size_t kUserRecordSize = 16UL * 1024;

}  // namespace

bool is_trusted_user(uid_t user, std::optional<uid_t> agent_user, std::optional<uid_t> caller) {
  return is_system_account(user) || user == caller || user == agent_user;
}

std::optional<Error> judge_agent(const PeerOwner& owner, std::optional<uid_t> agent_user,
                                 std::optional<uid_t> caller, const std::string& where) {
  switch (owner.kind) {
    case PeerOwner::Kind::kRemote:
      return std::nullopt;
    case PeerOwner::Kind::kClosed:
      return Error{ErrorCode::kUnreachable,
                   fmt::format("{} does not respond: it closed the connection immediately", where)};
    case PeerOwner::Kind::kUnidentified:
      return Error{
          ErrorCode::kUntrusted,
          fmt::format("{} was not queried: the kernel does not show which user listens there",
                      where),
          kAskTheAgentItself};
    case PeerOwner::Kind::kLocal:
      break;
  }
  if (is_trusted_user(owner.user, agent_user, caller)) return std::nullopt;
  const auto option = fmt::format("consul-agent-user={}", owner.user);
  return Error{ErrorCode::kUntrusted,
               fmt::format("{} was not queried: the process there belongs to user {}, who is "
                           "neither root nor a system account",
                           where, describe_user(owner.user)),
               is_unmapped(owner.user)
                   ? "use https:// or query Consul outside of this user namespace; " + option +
                         " would trust every user that is not mapped in it"
                   : "if that user runs your Consul agent, set " + option};
}

Result<std::optional<uid_t>> find_agent_user(const std::string& name) {
  if (name.empty()) return std::optional<uid_t>();
  if (const auto number = parse_number(name, 0, std::numeric_limits<uid_t>::max() - 1)) {
    return std::optional<uid_t>(static_cast<uid_t>(*number));
  }
  std::vector<char> buffer(kUserRecordSize);
  passwd record{};
  passwd* found = nullptr;
  const int problem = ::getpwnam_r(name.c_str(), &record, buffer.data(), buffer.size(), &found);
  if (problem != 0 || found == nullptr) {
    return fail(ErrorCode::kUsage,
                fmt::format("consul-agent-user={}: {}", shortened(name),
                            problem != 0 ? errno_text(problem) : "no such user"));
  }
  return std::optional<uid_t>(found->pw_uid);
}

std::optional<Error> refuse_peer(int socket, const std::string& agent_user,
                                 const std::string& where) {
  const auto owner = owner_of_peer(socket);
  if (!owner) {
    const bool is_transient = owner.error().transient;
    return Error{.code = is_transient ? ErrorCode::kSystem : ErrorCode::kUntrusted,
                 .message = fmt::format("{} was not queried: the kernel does not show which user "
                                        "listens there ({})",
                                        where, owner.error().message),
                 .hint = kAskTheAgentItself,
                 .transient = is_transient};
  }
  // Looking up the user may query the network, so this is done only if it can change the result.
  auto refusal = judge_agent(*owner, std::nullopt, identified_caller(), where);
  if (!refusal || agent_user.empty()) return refusal;
  const auto user = find_agent_user(agent_user);
  if (!user) return user.error();
  return judge_agent(*owner, *user, identified_caller(), where);
}

}  // namespace glusterconsul::consul
