#include "consul/left_lookups.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "loopback/util/fake_resolver.hpp"
#include "util/deadline.hpp"

namespace glusterconsul::consul {
namespace {

using loopback::HangingResolver;

/// Starts a transfer, and leaves it while its name is looked up.
void leave_one(const HangingResolver& resolver) {
  const int before = resolver.waiting();
  CurlEasy easy(::curl_easy_init());
  CurlMulti multi(new_multi());
  CurlOptions options(easy.get());
  std::string words(CURL_ERROR_SIZE, '\0');
  options.set(CURLOPT_ERRORBUFFER, words.data());
  options.set_text(CURLOPT_URL, "http://" + std::string(HangingResolver::kName) + ":1/");
  ::curl_multi_add_handle(multi.get(), easy.get());
  const auto deadline = Deadline::after(milliseconds(10'000));
  while (resolver.waiting() == before && !deadline.expired()) {
    int running = 0;
    ::curl_multi_perform(multi.get(), &running);
    ::curl_multi_poll(multi.get(), nullptr, 0, 10, nullptr);
  }
  ASSERT_GT(resolver.waiting(), before);
  leave_lookup(std::move(easy), std::move(multi));
}

TEST(LeftLookups, AreFreedWhenTheyEnd) {
  ASSERT_EQ(initialise_curl(), CURLE_OK);
  std::optional<HangingResolver> resolver(std::in_place);
  leave_one(*resolver);
  leave_one(*resolver);
  EXPECT_EQ(free_ended_lookups(), 2);
  resolver.reset();
  const auto deadline = Deadline::after(milliseconds(10'000));
  while (free_ended_lookups() > 0 && !deadline.expired()) {
    ::curl_multi_poll(CurlMulti(new_multi()).get(), nullptr, 0, 10, nullptr);
  }
  EXPECT_EQ(free_ended_lookups(), 0);
}

}  // namespace
}  // namespace glusterconsul::consul
