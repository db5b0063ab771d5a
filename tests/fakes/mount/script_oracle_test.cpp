// The distribution's own mount.glusterfs is the oracle of the translation: it is
// given the same options, with a `glusterfs` that only writes down how it was
// called, and the two command lines are compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>

#include "gluster/command_line.hpp"
#include "util/subprocess.hpp"
#include "util/text.hpp"

namespace glusterconsul::gluster {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr const char* kScript = "/sbin/mount.glusterfs";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void replace_once(std::string& text, std::string_view from, const std::string& to) {
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << "mount.glusterfs has no line with " << from;
  text.replace(at, from.size(), to);
}

/// A copy of the script for the time of the test, that calls a recorder and
/// touches nothing of the machine.
class ScriptOracle : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kScript)) {
      const char* ci = std::getenv("CI");
      ASSERT_STRNE(ci == nullptr ? "" : ci, "true") << kScript << " is not installed";
      GTEST_SKIP() << kScript << " is not installed";
    }
    std::string pattern = (fs::temp_directory_path() / "oracle-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    fs::create_directories(folder_ / "sbin");
    fs::create_directories(target());
    std::string script = read_file(kScript);
    replace_once(script, "prefix=\"/usr\"", "prefix=\"" + folder_.string() + "\"");
    replace_once(script, "UPDATEDBCONF=/etc/", "UPDATEDBCONF=" + (folder_ / "none/").string());
    replace_once(script, "\"/var/lib/glusterd\"", "\"" + (folder_ / "none").string() + "\"");
    write("script", script);
    write("sbin/glusterfs", "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"" + record().string() + "\"\n");
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  void write(const char* name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    ASSERT_EQ(::chmod((folder_ / name).c_str(), 0700), 0);
  }
  [[nodiscard]] fs::path record() const { return folder_ / "record"; }
  [[nodiscard]] std::string target() const { return (folder_ / "mnt").string(); }

  /// How the script calls the client; nothing where it does not.
  [[nodiscard]] std::optional<Words> of_script(const std::string& path,
                                               const std::string& options) const {
    std::error_code ignored;
    fs::remove(record(), ignored);
    ProcessSpec spec{{"/bin/sh", (folder_ / "script").string(), "192.0.2.1:" + path, target()},
                     {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}};
    if (!options.empty()) spec.arguments.insert(spec.arguments.end(), {"-o", options});
    auto child = Subprocess::start(spec);
    EXPECT_TRUE(child.has_value());
    const Cancel cancel;
    EXPECT_TRUE(child->wait(Deadline::after(std::chrono::seconds(30)), cancel).has_value());
    if (!fs::exists(record())) return std::nullopt;
    const std::string recorded = read_file(record());
    Words words;
    for (const auto line : split(trim(recorded), '\n')) words.emplace_back(line);
    return words;
  }

  /// How we call it.
  [[nodiscard]] std::optional<Words> of_ours(const std::string& path,
                                             const std::vector<Option>& options) const {
    auto translated = translate(options);
    if (!translated) return std::nullopt;
    const Port port = translated->server_port.value_or(kGlusterdPort);
    auto words = arguments({"glusterfs",
                            {9, 6},  // without the display name, which the script does not know
                            {*Host::parse("192.0.2.1")},
                            port,
                            *parse_volume_path(path),
                            "",
                            *std::move(translated),
                            target()});
    words.erase(words.begin());
    return words;
  }

  void compare(const std::vector<Option>& options, const std::string& path = "/g0") const;

  fs::path folder_;
};

bool is_given(const std::vector<Option>& options, std::string_view name) {
  return std::any_of(options.begin(), options.end(),
                     [&](const Option& option) { return option.name == name; });
}

auto first_with(Words& words, std::string_view beginning) {
  return std::find_if(words.begin(), words.end(),
                      [&](const std::string& word) { return word.starts_with(beginning); });
}

void drop_first(Words& words, std::string_view beginning) {
  const auto at = first_with(words, beginning);
  if (at != words.end()) words.erase(at);
}

/// Where we mean to differ from the script, and how its words become ours.
struct MeantDifference {
  const char* what;
  void (*apply)(const std::vector<Option>& options, Words& script, Words& ours);
};

