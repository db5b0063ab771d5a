// Checks that the files generated from the option table contain every option with its default,
// in a form that their readers can parse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "config/conf_file.hpp"
#include "config/option_table.hpp"
#include "config/settings.hpp"
#include "page.hpp"

namespace glusterconsul::manual {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

/// The default of each option by name; "none" if it has no default.
using Options = std::map<std::string, std::string>;

Options of_the_program() {
  Options options;
  for (const auto& row : config::option_table()) {
    options[std::string(row.name)] = row.fallback.empty() ? "none" : row.fallback;
  }
  return options;
}

/// The entries of OPTIONS, such as "consul-timeout=duration (default: 5s)". An entry without
/// "(default: …)" has no default.
Options of_the_manual() {
  const auto page = read_page("man/mount.glusterconsul.8");
  const std::regex entry("(consul-[a-z-]+) = .*?( default : ([^ ]+))?");
  Options options;
  bool inside = false;
  for (const auto line : split(page, '\n')) {
    if (line.starts_with(".Sh ")) inside = line == ".Sh OPTIONS";
    if (!inside || !line.starts_with(".It Cm consul-")) continue;
    const auto text = plain_text(line);
    std::smatch match;
    if (!std::regex_match(text, match, entry)) continue;
    options[match[1]] = match[2].matched ? match[3].str() : "none";
  }
  return options;
}

Options of_the_conf_page() {
  Options options;
  const std::regex entry("\\.It Cm (consul-[a-z-]+) Ta (.+)");
  const auto page = read_page("man/glusterconsul.conf.5");
  for (const auto line : split(page, '\n')) {
    std::smatch match;
    const std::string text(line);
    if (std::regex_match(text, match, entry)) options[match[1]] = match[2];
  }
  return options;
}

/// The example with its settings enabled. "#name = value" is a setting; "# text" is a comment.
std::string switched_on_example() {
  std::string text;
  const auto file = read_page("examples/glusterconsul.conf");
  for (auto line : split(file, '\n')) {
    if (line.starts_with("#consul-")) line.remove_prefix(1);
    text += std::string(line) + "\n";
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> of_the_completion() {
  std::vector<std::pair<std::string, std::string>> options;
  const std::regex entry("  (consul-[a-z-]+)=([^ ]*)");
  const auto file = read_page("examples/bash-completion/glusterconsul");
  for (const auto line : split(file, '\n')) {
    std::smatch match;
    const std::string text(line);
    if (std::regex_match(text, match, entry)) options.emplace_back(match[1], match[2]);
  }
  return options;
}

TEST(Options, ManualListsAllWithDefaults) {
  EXPECT_EQ(of_the_manual(), of_the_program());
}

TEST(Options, ConfManualListsAllWithDefaults) {
  EXPECT_EQ(of_the_conf_page(), of_the_program());
}

TEST(Options, ExampleListsEachOnceWithDefault) {
  const auto conf = config::parse_conf_file(switched_on_example(), "example");
  ASSERT_TRUE(conf.has_value()) << conf.error().message;
  Options options;
  for (const auto& line : conf->general) {
    EXPECT_FALSE(options.contains(line.name)) << line.name << " is there twice";
    options[line.name] = line.value.empty() ? "none" : line.value;
  }
  EXPECT_EQ(options, of_the_program());
}

TEST(Options, EnablingExampleChangesNothing) {
  const auto conf = config::parse_conf_file(switched_on_example(), "example");
  ASSERT_TRUE(conf.has_value()) << conf.error().message;
  const auto without = config::resolve({{}, {}, {}}, "gluster");
  const auto with = config::resolve({{}, {}, *conf}, "gluster");
  ASSERT_TRUE(with.has_value()) << with.error().message;
  ASSERT_EQ(with->in_force.size(), without->in_force.size());
  for (std::size_t i = 0; i < with->in_force.size(); ++i) {
    EXPECT_EQ(with->in_force[i].name, without->in_force[i].name);
    EXPECT_EQ(with->in_force[i].value, without->in_force[i].value);
  }
}

TEST(Options, ExampleIsDisabled) {
  const auto conf = config::parse_conf_file(read_page("examples/glusterconsul.conf"), "example");
  ASSERT_TRUE(conf.has_value()) << conf.error().message;
  EXPECT_THAT(conf->general, IsEmpty());
  EXPECT_THAT(conf->sections, IsEmpty());
}

TEST(Options, CompletionListsEachOnce) {
  std::vector<std::string> completed;
  for (const auto& [name, words] : of_the_completion()) completed.push_back(name);
  std::vector<std::string> known;
  for (const auto& row : config::option_table()) known.emplace_back(row.name);
  EXPECT_THAT(completed, ::testing::UnorderedElementsAreArray(known));
}

TEST(Options, CompletionListsDefaultsAndAcceptedValues) {
  const auto defaults = of_the_program();
  for (const auto& [name, words] : of_the_completion()) {
    const auto all = split(words, ',');
    if (defaults.contains(name) && defaults.at(name) != "none") {
      EXPECT_THAT(all, Contains(defaults.at(name))) << name;
    }
    for (const auto word : all) {
      // FILE and DIRECTORY are placeholders for a path; "http://" is only the beginning of a value.
      if (word.empty() || word == "FILE" || word == "DIRECTORY" || word.ends_with('/')) continue;
      const std::vector<config::Assignment> said = {{name, std::string(word), "-o"}};
      EXPECT_TRUE(config::resolve({said, {}, {}}, "").has_value()) << name << "=" << word;
    }
  }
}

TEST(Options, ManualCanBeParsed) {
  EXPECT_GT(of_the_manual().size(), 20U);
  EXPECT_THAT(of_the_manual(), Contains(::testing::Pair("consul-timeout", "5s")));
}

}  // namespace
}  // namespace glusterconsul::manual
