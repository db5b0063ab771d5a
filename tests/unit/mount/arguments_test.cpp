#include "mount/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace glusterconsul {

void PrintTo(const Option& option, std::ostream* out) {
  *out << to_string(option);
}

namespace mount {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<const char*>;

MountRequest request(const Words& words) {
  const auto parsed = parse_arguments(words);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().message;
    return {};
  }
  return std::get<MountRequest>(*parsed);
}

Option flag(const std::string& name) {
  return {name, std::nullopt};
}

TEST(Arguments, ParseArgumentsOfMount8) {
  const auto got = request({"gluster:/g0", "/mnt", "-s", "-f", "-n", "-v", "-o", "rw,acl", "-N",
                            "/run/netns/x", "-t", "glusterconsul.sub"});
  EXPECT_EQ(got.source, "gluster:/g0");
  EXPECT_EQ(got.target, "/mnt");
  EXPECT_TRUE(got.sloppy && got.fake && got.no_mtab && got.verbose);
  EXPECT_THAT(got.options, ElementsAre(flag("rw"), flag("acl")));
  EXPECT_EQ(got.mount_namespace, "/run/netns/x");
  EXPECT_EQ(got.type, "glusterconsul.sub");
}

TEST(Arguments, HaveDefaults) {
  const auto got = request({"gluster:/g0", "/mnt"});
  EXPECT_FALSE(got.sloppy || got.fake || got.no_mtab || got.verbose);
  EXPECT_THAT(got.options, IsEmpty());
  EXPECT_EQ(got.mount_namespace, std::nullopt);
  EXPECT_EQ(got.type, "glusterconsul");
}

struct SameCase {
  const char* name;
  Words words;
};
std::ostream& operator<<(std::ostream& out, const SameCase& row) {
  return out << row.name;
}
class SameRequest : public ::testing::TestWithParam<SameCase> {};

TEST_P(SameRequest, IsIndependentOfSpelling) {
  const auto got = request(GetParam().words);
  EXPECT_EQ(got.source, "a:/b");
  EXPECT_EQ(got.target, "/mnt");
  EXPECT_TRUE(got.fake && got.verbose);
  EXPECT_FALSE(got.sloppy);
  EXPECT_THAT(got.options, ElementsAre(flag("ro"), flag("acl")));
}

INSTANTIATE_TEST_SUITE_P(
    Arguments, SameRequest,
    ::testing::Values(
        SameCase{"options_last", {"a:/b", "/mnt", "-f", "-v", "-o", "ro,acl"}},
        SameCase{"options_first", {"-o", "ro,acl", "-v", "-f", "a:/b", "/mnt"}},
        SameCase{"options_between", {"a:/b", "-fv", "-o", "ro,acl", "/mnt"}},
        SameCase{"attached_value", {"-fv", "-oro,acl", "a:/b", "/mnt"}},
        SameCase{"value_after_combined_flags", {"-fvo", "ro,acl", "a:/b", "/mnt"}},
        SameCase{"value_attached_to_combined_flags", {"-fvoro,acl", "a:/b", "/mnt"}},
        SameCase{"repeated_options", {"-o", "ro", "a:/b", "/mnt", "-vf", "-o", "acl"}},
        SameCase{"repeated_flags", {"-vvfv", "-f", "-oro", "-o", "", "-oacl", "a:/b", "/mnt"}},
        SameCase{"double_dash", {"-fv", "-oro,acl", "--", "a:/b", "/mnt"}}),
    [](const auto& row) { return row.param.name; });

TEST(Arguments, AreOperandsAfterDoubleDash) {
  const auto got = request({"--", "-s", "--help"});
  EXPECT_EQ(got.source, "-s");
  EXPECT_EQ(got.target, "--help");
  EXPECT_FALSE(got.sloppy);
}

TEST(Arguments, SingleDashIsOperand) {
  EXPECT_EQ(request({"-", "/mnt"}).source, "-");
}

TEST(Arguments, HelpAndVersionRequireNoOperands) {
  for (const char* word : {"-h", "--help", "-vh"}) {
    EXPECT_TRUE(std::holds_alternative<ShowHelp>(*parse_arguments(Words{word}))) << word;
  }
  for (const char* word : {"-V", "--version", "-fV"}) {
    EXPECT_TRUE(std::holds_alternative<ShowVersion>(*parse_arguments(Words{word}))) << word;
  }
}

struct WrongCase {
  const char* name;
  Words words;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const WrongCase& row) {
  return out << row.name;
}
class WrongArguments : public ::testing::TestWithParam<WrongCase> {};

