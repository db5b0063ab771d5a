#include "util/resolver.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "util/quiet_thread.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul {
namespace {

constexpr std::size_t kMaxAddresses = 64;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::optional<IpAddress> address_of(const addrinfo& node) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = nullptr;
  if (node.ai_family == AF_INET) {
    address = &reinterpret_cast<const sockaddr_in*>(node.ai_addr)->sin_addr;
  } else if (node.ai_family == AF_INET6) {
    address = &reinterpret_cast<const sockaddr_in6*>(node.ai_addr)->sin6_addr;
  }
  if (address == nullptr) return std::nullopt;
  if (::inet_ntop(node.ai_family, address, text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  auto parsed = IpAddress::parse(text.data());
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

/// Whether an error of getaddrinfo(3) is about the name, and not about the resolver.
bool has_no_address(int problem) {
#ifdef EAI_NODATA
  if (problem == EAI_NODATA) return true;
#endif
  return problem == EAI_NONAME;
}

Result<std::vector<IpAddress>> resolve(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (problem != 0) {
    return fail(has_no_address(problem) ? ErrorCode::kUnreachable : ErrorCode::kUnavailable,
                problem == EAI_SYSTEM ? errno_text(errno) : ::gai_strerror(problem));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> owned(found);
  std::vector<IpAddress> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (addresses.size() == kMaxAddresses) break;
    auto address = address_of(*each);
    if (!address || std::find(addresses.begin(), addresses.end(), *address) != addresses.end()) {
      continue;
    }
    addresses.push_back(*std::move(address));
  }
  if (addresses.empty()) return fail(ErrorCode::kUnreachable, ::gai_strerror(EAI_NONAME));
  return addresses;
}

}  // namespace

struct NameLookup::Shared {
  UniqueFd done;
  std::mutex mutex;
  std::optional<Result<std::vector<IpAddress>>> result;
};

Result<NameLookup> NameLookup::start(const HostName& name) {
  UniqueFd done(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!done) return fail(ErrorCode::kSystem, errno_text(errno));
  auto shared = std::make_shared<Shared>();
  shared->done = std::move(done);
  try {
    quiet_thread([shared, text = name.text()] {
      auto result = resolve(text);
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

std::optional<Result<std::vector<IpAddress>>> NameLookup::result() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->result;
}

}  // namespace glusterconsul
