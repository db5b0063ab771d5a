#include "admin/running_client.hpp"

#include <netinet/tcp.h>
#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <climits>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "util/proc_file.hpp"
#include "util/text.hpp"

namespace glusterconsul::admin {
namespace {

constexpr std::size_t kMaxDescriptors = 65'536;

/// The target of a symbolic link; empty if it cannot be read.
std::string link_target(const std::string& path) {
  std::array<char, 4096> text{};
  const auto size = ::readlink(path.c_str(), text.data(), text.size());
  return size <= 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
}

/// The text of a proc(5) file with NULs in it.
std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::size_t{256} * 1024, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

/// The inodes of a process's sockets. Nothing if its descriptors may not be seen.
std::optional<std::vector<std::uint32_t>> sockets_of(const std::string& process) {
  constexpr std::string_view kSocket = "socket:[";
  std::vector<std::uint32_t> inodes;
  std::error_code problem;
  std::size_t seen = 0;
  for (auto entry = std::filesystem::directory_iterator(process + "/fd", problem);
       !problem && entry != std::filesystem::directory_iterator() && seen < kMaxDescriptors;
       entry.increment(problem), ++seen) {
    const auto target = link_target(entry->path().native());
    if (!target.starts_with(kSocket) || !target.ends_with(']')) continue;
    const auto digits =
        std::string_view(target).substr(kSocket.size(), target.size() - kSocket.size() - 1);
    if (const auto inode = parse_number(digits, 1, UINT32_MAX)) {
      inodes.push_back(static_cast<std::uint32_t>(*inode));
    }
  }
  if (problem) return std::nullopt;
  return inodes;
}

/// Its state in proc_pid_stat(5), after the name: 'T' and 't' are stopped.
bool is_stopped(const std::string& process) {
  const auto text = read_proc_file(process + "/stat");
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return false;
  return text[name_end + 2] == 'T' || text[name_end + 2] == 't';
}

std::optional<std::vector<Endpoint>> volfile_servers(const std::string& process, Port port) {
  const auto inodes = sockets_of(process);
  if (!inodes) return std::nullopt;
  auto table = parse_tcp_table(read_proc_file(process + "/net/tcp"));
  const auto v6 = parse_tcp_table(read_proc_file(process + "/net/tcp6"));
  table.insert(table.end(), v6.begin(), v6.end());
  return connected_to(table, *inodes, port);
}

bool is_client(const std::vector<std::string>& command) {
  return !command.empty() && std::filesystem::path(command.front()).filename() == "glusterfs";
}

/// False only if it is certain that the process is in another mount namespace.
bool may_be_in_our_namespace(const std::string& process) {
  const auto its = link_target(process + "/ns/mnt");
  return its.empty() || its == link_target(proc_path("self/ns/mnt"));
}

}  // namespace

bool may_be_client(std::string_view status) {
  constexpr std::string_view kName = "Name:\tglusterfs\n";
  constexpr std::string_view kField = "\nUid:\t";
  const auto field = status.find(kField);
  return status.starts_with(kName) && field != std::string_view::npos &&
         status.substr(field + kField.size()).starts_with("0\t");
}

std::vector<std::string> parse_command(std::string_view text) {
  std::vector<std::string> arguments;
  if (text.ends_with('\0')) text.remove_suffix(1);
  if (text.empty()) return arguments;
  for (const auto argument : split(text, '\0')) arguments.emplace_back(argument);
  return arguments;
}

std::vector<Endpoint> connected_to(std::span<const TcpTableRow> table,
                                   std::span<const std::uint32_t> inodes, Port port) {
  std::vector<Endpoint> servers;
  for (const auto& row : table) {
    if (row.facts.state != TCP_ESTABLISHED) continue;
    if (std::find(inodes.begin(), inodes.end(), row.facts.inode) == inodes.end()) continue;
    auto remote = endpoint_of(row.remote);
    if (remote.port == port) servers.push_back(std::move(remote));
  }
  std::sort(servers.begin(), servers.end());
  servers.erase(std::unique(servers.begin(), servers.end()), servers.end());
  return servers;
}

std::vector<RunningClient> running_clients() {
  std::vector<RunningClient> clients;
  std::error_code problem;
  for (auto entry = std::filesystem::directory_iterator(proc_path("."), problem);
       !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    const auto pid = parse_number(entry->path().filename().native(), 1, INT_MAX);
    if (!pid) continue;
    const auto& process = entry->path().native();
    // First, since reading `cmdline` waits for the memory of the process, which may be waiting for
    // a file system that does not respond.
    if (!may_be_client(read_proc_file(process + "/status"))) continue;
    auto command = parse_command(read_whole(process + "/cmdline"));
    if (!is_client(command)) continue;
    if (!may_be_in_our_namespace(process)) continue;
    RunningClient client;
    client.pid = static_cast<pid_t>(*pid);
    client.arguments = parse_client_arguments(command);
    client.command = std::move(command);
    client.is_stopped = is_stopped(process);
    client.is_replaced = link_target(process + "/exe").ends_with(" (deleted)");
    client.volfile_servers = volfile_servers(process, client.arguments.port);
    clients.push_back(std::move(client));
  }
  // By pid, which is the order of their starts until the pids wrap around.
  std::sort(clients.begin(), clients.end(),
            [](const auto& one, const auto& other) { return one.pid < other.pid; });
  return clients;
}

std::optional<RunningClient> client_of(const std::vector<RunningClient>& clients,
                                       std::string_view target) {
  const auto found = std::find_if(clients.rbegin(), clients.rend(), [&](const auto& client) {
    return client.arguments.target == target;
  });
  if (found == clients.rend()) return std::nullopt;
  return *found;
}

}  // namespace glusterconsul::admin
