#include "loopback/util/fake_resolver.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace glusterconsul::loopback {
namespace {

/// Longer than any test waits, so that a test that waits for the resolver reports its own failure.
constexpr std::chrono::seconds kLongest{30};

struct Lookups {
  std::mutex mutex;
  std::condition_variable changed;
  bool hang = false;
  int waiting = 0;
};

Lookups& lookups() {
  static Lookups all;
  return all;
}

/// False if the resolver currently responds; otherwise waits until it does.
bool hangs() {
  auto& all = lookups();
  std::unique_lock lock(all.mutex);
  if (!all.hang) return false;
  ++all.waiting;
  all.changed.notify_all();
  all.changed.wait_for(lock, kLongest, [&] { return !all.hang; });
  --all.waiting;
  all.changed.notify_all();
  return true;
}

}  // namespace

HangingResolver::HangingResolver() {
  const std::lock_guard lock(lookups().mutex);
  lookups().hang = true;
}

HangingResolver::~HangingResolver() {
  auto& all = lookups();
  std::unique_lock lock(all.mutex);
  all.hang = false;
  all.changed.notify_all();
  all.changed.wait(lock, [&] { return all.waiting == 0; });
}

int HangingResolver::waiting() const {
  const std::lock_guard lock(lookups().mutex);
  return lookups().waiting;
}

}  // namespace glusterconsul::loopback

// The linker exports this function from the test program if a shared library, such as libcurl,
// references it, and the loader prefers it to the one in the C library.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using glusterconsul::loopback::HangingResolver;
  const std::string_view name = node == nullptr ? "" : node;
  if (name == glusterconsul::loopback::kTransientFailure) return EAI_AGAIN;
  if (name.ends_with(HangingResolver::kName)) {
    if (glusterconsul::loopback::hangs()) return EAI_AGAIN;
    node = "127.0.0.1";
  } else if (name.ends_with(".invalid")) {
    return EAI_NONAME;
  }
  static auto* const real =
      reinterpret_cast<decltype(&::getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, found);
}
