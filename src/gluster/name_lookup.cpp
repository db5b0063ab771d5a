#include "gluster/name_lookup.hpp"

#include <netdb.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "util/quiet_thread.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::gluster {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

SocketAddress copy_of(const addrinfo& found) {
  SocketAddress address;
  address.size = found.ai_addrlen;
  std::memcpy(&address.storage, found.ai_addr, found.ai_addrlen);
  return address;
}

Result<SocketAddress> resolve(const std::string& name, Port port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (problem != 0) {
    return fail(ErrorCode::kUnreachable,
                problem == EAI_SYSTEM ? errno_text(errno) : ::gai_strerror(problem));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> owned(found);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_family == AF_INET) return copy_of(*each);
  }
  return copy_of(*found);
}

}  // namespace

struct NameLookup::Shared {
  UniqueFd done;
  std::mutex mutex;
  std::optional<Result<SocketAddress>> result;
};

Result<NameLookup> NameLookup::start(const HostName& name, Port port) {
  UniqueFd done(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!done) return fail(ErrorCode::kSystem, errno_text(errno));
  auto shared = std::make_shared<Shared>();
  shared->done = std::move(done);
  try {
    quiet_thread([shared, text = name.text(), port] {
      auto result = resolve(text, port);
      const std::lock_guard lock(shared->mutex);
      shared->result = std::move(result);
      ::eventfd_write(shared->done.get(), 1);
    }).detach();
  } catch (const std::system_error& problem) {
    return fail(ErrorCode::kSystem, errno_text(problem.code().value()));
  }
  return NameLookup(std::move(shared));
}

int NameLookup::fd() const {
  return shared_->done.get();
}

std::optional<Result<SocketAddress>> NameLookup::result() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->result;
}

}  // namespace glusterconsul::gluster
