#include "config/documentation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glusterconsul::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Documentation, ManualMarksUpKeywordsAndPlaceholders) {
  EXPECT_THAT(
      manual_options(),
      AllOf(StartsWith(".Ss Where Consul is\n.Bl -tag -width Ds\n"),
            HasSubstr(".It Cm consul-via Ns = Ns Cm auto | http | dns Pq default : "),
            HasSubstr(" Ns = Ns Ar duration | Cm off Pq default : Cm 7d\n"),
            HasSubstr(".It Cm consul-dc Ns = Ns Ar name\n"), HasSubstr("\n.El\n.Ss Access")));
}

TEST(Documentation, ManualListsDefaultsAndVariables) {
  EXPECT_THAT(manual_defaults(), AllOf(HasSubstr(".It Cm consul-timeout Ta 5s\n"),
                                       HasSubstr(".It Cm consul-dc Ta none\n")));
  EXPECT_THAT(manual_variables(),
              AllOf(HasSubstr(".It Ev CONSUL_HTTP_ADDR Ta Cm consul-http-addr\n"),
                    Not(HasSubstr("consul-dc"))));
}

TEST(Documentation, ExampleListsAcceptedValues) {
  EXPECT_THAT(example_options(),
              AllOf(StartsWith("## Where Consul is\n\n# "),
                    HasSubstr("# Which interface to use (auto, http or dns)\n#consul-via = auto\n"),
                    HasSubstr(", or off\n#consul-cache = 7d\n"), HasSubstr("\n#consul-dc =\n")));
}

TEST(Documentation, CompletionListsDefaultFirst) {
  EXPECT_THAT(
      completion_options(),
      AllOf(HasSubstr("  consul-health=passing,warning,any\n"), HasSubstr("  consul-retry=60s,0\n"),
            HasSubstr("  consul-token-file=FILE\n"), HasSubstr("  consul-dc=\n")));
}

TEST(Documentation, HelpShowsSyntaxAndDefault) {
  EXPECT_THAT(option_help(),
              AllOf(HasSubstr("  consul-cache=DURATION|off\n"), HasSubstr(" (default: 7d)\n")));
}

TEST(Template, ReplacesPlaceholderLines) {
  EXPECT_EQ(fill_template("a\n@completion@\nb@c@\n").value(),
            "a\n" + completion_options() + "b@c@\n");
  EXPECT_EQ(fill_template("no line end").value(), "no line end\n");
}

TEST(Template, RejectsUnknownPlaceholder) {
  const auto filled = fill_template("a\n@option@\n");
  ASSERT_FALSE(filled.has_value());
  EXPECT_THAT(filled.error().message, HasSubstr("@option@"));
}

}  // namespace
}  // namespace glusterconsul::config