TEST_P(WrongArguments, AreRejectedWithOffendingWord) {
  const auto parsed = parse_arguments(GetParam().words);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code, ErrorCode::kUsage);
  EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().message));
  EXPECT_THAT(parsed.error().hint, HasSubstr("usage: mount.glusterconsul"));
  EXPECT_EQ(parsed.error().hint.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Arguments, WrongArguments,
    ::testing::Values(WrongCase{"nothing", {}, "no source and no target"},
                      WrongCase{"no_target", {"a:/b"}, "no target given for 'a:/b'"},
                      WrongCase{"too_many", {"a:/b", "/mnt", "c"}, "unexpected argument 'c'"},
                      WrongCase{"empty_source", {"", "/mnt"}, "the source is empty"},
                      WrongCase{"empty_target", {"a:/b", ""}, "the target is empty"},
                      WrongCase{"unknown_flag", {"a:/b", "/mnt", "-vx"}, "unknown option -x"},
                      WrongCase{"unknown_word", {"a:/b", "--bind", "/mnt"}, "option --bind"},
                      WrongCase{"control_character", {"-\x1b[2J"}, "unknown option -\x1b"},
                      WrongCase{"no_options", {"a:/b", "/mnt", "-o"}, "-o requires a value"},
                      WrongCase{"no_namespace", {"a:/b", "/mnt", "-vN"}, "-N requires a value"},
                      WrongCase{"empty_namespace", {"a:/b", "/mnt", "-N", ""}, "-N needs"},
                      WrongCase{"other_type", {"-t", "nfs", "a:/b", "/mnt"}, "-t nfs"},
                      WrongCase{"longer_type", {"-tglusterconsulx", "a", "b"}, "glusterconsulx"}),
    [](const auto& row) { return row.param.name; });

TEST(Arguments, AreBounded) {
  const std::string long_path(5000, 'x');
  EXPECT_FALSE(parse_arguments(Words{long_path.c_str(), "/mnt"}).has_value());
  EXPECT_FALSE(parse_arguments(Words{"a:/b", long_path.c_str()}).has_value());
  std::string many;
  for (int i = 0; i < 600; ++i) many += "x,";
  EXPECT_TRUE(parse_arguments(Words{"a:/b", "/mnt", "-o", many.c_str()}).has_value());
  EXPECT_FALSE(
      parse_arguments(Words{"a:/b", "/mnt", "-o", many.c_str(), "-o", many.c_str()}).has_value());
}

TEST(SplitOptions, DistinguishesEmptyValueFromNone) {
  EXPECT_THAT(*split_options("a,b=,c=d=e"),
              ElementsAre(flag("a"), Option{"b", ""}, Option{"c", "d=e"}));
}

TEST(SplitOptions, SkipsEmptyParts) {
  EXPECT_THAT(*split_options(",,a,,b,"), ElementsAre(flag("a"), flag("b")));
  EXPECT_THAT(*split_options(""), IsEmpty());
}

TEST(SplitOptions, KeepsCommasInsideQuotes) {
  EXPECT_THAT(
      *split_options(R"(context="u:r:t:s0:c1,c2",acl,log-file="/a b")"),
      ElementsAre(Option{"context", "u:r:t:s0:c1,c2"}, flag("acl"), Option{"log-file", "/a b"}));
  EXPECT_THAT(*split_options(R"(a="",b)"), ElementsAre(Option{"a", ""}, flag("b")));
}

TEST(SplitOptions, AcceptsEscapedComma) {
  EXPECT_THAT(*split_options(R"(log-file=/a\,b,acl)"),
              ElementsAre(Option{"log-file", "/a,b"}, flag("acl")));
}

TEST(SplitOptions, KeepsOtherBackslashes) {
  EXPECT_THAT(*split_options(R"(a=\x,b="c\,d",e=\)"),
              ElementsAre(Option{"a", "\\x"}, Option{"b", "c\\,d"}, Option{"e", "\\"}));
}

TEST(SplitOptions, RejectsMalformedOptions) {
  for (const char* text :
       {R"(a="b,c)", R"(a="b"c)", R"(a=b"c")", R"("a,b")", R"(a="b"="c")", "=b", R"(a=")"}) {
    const auto options = split_options(text);
    ASSERT_FALSE(options.has_value()) << text;
    EXPECT_EQ(options.error().code, ErrorCode::kUsage) << text;
  }
}

TEST(SplitOptions, IsBounded) {
  EXPECT_FALSE(split_options(std::string(70'000, 'a')).has_value());
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "x,";
  EXPECT_FALSE(split_options(many).has_value());
}

}  // namespace
}  // namespace mount
}  // namespace glusterconsul
