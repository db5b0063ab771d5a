// The mount.glusterfs of the distribution is the oracle for the translation: both get the
// same option string, and the two command lines are compared. The script runs a `glusterfs`
// that only records its arguments.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "mount/arguments.hpp"
#include "mount/explanation.hpp"
#include "mount/task.hpp"
#include "mount/time_limits.hpp"
#include "unit/mount/fake_system.hpp"
#include "util/subprocess.hpp"
#include "util/text.hpp"

namespace glusterconsul::mount {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using Words = std::vector<std::string>;
using Options = std::vector<Option>;

constexpr const char* kScript = "/sbin/mount.glusterfs";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Whether the installed script contains this text. Some texts distinguish versions 10 and 11.
bool script_has(std::string_view text) {
  static const std::string kText = read_file(kScript);
  return kText.find(text) != std::string::npos;
}
constexpr const char* kServer = "192.0.2.1";

/// The version of the script, to the extent that command lines depend on it.
gluster::ClientVersion client_version() {
  return script_has("\"inode-table-size\"") ? gluster::ClientVersion{11, 1}
                                            : gluster::ClientVersion{10, 3};
}

// Lists of arguments.

auto first_with(Words& words, std::string_view beginning) {
  return std::find_if(words.begin(), words.end(),
                      [&](const std::string& word) { return word.starts_with(beginning); });
}

void drop_first(Words& words, std::string_view beginning) {
  const auto at = first_with(words, beginning);
  if (at != words.end()) words.erase(at);
}

bool is_any_of(std::string_view word, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_given(const Options& options, std::string_view name) {
  return std::any_of(options.begin(), options.end(),
                     [&](const Option& option) { return option.name == name; });
}

/// The last option with one of these names, which must exist.
Option last_of(const Options& options, const std::vector<std::string_view>& names) {
  return *std::find_if(options.rbegin(), options.rend(),
                       [&](const Option& option) { return is_any_of(option.name, names); });
}

constexpr std::string_view kMountWords = "--fuse-mountopts=";

/// The words in the value of the only --fuse-mountopts=.
Words mount_words(Words& words) {
  const auto at = first_with(words, kMountWords);
  Words list;
  if (at == words.end()) return list;
  for (const auto word : split(std::string_view(*at).substr(kMountWords.size()), ',')) {
    list.emplace_back(word);
  }
  return list;
}

void set_mount_words(Words& words, const Words& list) {
  const auto at = first_with(words, kMountWords);
  if (at == words.end()) return;
  if (list.empty()) {
    words.erase(at);
  } else {
    *at = std::string(kMountWords) + join(list, ",");
  }
}

void drop_mount_words(Words& words, const std::vector<std::string_view>& dropped) {
  auto list = mount_words(words);
  std::erase_if(list, [&](const std::string& word) { return is_any_of(word, dropped); });
  set_mount_words(words, list);
}

// Intended differences.

/// An option that both accept, and how to make the two command lines equal.
struct IntendedDifference {
  const char* what;
  std::string example;  ///< shows this difference and no other
  void (*apply)(const Options& options, Words& script, Words& ours);
  /// Text that only the scripts of the differing versions contain; empty: all versions differ.
  const char* only_with = "";
};

constexpr const char* kLongName =
    "a-server-that-has-a-rather-long-name.in-the-rack-at-the-window.example.net";

/// If options of both groups are given, drops those of the group that does not have the last one.
void drop_losers(const Options& options, Words& script, const std::vector<std::string_view>& one,
                 const std::vector<std::string_view>& other) {
  const auto given = [&](const std::vector<std::string_view>& names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return is_given(options, name); });
  };
  if (!given(one) || !given(other)) return;
  auto all = one;
  all.insert(all.end(), other.begin(), other.end());
  drop_mount_words(script, is_any_of(last_of(options, all).name, one) ? other : one);
}

