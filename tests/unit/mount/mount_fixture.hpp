#pragma once

#include <gtest/gtest.h>

#include <string>

#include "mount/arguments.hpp"
#include "mount/run_mount.hpp"
#include "mount/task.hpp"
#include "unit/mount/fake_system.hpp"
#include "util/cancel.hpp"
#include "util/report.hpp"

namespace glusterconsul::mount {

/// Runs whole mounts on a FakeSystem.
class MountFixture : public ::testing::Test {
 protected:
  Result<Task> task(const std::string& options = "", const std::string& source = kSource) {
    auto split = split_options("consul-dns-addr=off,consul-order=consul," + options);
    if (!split) return tl::unexpected(split.error());
    return make_task(source, *split, {});
  }
  Result<void> run(const std::string& options = "", const std::string& target = "/mnt/g0") {
    const auto made = task(options);
    if (!made) return tl::unexpected(made.error());
    return run_mount(target, *made, system, cancel, report);
  }

  static constexpr const char* kSource = "gluster.service.consul:/g0";
  FakeSystem system;
  Cancel cancel;
  std::string reported;
  Report report{"test", Report::Verbosity::kQuiet, Report::Screen::kFile,
                [this](std::string_view text) { reported += text; }};
};

}  // namespace glusterconsul::mount
