// What a mount computes between two replies, for services of 3 to 1000 instances. It must
// take far less time than a round trip to the agent (about a millisecond).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "consul/health_reply.hpp"
#include "discovery/choose.hpp"
#include "discovery/healthy.hpp"
#include "gluster/handshake.hpp"

namespace glusterconsul {
namespace {

std::string health_reply(std::int64_t count) {
  std::string entries;
  for (std::int64_t i = 0; i < count; ++i) {
    entries += fmt::format(
        R"({}{{"Node":{{"Node":"gl{}","Address":"10.0.{}.{}","Datacenter":"dc1"}},)"
        R"("Service":{{"ID":"gluster","Service":"gluster","Address":"","Port":24007,"Tags":[],)"
        R"("Weights":{{"Passing":1,"Warning":1}}}},"Checks":[{{"CheckID":"tcp","Name":"Gluster TCP",)"
        R"("Status":"passing","Output":"TCP connect 10.0.0.1:24007: Success"}}]}})",
        i == 0 ? "" : ",", i, i / 250, i % 250 + 1);
  }
  return "[" + entries + "]";
}

std::vector<consul::Instance> instances(std::int64_t count) {
  return consul::parse_health_reply(health_reply(count), 24007)->instances;
}

void parse_reply(benchmark::State& state) {
  const auto text = health_reply(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(consul::parse_health_reply(text, 24007));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_reply)->Arg(3)->Arg(100)->Arg(1000);

void keep_and_order(benchmark::State& state) {
  const auto list = instances(state.range(0));
  const discovery::Choice choice{config::Order::kSpread, 8, "0123456789abcdef", "g0"};
  for (auto _ : state) {
    auto healthy = discovery::keep_healthy(list, config::HealthPolicy::kPassing, "gluster");
    benchmark::DoNotOptimize(discovery::choose(std::move(healthy.candidates), choice));
  }
}
BENCHMARK(keep_and_order)->Arg(3)->Arg(100)->Arg(1000);

void encode_question(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(gluster::encode_getspec(1, "g0"));
}
BENCHMARK(encode_question);

}  // namespace
}  // namespace glusterconsul