const std::vector<IntendedDifference>& intended_differences() {
  static const std::vector<IntendedDifference> kDifferences = {
      {"the script passes --fuse-mountopts twice; the client uses the last", "noexec",
       [](const auto&, Words& script, Words&) {
         Words behind(first_with(script, kMountWords), script.end());
         if (std::count_if(behind.begin(), behind.end(), [](const std::string& word) {
               return word.starts_with(kMountWords);
             }) == 2) {
           drop_first(script, kMountWords);
         }
       }},
      {"quotes around a value are removed; the script adds its own", R"(context="a:b:c")",
       [](const auto&, Words& script, Words&) {
         auto list = mount_words(script);
         for (auto& word : list) {
           for (auto at = word.find("\"\""); at != std::string::npos; at = word.find("\"\"")) {
             word.erase(at, 1);
           }
         }
         set_mount_words(script, list);
       }},
      {"the FUSE mount call fails with these: they are set on the finished mount, or are the "
       "default of FUSE",
       "strictatime",
       [](const auto&, Words& script, Words&) {
         drop_mount_words(script, {"relatime", "norelatime", "strictatime", "nostrictatime",
                                   "diratime", "nodiratime"});
       }},
      {"the last of mutually exclusive options wins, and the others are dropped; the script "
       "passes all",
       "nodev,dev",
       [](const auto& options, Words& script, Words&) {
         drop_losers(options, script, {"dev"}, {"nodev"});
         drop_losers(options, script, {"exec"}, {"noexec"});
         drop_losers(options, script, {"suid"}, {"nosuid"});
         drop_losers(options, script, {"noatime"}, {"atime", "relatime", "strictatime"});
       }},
      {"dirsync is passed; the script warns that it ignores it", "dirsync",
       [](const auto&, Words&, Words& ours) { drop_mount_words(ours, {"dirsync"}); }},
      {"fuse-mountopts= adds to the flags; in the script it replaces earlier ones",
       "noexec,fuse-mountopts=max_read=65536",
       [](const auto& options, Words& script, Words& ours) {
         if (!is_given(options, "fuse-mountopts")) return;
         const auto all = mount_words(ours);
         const auto rest = mount_words(script);
         const bool is_end_of_all =
             rest.size() <= all.size() && std::equal(rest.rbegin(), rest.rend(), all.rbegin());
         if (is_end_of_all) set_mount_words(script, all);
       }},
      {"fopen-keep-cache=V: the script writes two '=', which the client rejects",
       "fopen-keep-cache=false",
       [](const auto&, Words& script, Words&) {
         const auto at = first_with(script, "--fopen-keep-cache==");
         if (at != script.end()) at->erase(at->find('='), 1);
       },
       R"(fopen_keep_cache="=$value")"},
      {"the script passes this one after the servers; the order does not matter",
       "fuse-dev-eperm-ratelimit-ns=1000",
       [](const auto&, Words& script, Words& ours) {
         const auto ours_at = first_with(ours, "--fuse-dev-eperm-ratelimit-ns=");
         const auto at = first_with(script, "--fuse-dev-eperm-ratelimit-ns=");
         if (ours_at == ours.end() || at == script.end() || *ours_at != *at) return;
         ours.erase(ours_at);
         script.erase(at);
       }},
      {"a thin client requests \"g0\": glusterd does not find the script's \"/g0\"", "thin-client",
       [](const auto& options, Words& script, Words&) {
         if (!is_given(options, "thin-client")) return;
         const auto at = first_with(script, "--volfile-id=/");
         if (at != script.end()) at->erase(at->find('/'), 1);
       }},
      {"the last of ro and rw wins; in the script ro does", "ro,rw",
       [](const auto& options, Words& script, Words&) {
         if (!is_given(options, "ro") || last_of(options, {"ro", "rw"}).name == "ro") return;
         drop_first(script, "--read-only");
       }},
      {"the last squash option wins; in the script the first 'no' does",
       "no-root-squash=yes,root-squash=on",
       [](const auto& options, Words& script, Words&) {
         if (!is_given(options, "root-squash") && !is_given(options, "no-root-squash")) return;
         const auto last = last_of(options, {"root-squash", "no-root-squash"});
         const bool squash = last == Option{"root-squash", "on"};
         if (squash) drop_first(script, "--no-root-squash");
       }},
      {"each xlator-option= is passed; the script passes only the last",
       "xlator-option=*dht.lookup-optimize=off,xlator-option=*-md-cache.cache-posix-acl=on",
       [](const auto&, Words&, Words& ours) {
         const auto is_one = [](const std::string& word) {
           return word.starts_with("--xlator-option=");
         };
         for (auto left = std::count_if(ours.begin(), ours.end(), is_one); left > 1; --left) {
           drop_first(ours, "--xlator-option=");
         }
       },
       "xlator_option=$value"},
      {"the option and its value are one argument; the script of 11 passes two",
       "xlator-option=*dht.lookup-optimize=off",
       [](const auto& options, Words& script, Words&) {
         for (const auto& option : options) {
           if (option.name != "xlator-option") continue;
           const auto value = std::find(script.begin(), script.end(), option.value);
           if (value == script.begin() || value == script.end()) continue;
           *std::prev(value) += "=" + *value;
           script.erase(value);
         }
       },
       R"( --xlator-option ${value}")"},
      {"an IPv6 address has its port, without which the client of 11 truncates it",
       "backup-volfile-servers=gl2:[2001:db8::1]",
       [](const auto& options, Words&, Words& ours) {
         const bool has_port = is_given(options, "server-port");
         const auto port = ":" + (has_port ? *last_of(options, {"server-port"}).value : "24007");
         const auto at = first_with(ours, "--volfile-server=2001:db8:0:0:0:0:0:1" + port);
         if (at != ours.end()) *at = "--volfile-server=2001:db8::1";
       },
       "\"inode-table-size\""},
      {"names of over 63 characters are accepted; the script silently drops them",
       fmt::format("backup-volfile-servers=gl2:{}:gl3", kLongName),
       [](const auto&, Words&, Words& ours) {
         drop_first(ours, fmt::format("--volfile-server={}", kLongName));
       }},
  };
  return kDifferences;
}