constexpr std::array kMeantDifferences = {
    MeantDifference{
        "the script says --fuse-mountopts twice; the client takes the last",
        [](const auto&, Words& script, Words&) { drop_first(script, "--fuse-mountopts="); }},
    MeantDifference{"fopen-keep-cache=V: the script writes two '=', which the client refuses",
                    [](const auto&, Words& script, Words&) {
                      const auto at = first_with(script, "--fopen-keep-cache==");
                      if (at != script.end()) at->erase(at->find('='), 1);
                    }},
    MeantDifference{"the script puts this one behind the servers; its place means nothing",
                    [](const auto&, Words& script, Words& ours) {
                      drop_first(script, "--fuse-dev-eperm-ratelimit-ns=");
                      drop_first(ours, "--fuse-dev-eperm-ratelimit-ns=");
                    }},
    MeantDifference{"a thin client asks for \"g0\": glusterd does not find the script's \"/g0\"",
                    [](const auto& options, Words& script, Words&) {
                      if (!is_given(options, "thin-client")) return;
                      const auto at = first_with(script, "--volfile-id=/");
                      if (at != script.end()) at->erase(at->find('/'), 1);
                    }},
    MeantDifference{"the last of ro and rw wins; in the script ro does",
                    [](const auto& options, Words& script, Words&) {
                      const bool both = is_given(options, "ro") && is_given(options, "rw");
                      const auto last = std::find_if(
                          options.rbegin(), options.rend(),
                          [](const auto& o) { return o.name == "ro" || o.name == "rw"; });
                      if (both && last->name == "rw") drop_first(script, "--read-only");
                    }},
    MeantDifference{"the last word on squashing wins; in the script the first 'no' does",
                    [](const auto& options, Words& script, Words& ours) {
                      if (!is_given(options, "root-squash") ||
                          !is_given(options, "no-root-squash")) {
                        return;
                      }
                      drop_first(script, "--no-root-squash");
                      drop_first(ours, "--no-root-squash");
                    }},
    MeantDifference{"fuse-mountopts= adds to the flags; in the script it replaces those before it",
                    [](const auto& options, Words& script, Words& ours) {
                      if (!is_given(options, "fuse-mountopts")) return;
                      drop_first(script, "--fuse-mountopts=");
                      drop_first(ours, "--fuse-mountopts=");
                    }},
};

std::string text_of(const std::vector<Option>& options) {
  Words words;
  words.reserve(options.size());
  for (const auto& option : options) words.push_back(to_string(option));
  return join(words, ",");
}

void ScriptOracle::compare(const std::vector<Option>& options, const std::string& path) const {
  const std::string text = text_of(options);
  auto script = of_script(path, text);
  auto ours = of_ours(path, options);
  ASSERT_TRUE(script.has_value()) << "the script refuses " << text;
  ASSERT_TRUE(ours.has_value()) << "we refuse " << text;
  for (const auto& difference : kMeantDifferences) difference.apply(options, *script, *ours);
  EXPECT_EQ(*ours, *script) << "-o " << text << " " << path;
}

