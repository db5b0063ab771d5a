#include "admin/config_check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "config/conf_file.hpp"
#include "config/section_service.hpp"
#include "config/settings.hpp"
#include "config/sources.hpp"
#include "config/token_file.hpp"
#include "consul/tls_files.hpp"
#include "util/named_file.hpp"
#include "util/text.hpp"
#include "util/trusted_file.hpp"

namespace glusterconsul::admin {
namespace {

/// How long the files that the settings name may take together, before the last one.
constexpr milliseconds kAllFiles{30'000};

class ConfigCheck {
 public:
  ConfigCheck(std::string conf_path, const Cancel& cancel)
      : conf_path_(std::move(conf_path)), cancel_(cancel) {}

  std::vector<ConfigFinding> run() {
    read_files();
    for (const auto& section : sources_.conf.sections) check_section(section);
    // What belongs together is checked only if each line is valid by itself.
    if (!has_error()) check_together();
    return std::move(findings_);
  }

 private:
  void add(std::string subject, std::vector<Error> problems) {
    for (auto& problem : problems) findings_.push_back({subject, std::move(problem)});
    if (problems.empty()) findings_.push_back({std::move(subject)});
  }

  [[nodiscard]] bool has_error() const {
    return std::any_of(findings_.begin(), findings_.end(),
                       [](const auto& finding) { return finding.error.has_value(); });
  }

  void read_files() {
    read_file(conf_path_, Missing::kIsEmpty);
    const auto directory = conf_path_ + ".d";
    auto files = config::list_conf_directory(directory);
    if (!files) {
      add(directory, {std::move(files).error()});
      return;
    }
    if (files->skipped) findings_.push_back({directory, {}, std::move(files->skipped)});
    for (const auto& path : files->paths) read_file(path, Missing::kIsAnError);
  }

  void read_file(const std::string& path, Missing missing) {
    const auto text = config::read_conf_text(path, missing);
    if (!text) {
      add(path, {text.error()});
      return;
    }
    auto parsed = config::parse_conf_lines(*text, path);
    auto problems = std::move(parsed.problems);
    for (auto& problem : config::check_assignments(parsed.file.general)) {
      problems.push_back(std::move(problem));
    }
    const bool exists = missing == Missing::kIsAnError || ::access(path.c_str(), F_OK) == 0;
    add(exists ? path : path + " (does not exist)", std::move(problems));
    config::append(sources_.conf, std::move(parsed.file));
  }

  void check_section(const config::ConfFile::Section& section) {
    auto problems = config::check_assignments(section.assignments);
    const auto domain = config::resolve_domain(sources_);
    auto service = config::section_service(section, domain ? *domain : consul::Domain());
    if (!service) {
      problems.insert(problems.begin(), std::move(service).error());
    } else if (std::find(services_.begin(), services_.end(), *service) == services_.end()) {
      services_.push_back(*service);
    }
    // The messages contain the line.
    const auto name = fmt::format("[{}]", section.service);
    add(problems.empty() ? fmt::format("{} ({})", name, section.origin) : name,
        std::move(problems));
  }

  void check_together() {
    check_settings("all services without a section", "");
    for (const auto& service : services_) check_settings("service " + service, service);
  }

  void check_settings(const std::string& subject, const std::string& service) {
    const auto resolution = config::resolve(sources_, service);
    if (!resolution) {
      add(subject, {resolution.error()});
      return;
    }
    findings_.push_back({subject});
    for (auto& warning : config::trust_warnings(resolution->settings)) {
      findings_.push_back({subject, {}, std::move(warning)});
    }
    open_files(resolution->settings);
  }

  void open_files(const config::Settings& settings) {
    if (settings.http && !settings.token_file.empty()) {
      open_file("consul-token-file", settings.token_file, [&]() -> Result<void> {
        const auto token = config::read_token_file(settings.token_file);
        return token ? Result<void>() : fail(token.error());
      });
    }
    if (settings.http) open_tls_files(*settings.http);
    if (!settings.glusterfs.empty()) {
      open_file("consul-glusterfs", settings.glusterfs,
                [&] { return check_program(settings.glusterfs); });
    }
  }

  /// One at a time, so that an error with one does not hide that of another.
  void open_tls_files(const consul::HttpSettings& http) {
    using Row = std::pair<const char*, std::string consul::HttpSettings::*>;
    constexpr std::array<Row, 4> kFiles = {
        Row{"consul-ca-cert", &consul::HttpSettings::ca_cert},
        Row{"consul-ca-path", &consul::HttpSettings::ca_path},
        Row{"consul-client-cert", &consul::HttpSettings::client_cert},
        Row{"consul-client-key", &consul::HttpSettings::client_key}};
    for (const auto& [option, member] : kFiles) {
      if ((http.*member).empty()) continue;
      consul::HttpSettings alone;
      alone.verify = http.verify;
      alone.*member = http.*member;
      open_file(option, http.*member, [&]() -> Result<void> {
        const auto opened = consul::open_tls_files(alone);
        return opened ? Result<void>() : fail(opened.error());
      });
    }
  }

  template <typename Open>
  void open_file(std::string_view option, const std::string& path, const Open& open) {
    auto subject = fmt::format("{}={}", option, path);
    if (!opened_.insert(subject).second) return;
    if (cancel_.requested()) return;
    if (deadline_.expired()) {
      findings_.push_back({std::move(subject), Error{ErrorCode::kTimedOut,
                                                     "not checked: earlier files took too long"}});
      return;
    }
    const auto responds = files_respond({{std::string(option), path}}, cancel_);
    const auto opened = responds ? open() : responds;
    if (opened) {
      findings_.push_back({std::move(subject)});
    } else {
      findings_.push_back({std::move(subject), opened.error()});
    }
  }

  std::string conf_path_;
  const Cancel& cancel_;
  Deadline deadline_ = Deadline::after(kAllFiles);
  config::Sources sources_;
  std::vector<std::string> services_;
  std::set<std::string> opened_;  ///< files that several services may name
  std::vector<ConfigFinding> findings_;
};

}  // namespace

Result<std::vector<ConfigFinding>> check_config(const std::string& conf_path,
                                                const Cancel& cancel) {
  auto findings = ConfigCheck(conf_path, cancel).run();
  if (cancel.requested()) return fail(ErrorCode::kInterrupted, "interrupted");
  return findings;
}

std::optional<Error> problem_of(const std::vector<ConfigFinding>& findings) {
  const ConfigFinding* first = nullptr;
  std::size_t errors = 0;
  for (const auto& finding : findings) {
    if (!finding.error) continue;
    if (first == nullptr) first = &finding;
    ++errors;
  }
  if (first == nullptr) return std::nullopt;
  Error problem = *first->error;
  problem.message = fmt::format("{} in the configuration; the first is: {}",
                                count_of(errors, "error"), problem.message);
  return problem;
}

}  // namespace glusterconsul::admin
