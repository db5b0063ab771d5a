#include "admin/client_graph.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "util/output.hpp"
#include "util/text.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::admin {
namespace {

constexpr std::size_t kMaxFile = std::size_t{64} * 1024;
constexpr std::size_t kMaxTranslators = 16'384;
/// The first field, so that a truncated or foreign text is recognised.
constexpr std::string_view kHeading = "glusterconsul graph";
constexpr std::string_view kEnd = "end";
constexpr std::size_t kFieldsOfBrick = 3;

/// A small file; empty if it cannot be read. (.meta's files have size 0, and no offsets.)
std::string read_text(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  std::string part(4096, '\0');
  while (file && text.size() < kMaxFile) {
    const auto got = ::read(file.get(), part.data(), part.size());
    if (got <= 0) break;
    text.append(part, 0, static_cast<std::size_t>(got));
  }
  return text;
}

std::string read_line(const std::string& path) {
  return std::string(trim(read_text(path)));
}

/// The directories of the translators, sorted; the errno if they cannot be listed.
Result<std::vector<std::string>> list_translators(const std::string& graph) {
  std::vector<std::string> names;
  std::error_code problem;
  for (auto entry = std::filesystem::directory_iterator(graph, problem);
       !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    if (names.size() < kMaxTranslators) names.push_back(entry->path().native());
  }
  if (problem) return fail(ErrorCode::kSystem, std::to_string(problem.value()));
  // Shorter names first: g0-client-2 before g0-client-10.
  std::sort(names.begin(), names.end(), [](const auto& one, const auto& other) {
    return std::pair(one.size(), one) < std::pair(other.size(), other);
  });
  return names;
}

}  // namespace

int write_graph(const std::string& target, int output) {
  const auto meta = target + "/.meta";
  const auto translators = list_translators(meta + "/graphs/active");
  if (!translators)
    return static_cast<int>(parse_number(translators.error().message, 1, 133).value_or(EIO));
  std::string text;
  const auto add = [&](std::string_view field) {
    text += field;
    text += '\0';
  };
  add(kHeading);
  add(parse_meta_version(read_text(meta + "/version")));
  for (const auto& translator : *translators) {
    if (read_line(translator + "/type") != "protocol/client") continue;
    const auto path = read_line(translator + "/options/remote-subvolume");
    // The snapshot daemon has a client too, but is not a brick.
    if (!path.starts_with('/') || text.size() > kMaxGraph - 3 * kMaxFile) continue;
    add(read_line(translator + "/options/remote-host"));
    add(path);
    add(parse_connected(read_text(translator + "/private")) ? "1" : "0");
  }
  add(kEnd);
  return write_all(output, text) ? 0 : EIO;
}

std::optional<ClientGraph> parse_graph(std::string_view text) {
  const auto fields = split(text, '\0');
  // After the last NUL, split() returns one more, empty field.
  if (fields.size() < 4 || fields.front() != kHeading || fields[fields.size() - 2] != kEnd ||
      (fields.size() - 4) % kFieldsOfBrick != 0) {
    return std::nullopt;
  }
  ClientGraph graph{std::string(fields[1]), {}};
  for (std::size_t i = 2; i + kFieldsOfBrick < fields.size(); i += kFieldsOfBrick) {
    graph.bricks.push_back(
        {std::string(fields[i]), std::string(fields[i + 1]), fields[i + 2] == "1"});
  }
  return graph;
}

std::string parse_meta_version(std::string_view text) {
  constexpr std::string_view kKey = "\"Package Version\":";
  const auto key = text.find(kKey);
  if (key == std::string_view::npos) return "";
  const auto begin = text.find('"', key + kKey.size());
  if (begin == std::string_view::npos) return "";
  const auto end = text.find('"', begin + 1);
  if (end == std::string_view::npos) return "";
  return std::string(text.substr(begin + 1, end - begin - 1));
}

bool parse_connected(std::string_view text) {
  for (const auto line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || trim(line.substr(0, equals)) != "connected") continue;
    return trim(line.substr(equals + 1)) == "1";
  }
  return false;
}

}  // namespace glusterconsul::admin
