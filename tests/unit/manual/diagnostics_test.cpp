// Whether DIAGNOSTICS in mount.glusterconsul(8) has every message: each string
// literal of the programs that is more than one word is looked for there, piece by
// piece, and each heading of DIAGNOSTICS is looked for in the sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "literals.hpp"
#include "page.hpp"
#include "util/text.hpp"

namespace glusterconsul::manual {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What takes words that are no message.
const std::set<std::string_view>& no_messages() {
  static const std::set<std::string_view> kNames = {
      // progress, under -v and at a terminal
      "step", "waiting", "sink_",
      // the help
      "app", "add_option", "add_flag", "add_subcommand", "footer", "kHelp", "kHelpEnd",
      // looked for in the words of others
      "contains", "find", "starts_with", "begins", "kSaysNothing", "kConsequences",
      // a format of time
      "strftime"};
  return kNames;
}

/// Words that are said, and are no message of their own.
const std::map<std::string_view, std::string_view>& internal_words() {
  static const std::map<std::string_view, std::string_view> kWords = {
      {"Accept: application/json", "a header of HTTP"},
      {"waiting for", "progress at a terminal"},
      {"option remote-host", "looked for in a volfile"},
      {"built in", "an origin, explained in glusterconsul(8)"},
      {"skipped: not healthy", "the column USE of lookup"},
      {"skipped: duplicate address and port", "the column USE of lookup"},
      {"skipped: has no such volume", "the column USE of lookup"},
      {"skipped: most servers use port", "the column USE of lookup"},
      {"skipped: not in consul-allow", "the column USE of lookup"},
      {"skipped: over the limit of", "the column USE of lookup"},
      {"rejected: servers have different volumes of that name, this one with brick",
       "the column USE of lookup"},
      {"demoted: its bricks of the volume differ from those of most servers",
       "the column USE of lookup"},
      {"type protocol/client", "looked for in a volfile"},
      {"option remote-subvolume", "looked for in a volfile"},
      {"demoted: the primary is reached over", "the column USE of lookup"},
      {"and gluster uses one for all", "the column USE of lookup"},
      {"skipped: beyond consul-servers", "the column USE of lookup"},
  };
  return kWords;
}

bool is_message(const Literal& literal) {
  return std::none_of(literal.inside.begin(), literal.inside.end(),
                      [](const std::string& name) { return no_messages().contains(name); });
}

/// The fixed words of a source's messages that the text does not have.
std::vector<std::string> missing_words(std::string_view source, std::string_view text) {
  std::vector<std::string> missing;
  for (const auto& literal : literals(source)) {
    if (!is_message(literal)) continue;
    for (const auto& words : fixed_words(literal.text)) {
      if (text.find(words) != std::string_view::npos || internal_words().contains(words)) continue;
      missing.push_back(std::to_string(literal.line) + ": " + words);
    }
  }
  return missing;
}

/// Only what the build runs, and the text of the manual itself.
bool is_documentation(const fs::path& path) {
  const auto name = path.filename();
  return name == "option_table.cpp" || name == "documentation.cpp" ||
         name == "generate_documentation.cpp";
}

std::vector<fs::path> sources() {
  std::vector<fs::path> found;
  for (const auto* folder : {"src", "mount.glusterconsul", "glusterconsul"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(kProject) / folder)) {
      const auto extension = entry.path().extension();
      const bool is_source = extension == ".cpp" || extension == ".hpp";
      if (is_source && !is_documentation(entry.path())) found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string diagnostics() {
  return section_text(read_page("man/mount.glusterconsul.8"), "DIAGNOSTICS");
}

TEST(Diagnostics, HaveTheFixedWordsOfEveryMessage) {
  const auto text = diagnostics();
  for (const auto& path : sources()) {
    for (const auto& words : missing_words(read_file(path), text)) {
      ADD_FAILURE() << fs::relative(path, kProject).string() << ":" << words
                    << "\n  stands in no entry of DIAGNOSTICS in man/mount.glusterconsul.8; say "
                       "there what an admin can do about it";
    }
  }
}

TEST(Diagnostics, HaveNoHeadingThatNoMessageHas) {
  std::string said;
  for (const auto& path : sources()) {
    for (const auto& literal : literals(read_file(path))) {
      for (const auto& words : fixed_words(literal.text)) said += words + "\n";
    }
  }
  const auto page = read_page("man/mount.glusterconsul.8");
  std::size_t headings = 0;
  for (const auto& heading : headings_of(page, "DIAGNOSTICS")) {
    for (const auto& words : fixed_words(heading)) {
      ++headings;
      EXPECT_NE(said.find(words), std::string::npos) << "no message says: " << words;
    }
  }
  EXPECT_GT(headings, 100U) << "the headings are not found";
}

TEST(Diagnostics, AreComparedWithAllMessagesAndNotWithNone) {
  std::size_t messages = 0;
  for (const auto& path : sources()) {
    const auto all = literals(read_file(path));
    messages +=
        static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Literal& l) {
          return is_message(l) && !fixed_words(l.text).empty();
        }));
  }
  EXPECT_GT(messages, 200U);
  EXPECT_GT(diagnostics().size(), 5000U);
}

