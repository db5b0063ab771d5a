#include "mount/machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "util/proc_file.hpp"
#include "util/read_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

std::string first_line(const std::string& path) {
  constexpr std::size_t kMaxSize = 4096;
  const auto text = read_regular_file(path, kMaxSize);
  return std::string(trim(std::string_view(text).substr(0, text.find('\n'))));
}

bool is_machine_id(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_ascii_alnum) && text != "uninitialized";
}

/// The addresses of hardware network devices. Virtual ones come and go, and often have random
/// addresses.
std::vector<std::string> hardware_addresses() {
  std::vector<std::string> addresses;
  std::error_code problem;
  for (auto entry = std::filesystem::directory_iterator("/sys/class/net", problem);
       !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    std::error_code unreadable;
    if (!std::filesystem::exists(entry->path() / "device", unreadable)) continue;
    addresses.push_back(first_line((entry->path() / "address").string()));
  }
  return addresses;
}

}  // namespace

std::string machine_identity(const MachineFacts& facts) {
  std::vector<std::string> parts = facts.hardware_addresses;
  std::sort(parts.begin(), parts.end());
  parts.insert(parts.begin(), {is_machine_id(facts.machine_id) ? facts.machine_id : facts.boot_id,
                               facts.host_name});
  return join(parts, "\n");
}

MachineFacts read_machine_facts() {
  std::array<char, 256> name{};
  const bool is_named = ::gethostname(name.data(), name.size() - 1) == 0;
  return {.machine_id = first_line("/etc/machine-id"),
          .boot_id = first_line(proc_path("sys/kernel/random/boot_id")),
          .host_name = is_named ? name.data() : "",
          .hardware_addresses = hardware_addresses()};
}

}  // namespace glusterconsul::mount