/// The script rejects or changes the option, and we pass `word`, or nothing if it is empty.
struct IntendedExtension {
  const char* what;
  std::string option;
  std::string word;
};

const std::vector<IntendedExtension>& intended_extensions() {
  static const std::vector<IntendedExtension> kExtensions = {
      {"a newer client may know it", "new-thing=1", "--new-thing=1"},
      {"a newer client may know it", "new-thing", "--new-thing"},
      {"spaces are kept; the script splits at them", "log-file=/var/log/a b.log",
       "--log-file=/var/log/a b.log"},
      {"spaces are kept; the script splits it into two options", "volume-name=g0 acl",
       "--volume-name=g0 acl"},
      {"quotes keep commas; the script splits at them", R"(context="a:b:c:s0:c1,c2")",
       R"(--fuse-mountopts=context="a:b:c:s0:c1,c2")"},
      {"names of over 63 characters are accepted",
       fmt::format("backupvolfile-server={}", kLongName),
       fmt::format("--volfile-server={}", kLongName)},
      {"it means yes", "no-root-squash", "--no-root-squash"},
      {"the client's option takes no value either", "volfile-check", "--volfile-check"},
      {"it is an option of this program", "consul-order=nearest", ""},
      {"mount(8) strips it, other callers do not", "defaults", ""},
      {"mount(8) strips it, other callers do not", "comment=storage", ""},
      {"mount(8) strips it, other callers do not", "X-mount.mkdir", ""},
      {"mount(8) passes it", "user", ""},
      {"mount(8) passes it", "user=jo", ""},
      {"mount(8) passes it", "users", ""},
      {"fstab(5) may contain it", "nouser", ""},
      {"fstab(5) may contain it", "owner", ""},
      {"fstab(5) may contain it", "group", ""},
      {"it is set on the finished mount", "lazytime", ""},
      {"it is the default of FUSE", "nolazytime", ""},
      {"it is set on the finished mount", "nosymfollow", ""},
      {"it is the default of FUSE", "symfollow", ""},
  };
  return kExtensions;
}

/// The script passes or ignores the option, and we reject it.
struct IntendedRejection {
  const char* why;
  std::string option;
  const char* path = "/g0";
};

const std::vector<IntendedRejection>& intended_rejections() {
  static const std::vector<IntendedRejection> kRejections = {
      {"it depends on the client's working directory", "log-file=relative.log"},
      {"the client fails with a usage error", "lru-limit=many"},
      {"the client fails with a usage error", "server-port=80"},
      {"the client fails with a usage error", "xlator-option=foo"},
      {"the client fails with a usage error", "use-readdirp=perhaps"},
      {"the two conflict; the script ignores the option", "subdir-mount=b", "/g0/a"},
  };
  return kRejections;
}

// The two translations.

void replace_once(std::string& text, std::string_view from, const std::string& to) {
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << "mount.glusterfs has no line with " << from;
  text.replace(at, from.size(), to);
}

