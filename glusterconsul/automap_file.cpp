#include "glusterconsul/automap_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <vector>

#include "mount/signals.hpp"
#include "util/replaced_file.hpp"
#include "util/subprocess.hpp"
#include "util/text.hpp"
#include "util/try.hpp"

namespace glusterconsul {
namespace {

constexpr std::size_t kMaxMapFile = 64UL * 1024 * 1024;
constexpr milliseconds kCommandTime = std::chrono::minutes(1);
constexpr std::string_view kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

Result<std::string> find_program(const std::string& name) {
  if (name.starts_with('/')) return name;
  for (const auto directory : split(kPath, ':')) {
    auto path = fmt::format("{}/{}", directory, name);
    if (name.find('/') == std::string::npos && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return fail(ErrorCode::kUsage, fmt::format("there is no program '{}'", shortened(name)));
}

Result<std::vector<std::string>> arguments_of(const std::string& command) {
  std::vector<std::string> arguments;
  for (const auto part : split(command, ' ')) {
    const auto word = trim(part);
    if (!word.empty()) arguments.emplace_back(word);
  }
  if (arguments.empty()) return fail(ErrorCode::kUsage, "--run is empty");
  TRY_ASSIGN(arguments.front(), find_program(arguments.front()));
  return arguments;
}

Result<void> run_command(const std::vector<std::string>& arguments) {
  ProcessSpec spec;
  spec.arguments = arguments;
  spec.environment = {fmt::format("PATH={}", kPath)};
  TRY_ASSIGN(auto process, Subprocess::start(spec));
  const auto ended = process.wait(Deadline::after(kCommandTime), mount::cancel_on_signals());
  const auto line = shortened(shell_line(arguments), 200);
  if (!ended) return with_context(ended.error(), line);
  if (ended->success()) return {};
  return fail(ErrorCode::kSystem,
              fmt::format("{}: {}: {}", line, to_string(*ended), trim(process.output(1024))),
              "it is run again the next time");
}

}  // namespace

Result<Outcome> write_map_file(const std::string& path, const admin::AutomapList& list,
                               const std::string& command) {
  std::vector<std::string> arguments;
  if (!command.empty()) {
    TRY_ASSIGN(arguments, arguments_of(command));
  }
  TRY_ASSIGN(const auto file, ReplacedFile::open(path));
  TRY_ASSIGN(const auto old, file.read(kMaxMapFile));
  if (list.lines.empty() && admin::has_map_entry(old)) {
    return Outcome{
        "",
        Error{ErrorCode::kHidden,
              fmt::format("Consul lists no volume, but {} does: it is left as it is",
                          shortened(path)),
              "check the token; if there really are no volumes any more, remove the file"},
        kAutomapNotKnown};
  }
  const auto text = admin::map_file_text(list);
  if (text == old && !file.is_pending()) return Outcome{};
  if (!arguments.empty()) TRY(file.set_pending());
  if (text != old) TRY(file.replace(text));
  if (!arguments.empty()) {
    TRY(run_command(arguments));
    file.clear_pending();
  }
  return Outcome{};
}

}  // namespace glusterconsul
