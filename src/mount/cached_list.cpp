#include "mount/cached_list.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "config/query.hpp"
#include "consul/http_address.hpp"
#include "util/try.hpp"

namespace glusterconsul::mount {
namespace {

/// What the servers are used for, with `server-port` if it replaces the registered ports.
std::string used_for(const Task& task) {
  const auto port = task.client.server_port;
  return task.source.path.volfile_id() + (port ? fmt::format(":{}", *port) : "");
}

}  // namespace

CachedList::CachedList(const Task& task, System& system)
    : system_(system),
      settings_(task.settings),
      key_(discovery::cache_key(task.query, used_for(task),
                                config::consul_identity(task.settings))) {}

std::optional<discovery::CachedServers> CachedList::read(const Report& report) const {
  if (!is_on()) return std::nullopt;
  auto list = load();
  if (list) return *std::move(list);
  if (list.error().code != ErrorCode::kUnknown) {
    report.step(fmt::format("ignoring the cached list: {}", list.error().message));
  }
  return std::nullopt;
}

void CachedList::write(const discovery::Plan& plan, const Report& report) const {
  if (!is_on() || plan.from_cache || !accepts(plan.channel)) return;
  std::vector<consul::Instance> used;
  for (const auto index : plan.order) used.push_back(plan.candidates[index].instance);
  const auto fresh = discovery::make_cached_servers(std::move(used), plan.channel,
                                                    address(plan.channel), system_.wall_now());
  // Read it again, since another mount may have written a better list in the meantime.
  const auto known = load();
  if (known && !discovery::worth_writing(*known, fresh, *settings_.cache)) return;
  const auto written = system_.write_cache(discovery::cache_file_name(key_),
                                           discovery::serialize_cached_servers(fresh, key_));
  if (!written)
    report.step(fmt::format("the list of servers was not saved: {}", written.error().message));
}

bool CachedList::is_on() const {
  return settings_.cache && settings_.via == config::Via::kAuto;
}

bool CachedList::accepts(consul::Channel channel) const {
  return consul::is_authenticated(channel) || !config::is_authenticated(settings_);
}

std::string CachedList::address(consul::Channel channel) const {
  return channel == consul::Channel::kDns ? consul::address_of(*settings_.dns)
                                          : consul::address_of(*settings_.http);
}

/// kUnknown if there is no list.
Result<discovery::CachedServers> CachedList::load() const {
  TRY_ASSIGN(const auto text, system_.read_cache(discovery::cache_file_name(key_)));
  auto list = discovery::parse_cached_servers(text, key_, system_.wall_now(), *settings_.cache);
  if (list && !accepts(list->channel)) {
    return fail(ErrorCode::kUntrusted,
                fmt::format("its servers were learned over {}, but Consul is authenticated",
                            consul::describe(list->channel)));
  }
  return list;
}

}  // namespace glusterconsul::mount