/// A temporary copy of the script that runs a recorder and changes nothing on this system.
/// Several threads may use it.
class ScriptOracle : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kScript)) {
      const char* ci = std::getenv("CI");
      ASSERT_STRNE(ci == nullptr ? "" : ci, "true") << kScript << " is not installed";
      GTEST_SKIP() << kScript << " is not installed";
    }
    std::string pattern = (fs::temp_directory_path() / "oracle-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    fs::create_directories(directory_ / "sbin");
    fs::create_directories(target());
    std::string script = read_file(kScript);
    replace_once(script, "prefix=\"/usr\"", "prefix=\"" + directory_.string() + "\"");
    replace_once(script, "UPDATEDBCONF=/etc/", "UPDATEDBCONF=" + (directory_ / "none/").string());
    replace_once(script, "\"/var/lib/glusterd\"", "\"" + (directory_ / "none").string() + "\"");
    write("script", script);
    write("sbin/glusterfs", "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$RECORD\"\n");
  }
  void TearDown() override {
    std::error_code ignored;
    if (!directory_.empty()) fs::remove_all(directory_, ignored);
  }

  void write(const char* name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
    ASSERT_EQ(::chmod((directory_ / name).c_str(), 0700), 0);
  }
  [[nodiscard]] std::string target() const { return (directory_ / "mnt").string(); }

  /// The arguments that the script passes to the client; nullopt if it does not run it.
  [[nodiscard]] std::optional<Words> of_script(const std::string& options,
                                               const std::string& path = "/g0") const {
    const fs::path record = directory_ / fmt::format("record-{}", runs_++);
    ProcessSpec spec{
        {"/bin/sh", (directory_ / "script").string(), fmt::format("{}:{}", kServer, path),
         target()},
        {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "RECORD=" + record.string()}};
    if (!options.empty()) spec.arguments.insert(spec.arguments.end(), {"-o", options});
    auto child = Subprocess::start(spec);
    EXPECT_TRUE(child.has_value());
    const Cancel cancel;
    EXPECT_TRUE(child->wait(Deadline::after(std::chrono::seconds(30)), cancel).has_value());
    if (!fs::exists(record)) return std::nullopt;
    const std::string recorded = read_file(record);
    fs::remove(record);
    Words words;
    for (const auto line : split(trim(recorded), '\n')) words.emplace_back(line);
    return words;
  }

  /// The arguments that this program passes to the client.
  [[nodiscard]] std::optional<Words> of_ours(const std::string& text,
                                             const std::string& path = "/g0") const {
    const auto options = split_options(text);
    if (!options) return std::nullopt;
    const auto task = make_task("gluster.service.consul:" + path, *options, config::Sources{});
    if (!task) return std::nullopt;
    FakeSystem system;
    system.client_says = {InstalledClient{"glusterfs", client_version()}};
    auto answer = three_servers();
    answer.instances.erase(answer.instances.begin() + 1, answer.instances.end());
    answer.instances.front().host = *Host::parse(kServer);
    system.consul_says = {answer};
    const Report report("test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                        [](std::string_view) {});
    auto told = explain(*task, target(), system, {Deadline::after(kMountSpan), Cancel(), report});
    if (told.problem) return std::nullopt;
    auto words = std::move(told.command);
    words.erase(words.begin());
    // The script does not pass a display name.
    drop_first(words, "--fs-display-name=");
    return words;
  }

  void compare(const std::string& text, const std::string& path = "/g0",
               const IntendedDifference* left_out = nullptr) const {
    auto script = of_script(text, path);
    auto ours = of_ours(text, path);
    ASSERT_TRUE(script.has_value()) << "the script rejects " << text;
    ASSERT_TRUE(ours.has_value()) << "this program rejects " << text;
    const auto options = *split_options(text);
    for (const auto& difference : intended_differences()) {
      if (&difference == left_out || !script_has(difference.only_with)) continue;
      difference.apply(options, *script, *ours);
    }
    if (left_out == nullptr) {
      EXPECT_EQ(*ours, *script) << "-o " << text << " " << path;
    } else {
      EXPECT_NE(*ours, *script) << "-o " << text << " makes no difference: " << left_out->what;
    }
  }

  /// Runs on all processors in parallel, since the script is slow.
  void compare_all(const Words& texts) const {
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1U); ++i) {
      threads.emplace_back([&] {
        for (std::size_t number = next++; number < texts.size(); number = next++) {
          compare(texts[number]);
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }

  fs::path directory_;
  mutable std::atomic<unsigned> runs_ = 0;
};

/// The options of mount.glusterfs 10, each with a value that the client accepts.
const Words& options_of_version_10() {
  static const Words kOptions = {
      "ro",
      "rw",
      "acl",
      "selinux",
      "enable-ino32",
      "worm",
      "fetch-attempts=3",
      "volfile-check=on",
      "mem-accounting",
      "aux-gfid-mount",
      "resolve-gids",
      "no-root-squash=yes",
      "root-squash=off",
      "root-squash=on",
      "thin-client",
      "global-threading",
      "localtime-logging",
      "fopen-keep-cache",
      "fopen-keep-cache=false",
      "halo-max-latency=5",
      "halo-max-replicas=3",
      "halo-min-replicas=2",
      "log-level=debug",
      "log-level=nonsense",
      "log-file=/var/log/glusterfs/x.log",
      "direct-io-mode=auto",
      "use-readdirp=no",
      "event-history=on",
      "reader-thread-count=4",
      "auto-invalidation=no",
      "volume-name=g0-dht",
      "attribute-timeout=1.5",
      "entry-timeout=0",
      "negative-timeout=10",
      "gid-timeout=300",
      "lru-limit=1000",
      "invalidate-limit=10",
      "background-qlen=64",
      "congestion-threshold=48",
      "oom-score-adj=-100",
      "xlator-option=*dht.lookup-optimize=off",
      "kernel-writeback-cache=yes",
      "attr-times-granularity=1000",
      "dump-fuse=/run/dump",
      "fuse-flush-handle-interrupt=yes",
      "process-name=vm",
      "io-engine=legacy",
      "fuse-dev-eperm-ratelimit-ns=1000",
      "backup-volfile-servers=gl2:[2001:db8::1]:192.0.2.3",
      "backupvolfile-server=gl4",
      "server-port=24100",
      "transport=tcp",
      "volume-id=other",
      "subdir-mount=a/b",
      "fuse-mountopts=max_read=65536",
      "dev",
      "nodev",
      "exec",
      "noexec",
      "suid",
      "nosuid",
      "atime",
      "noatime",
      "diratime",
      "nodiratime",
      "relatime",
      "norelatime",
      "strictatime",
      "nostrictatime",
      "auto_unmount",
      "context=system_u:object_r:t:s0",
      "fscontext=a:b:c",
      "defcontext=a:b:c",
      "rootcontext=a:b:c",
      "async",
      "sync",
      "dirsync",
      "mand",
      "nomand",
      "silent",
      "loud",
      "iversion",
      "noiversion",
      "nofail",
      "auto",
      "noauto",
      "_netdev",
      "x-systemd.automount",
      "x-systemd.requires=consul.service",
  };
  return kOptions;
}

/// Every option that the installed script accepts.
const Words& all_options() {
  static const Words kOptions = [] {
    Words options = options_of_version_10();
    if (client_version() >= gluster::ClientVersion{11, 0}) {
      options.emplace_back("inode-table-size=131072");
    }
    return options;
  }();
  return kOptions;
}

/// Every quoted word that the script has a branch for; most are names of options.
Words names_in_script() {
  Words names;
  const auto script = read_file(kScript);
  for (const auto line : split(script, '\n')) {
    const auto text = trim(line);
    if (!text.starts_with('"')) continue;
    if (!text.ends_with(')') && !text.ends_with("|\\")) continue;
    for (const auto part : split(text, '"')) {
      if (!part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
            return c == '-' || c == '_' || is_ascii_alnum(c);
          })) {
        names.emplace_back(part);
      }
    }
  }
  return names;
}