TEST(Diagnostics, MissAMessageThatIsNew) {
  const std::string_view text = "known words stand here";
  const std::string_view source = R"src(
      return fail(ErrorCode::kUsage, "known words");
      return fail(ErrorCode::kUsage, fmt::format("{}: a brand new "
                                                 "message (see {})", x, "two words"));)src";
  EXPECT_THAT(missing_words(source, text),
              ElementsAre("3: a brand new message (see", "4: two words"));
}

TEST(Diagnostics, NeedNoWordsForProgressCommentsAndNames) {
  const std::string_view source = R"src(
      // fail("in a comment")
      report.step(fmt::format("said under -v: {}", x));
      constexpr auto kName = "consul-dc"; char c = '"'; int n = 10'000; /* "in here" */)src";
  EXPECT_THAT(missing_words(source, ""), IsEmpty());
}

TEST(Literals, AreJoinedAndKnowWhatTheyStandIn) {
  const auto found = literals("x(\n  y{\"one \" \"two\"}, \"a\\\"b\", R\"(raw \" text)\")");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].text, "one two");
  EXPECT_EQ(found[0].line, 2);
  EXPECT_THAT(found[0].inside, ElementsAre("x", "y"));
  EXPECT_EQ(found[1].text, "a\"b");
  EXPECT_THAT(found[1].inside, ElementsAre("x"));
  EXPECT_EQ(found[2].text, "raw \" text");
}

TEST(Literals, KnowWhatTheyAreAssignedTo) {
  const auto found = literals("kOne = \"1\"; kTwo = {\"2\"}; x = [&](T a) { fail(\"3\"); };");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_THAT(found[0].inside, ElementsAre("kOne"));
  EXPECT_THAT(found[1].inside, ElementsAre("kTwo"));
  EXPECT_THAT(found[2].inside, Contains("fail"));
}

TEST(FixedWords, StandBetweenThePlaceholders) {
  EXPECT_THAT(fixed_words("'{}' is no {:>{}} (say NAME:/VOLUME): {}\nand so on"),
              ElementsAre("is no", "say NAME:/VOLUME", "and so on"));
  EXPECT_THAT(fixed_words("interrupted"), IsEmpty());
}

TEST(SectionText, IsWithoutMacrosAndEscapes) {
  EXPECT_EQ(section_text(".Sh ONE\nno\n.Sh TWO\n.It it\\(aqs ... here\nUse\n.Ql mount -a\n.Sh X\n",
                         "TWO"),
            "it's ... here Use mount -a");
  EXPECT_EQ(section_text(".Sh ONE\nno\n", "TWO"), "");
}

}  // namespace
}  // namespace glusterconsul::manual
