#include "consul/left_lookups.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace glusterconsul::consul {
namespace {

struct Lookup {
  CurlEasy easy;
  CurlMulti multi;
};

std::mutex mutex;

/// Never freed as a whole: to do so at the end of the process would wait for the resolver.
std::vector<Lookup>& left() {
  static auto& lookups = *new std::vector<Lookup>;
  return lookups;
}

curl_socket_t open_no_socket(void* /*user*/, curlsocktype /*purpose*/,
                             curl_sockaddr* /*address*/) noexcept {
  return CURL_SOCKET_BAD;
}

/// So that it ends as soon as the name is looked up, and touches nothing of its exchange.
void disarm(CURL* easy) {
  CurlOptions options(easy);
  options.set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  options.set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  options.set(CURLOPT_CONNECT_TO, static_cast<curl_slist*>(nullptr));
  options.set(CURLOPT_OPENSOCKETFUNCTION, &open_no_socket);
  options.set(CURLOPT_SOCKOPTFUNCTION, static_cast<curl_sockopt_callback>(nullptr));
}

bool has_ended(const Lookup& lookup) {
  int running = 0;
  return ::curl_multi_perform(lookup.multi.get(), &running) == CURLM_OK && running == 0;
}

std::size_t free_ended() {
  std::erase_if(left(), [](Lookup& lookup) {
    if (!has_ended(lookup)) return false;
    ::curl_multi_remove_handle(lookup.multi.get(), lookup.easy.get());
    return true;
  });
  return left().size();
}

}  // namespace

void leave_lookup(CurlEasy easy, CurlMulti multi) {
  disarm(easy.get());
  const std::lock_guard lock(mutex);
  free_ended();
  left().push_back({std::move(easy), std::move(multi)});
}

std::size_t free_ended_lookups() {
  const std::lock_guard lock(mutex);
  return free_ended();
}

}  // namespace glusterconsul::consul