std::uint32_t seed() {
  const char* given = std::getenv("GLUSTERCONSUL_SEED");
  const auto number = given == nullptr ? std::nullopt : parse_number(given, 0, UINT32_MAX);
  return number ? static_cast<std::uint32_t>(*number) : std::random_device()();
}

TEST_F(ScriptOracle, ComparesEveryOptionOfScript) {
  // Branches for other words: log levels, and misspellings of lazytime.
  const Words others = {"ERROR", "INFO", "DEBUG",     "CRITICAL",   "WARNING",
                        "TRACE", "NONE", "lazyatime", "nolazyatime"};
  Words compared;
  for (const auto& option : all_options()) compared.push_back(option.substr(0, option.find('=')));
  const auto names = names_in_script();
  EXPECT_GT(names.size(), 80U);
  for (const auto& name : names) {
    if (std::find(others.begin(), others.end(), name) != others.end()) continue;
    EXPECT_THAT(compared, Contains(name));
  }
}

TEST_F(ScriptOracle, AgreesWithoutOptions) {
  compare({});
}

TEST_F(ScriptOracle, AgreesOnSingleOptions) {
  compare_all(all_options());
}

/// Covers all pairs, in both orders, with few runs: the options are divided into groups, and every
/// two groups are passed together, once forwards and once backwards.
TEST_F(ScriptOracle, AgreesOnAllPairsOfOptions) {
  constexpr std::size_t kGroup = 16;
  const auto& options = all_options();
  const std::size_t groups = (options.size() + kGroup - 1) / kGroup;
  Words texts;
  std::set<std::pair<std::string, std::string>> covered;
  const auto add = [&](const Words& words) {
    texts.push_back(join(words, ","));
    for (auto first = words.begin(); first != words.end(); ++first) {
      for (auto second = first + 1; second != words.end(); ++second) {
        covered.emplace(*first, *second);
      }
    }
  };
  for (std::size_t one = 0; one < groups; ++one) {
    for (std::size_t other = one + 1; other < groups; ++other) {
      Words both;
      for (const auto group : {one, other}) {
        for (std::size_t i = group; i < options.size(); i += groups) both.push_back(options[i]);
      }
      add(both);
      std::reverse(both.begin(), both.end());
      add(both);
    }
  }
  EXPECT_EQ(covered.size(), options.size() * (options.size() - 1));
  compare_all(texts);
}