/// Every option of the script, with a value that the client takes.
std::vector<Option> all_options() {
  return {{"ro", {}},
          {"rw", {}},
          {"acl", {}},
          {"selinux", {}},
          {"enable-ino32", {}},
          {"worm", {}},
          {"fetch-attempts", "3"},
          {"volfile-check", "on"},
          {"mem-accounting", {}},
          {"aux-gfid-mount", {}},
          {"resolve-gids", {}},
          {"no-root-squash", "yes"},
          {"root-squash", "off"},
          {"thin-client", {}},
          {"global-threading", {}},
          {"localtime-logging", {}},
          {"fopen-keep-cache", {}},
          {"fopen-keep-cache", "false"},
          {"halo-max-latency", "5"},
          {"halo-max-replicas", "3"},
          {"halo-min-replicas", "2"},
          {"log-level", "debug"},
          {"log-level", "nonsense"},
          {"log-file", "/var/log/glusterfs/x.log"},
          {"direct-io-mode", "auto"},
          {"use-readdirp", "no"},
          {"event-history", "on"},
          {"reader-thread-count", "4"},
          {"auto-invalidation", "no"},
          {"volume-name", "g0-dht"},
          {"attribute-timeout", "1.5"},
          {"entry-timeout", "0"},
          {"negative-timeout", "10"},
          {"gid-timeout", "300"},
          {"lru-limit", "1000"},
          {"invalidate-limit", "10"},
          {"background-qlen", "64"},
          {"congestion-threshold", "48"},
          {"oom-score-adj", "-100"},
          {"xlator-option", "*dht.lookup-optimize=off"},
          {"kernel-writeback-cache", "yes"},
          {"attr-times-granularity", "1000"},
          {"dump-fuse", "/run/dump"},
          {"fuse-flush-handle-interrupt", "yes"},
          {"process-name", "vm"},
          {"io-engine", "legacy"},
          {"fuse-dev-eperm-ratelimit-ns", "1000"},
          {"backup-volfile-servers", "gl2:[2001:db8::1]:192.0.2.3"},
          {"backupvolfile-server", "gl4"},
          {"server-port", "24100"},
          {"transport", "tcp"},
          {"volume-id", "other"},
          {"subdir-mount", "a/b"},
          {"fuse-mountopts", "nodev"},
          {"dev", {}},
          {"nodev", {}},
          {"exec", {}},
          {"noexec", {}},
          {"suid", {}},
          {"nosuid", {}},
          {"atime", {}},
          {"noatime", {}},
          {"auto_unmount", {}},
          {"context", "system_u:object_r:t:s0"},
          {"fscontext", "a:b:c"},
          {"defcontext", "a:b:c"},
          {"rootcontext", "a:b:c"},
          {"auto", {}},
          {"noauto", {}},
          {"_netdev", {}},
          {"x-systemd.automount", {}}};
}

TEST_F(ScriptOracle, AgreesOnNoOption) {
  compare({});
}

TEST_F(ScriptOracle, AgreesOnEachOptionAlone) {
  for (const auto& option : all_options()) compare({option});
}

TEST_F(ScriptOracle, AgreesOnPairsOfOptionsInBothOrders) {
  const auto options = all_options();
  for (std::size_t i = 0; i + 1 < options.size(); i += 2) {
    compare({options[i], options[i + 1]});
    compare({options[i + 1], options[i]});
  }
}

TEST_F(ScriptOracle, AgreesOnAllOptionsTogetherInBothOrders) {
  auto options = all_options();
  compare(options);
  std::reverse(options.begin(), options.end());
  compare(options);
}

TEST_F(ScriptOracle, AgreesOnDirectoriesAndSnapshots) {
  for (const char* path : {"/g0/a", "/g0/a/b", "/snaps/s1/g0"}) {
    compare({}, path);
    compare({{"subdir-mount", "x"}, {"transport", "tcp"}}, path);
  }
}

/// What we refuse and the script hands on or ignores, and why.
struct MeantRefusal {
  Option option;
  const char* why;
};

TEST_F(ScriptOracle, TakesWhatWeMeanToRefuse) {
  const std::vector<MeantRefusal> refusals = {
      {{"relatime", {}}, "the FUSE mount call rejects it, and nothing is mounted"},
      {{"nodiratime", {}}, "the same"},
      {{"strictatime", {}}, "the same"},
      {{"sync", {}}, "the script ignores it; it is set on the finished mount"},
      {{"nofail", {}}, "the script ignores it; it is for the caller"},
      {{"log-file", "relative.log"}, "the client's working directory is nobody's choice"},
      {{"lru-limit", "many"}, "the client ends with a usage error"},
      {{"server-port", "80"}, "the client ends with a usage error"},
      {{"xlator-option", "foo"}, "the client ends with a usage error"},
  };
  for (const auto& [option, why] : refusals) {
    EXPECT_TRUE(of_script("/g0", to_string(option)).has_value()) << to_string(option);
    EXPECT_FALSE(of_ours("/g0", {option}).has_value()) << to_string(option) << ": " << why;
  }
}

TEST_F(ScriptOracle, RefusesWhatANewerClientMayKnow) {
  EXPECT_FALSE(of_script("/g0", "new-thing=1").has_value());
  EXPECT_TRUE(of_ours("/g0", {{"new-thing", "1"}}).has_value());
}

}  // namespace
}  // namespace glusterconsul::gluster
