#include "util/proc_file.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>

#include "util/text.hpp"

namespace glusterconsul {
namespace {

bool is_below_working_directory = false;

}  // namespace

std::string proc_path(std::string_view name) {
  return std::string(is_below_working_directory ? "" : "/proc/").append(name);
}

Result<void> stay_in_proc(int directory) {
  if (::fchdir(directory) != 0) {
    return fail(ErrorCode::kSystem, "cannot use /proc: " + errno_text(errno));
  }
  is_below_working_directory = true;
  return {};
}

pid_t own_id_in_proc() {
  std::array<char, 16> text{};
  const auto size = ::readlink(proc_path("self").c_str(), text.data(), text.size());
  if (size <= 0) return 0;
  const std::string_view id(text.data(), static_cast<std::size_t>(size));
  return static_cast<pid_t>(parse_number(id, 1, INT32_MAX).value_or(0));
}

std::string read_proc_file(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  // Not through the stream buffer: it throws if a read fails, and only the stream catches the
  // exception.
  std::getline(file, text, '\0');
  if (file.bad()) text.clear();
  return text;
}

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const auto name_start = text.find('(');
  const auto name_end = text.rfind(')');
  if (name_start == std::string_view::npos || name_end == std::string_view::npos ||
      name_end < name_start) {
    return std::nullopt;
  }
  // " S 1234 ...": the state, then the parent.
  const auto fields = split(text.substr(name_end + 1), ' ');
  const auto parent = fields.size() > 2 ? parse_number(fields[2], 0, INT32_MAX) : std::nullopt;
  if (!parent) return std::nullopt;
  return ProcessStat{std::string(text.substr(name_start + 1, name_end - name_start - 1)),
                     static_cast<pid_t>(*parent)};
}

}  // namespace glusterconsul