TEST_F(ScriptOracle, AgreesOnRandomSets) {
  constexpr int kSets = 40;
  constexpr std::size_t kMax = 12;
  const auto number = seed();
  std::cout << "seed " << number << "; GLUSTERCONSUL_SEED=" << number << " repeats it\n";
  SCOPED_TRACE(number);
  std::mt19937 rng(number);
  Words texts;
  for (int i = 0; i < kSets; ++i) {
    Words options = all_options();
    std::shuffle(options.begin(), options.end(), rng);
    options.resize(1 + rng() % kMax);
    texts.push_back(join(options, ","));
  }
  compare_all(texts);
}

TEST_F(ScriptOracle, AgreesOnAllOptionsTogether) {
  auto options = all_options();
  compare(join(options, ","));
  std::reverse(options.begin(), options.end());
  compare(join(options, ","));
}

TEST_F(ScriptOracle, AgreesOnDirectoriesAndSnapshots) {
  for (const char* path : {"/g0/a", "/g0/a/b", "/snaps/s1/g0"}) compare("transport=tcp", path);
  compare("subdir-mount=x", "/snaps/s1/g0");
}

TEST_F(ScriptOracle, AgreesOnEmptyValues) {
  compare_all({"log-file=", "transport=,acl", "backup-volfile-servers=", "subdir-mount="});
}

TEST_F(ScriptOracle, AgreesOnRejectedOptions) {
  for (const char* text : {"remount", "acl=1", "ro=1", "log-level", "log-file", "lru-limit",
                           "backup-volfile-servers=[2001:db8::1"}) {
    EXPECT_FALSE(of_script(text).has_value()) << text;
    EXPECT_FALSE(of_ours(text).has_value()) << text;
  }
}

TEST_F(ScriptOracle, IntendedDifferencesExist) {
  for (const auto& difference : intended_differences()) {
    compare(difference.example);
    if (!script_has(difference.only_with)) continue;
    compare(difference.example, "/g0", &difference);
  }
}

TEST_F(ScriptOracle, DiffersOnIntendedExtensions) {
  const auto nothing = of_ours("");
  for (const auto& [what, option, word] : intended_extensions()) {
    const auto script = of_script(option);
    const auto ours = of_ours(option);
    ASSERT_TRUE(ours.has_value()) << option << ": " << what;
    EXPECT_NE(ours, script) << option << ": " << what;
    if (word.empty()) {
      EXPECT_EQ(*ours, *nothing) << option << ": " << what;
    } else {
      EXPECT_THAT(*ours, Contains(word)) << what;
    }
  }
}

TEST_F(ScriptOracle, DiffersOnIntendedRejections) {
  for (const auto& [why, option, path] : intended_rejections()) {
    EXPECT_TRUE(of_script(option, path).has_value()) << option;
    EXPECT_FALSE(of_ours(option, path).has_value()) << option << ": " << why;
  }
}

}  // namespace
}  // namespace glusterconsul::mount
