#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "config/sources.hpp"
#include "consul/query.hpp"
#include "gluster/client_options.hpp"
#include "mount/mount_flags.hpp"
#include "mount/source.hpp"
#include "mount/vfs_flags.hpp"
#include "util/error.hpp"
#include "util/named_file.hpp"
#include "util/option.hpp"
#include "util/warning.hpp"

namespace glusterconsul::mount {

/// Whether an option that the client would reject is an error, or with mount(8)'s `-s` a warning.
enum class Strictness { kStrict, kSloppy };

/// One mount as specified by source, options and settings, parsed and checked: all that is left to
/// do needs the network.
struct Task {
  Source source;
  config::Settings settings;
  consul::ServiceQuery query;
  gluster::ClientOptions client;
  VfsFlags finish;
  std::vector<FlagOption> flags;  ///< requested, to compare with an existing mount
  Strictness strictness = Strictness::kStrict;
  std::vector<Warning> warnings;
};

/// Parses the source and the options together; kUsage names what is wrong. The settings contain the
/// name of the token file, which is not read.
[[nodiscard]] Result<Task> make_task(const std::string& source, const std::vector<Option>& options,
                                     config::Sources sources,
                                     Strictness strictness = Strictness::kStrict);

/// The files that the settings and `log-file=` name.
[[nodiscard]] std::vector<NamedFile> task_files(const Task& task);

}  // namespace glusterconsul::mount
