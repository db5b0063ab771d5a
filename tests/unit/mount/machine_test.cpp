#include "mount/machine.hpp"

#include <gtest/gtest.h>

namespace glusterconsul::mount {
namespace {

const MachineFacts kMachine = {"4c5a0e", "boot-1", "web1", {"52:54:00:00:00:01"}};

MachineFacts with(void (*change)(MachineFacts&)) {
  auto facts = kMachine;
  change(facts);
  return facts;
}

TEST(MachineIdentity, DiffersBetweenClonedMachines) {
  const auto identity = machine_identity(kMachine);
  EXPECT_NE(identity, machine_identity(with([](auto& facts) { facts.host_name = "web2"; })));
  EXPECT_NE(identity, machine_identity(with(
                          [](auto& facts) { facts.hardware_addresses = {"52:54:00:00:00:02"}; })));
  EXPECT_NE(identity, machine_identity(with([](auto& facts) { facts.machine_id = "4c5a0f"; })));
}

TEST(MachineIdentity, IsStableOnOneMachine) {
  EXPECT_EQ(machine_identity(kMachine),
            machine_identity(with([](auto& facts) { facts.boot_id = "boot-2"; })));
  auto one = kMachine;
  auto other = kMachine;
  one.hardware_addresses = {"52:54:00:00:00:01", "52:54:00:00:00:02"};
  other.hardware_addresses = {"52:54:00:00:00:02", "52:54:00:00:00:01"};
  EXPECT_EQ(machine_identity(one), machine_identity(other));
}

TEST(MachineIdentity, UsesBootIdUntilThereIsMachineId) {
  for (const char* id : {"uninitialized", "", " "}) {
    auto one = kMachine;
    one.machine_id = id;
    auto other = one;
    other.boot_id = "boot-2";
    EXPECT_NE(machine_identity(one), machine_identity(other)) << id;
  }
}

TEST(MachineFacts, AreStable) {
  const auto identity = machine_identity(read_machine_facts());
  EXPECT_FALSE(identity.empty());
  EXPECT_EQ(identity, machine_identity(read_machine_facts()));
}

}  // namespace
}  // namespace glusterconsul::mount
