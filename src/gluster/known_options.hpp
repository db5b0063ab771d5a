#pragma once

#include <span>
#include <string_view>

namespace glusterconsul::gluster {

/// What a value may be. `is_allowed` rejects only what the client would reject, too.
struct ValueRule {
  std::string_view wanted;  ///< in messages: "'x' is not a whole number"
  bool (*is_allowed)(std::string_view);
};

/// What the client gets for an option.
enum class Form {
  kFlag,          ///< --ARGUMENT; takes no value
  kFlagOfValue,   ///< --ARGUMENT, whatever the value is
  kAssign,        ///< --ARGUMENT=VALUE
  kAssignEach,    ///< the same, for each time that it is given
  kAssignOrTrue,  ///< --ARGUMENT=VALUE, without a value --ARGUMENT=true
  kReplicate,     ///< --xlator-option *replicate*.ARGUMENT=VALUE
  kProcessName,   ///< --process-name fuse.VALUE
  kLogLevel,      ///< --log-level=VALUE in capitals, INFO if it is not a log level
  kSquash,        ///< --no-root-squash if VALUE asks for it
  kField,         ///< a member of ClientOptions
  kReadOnly,      ///< read_only = true
  kReadWrite,     ///< read_only = false
  kMountFlag,     ///< a word for the FUSE mount call
  kContextFlag,   ///< NAME="VALUE" for the FUSE mount call
  kIgnored,       ///< for others: systemd, fstab
};

/// One option of mount.glusterfs.
struct KnownOption {
  std::string_view name;
  Form form;
  std::string_view argument;
  const ValueRule& rule;
};

/// An option that would reach the client and must not: it changes what is mounted from where, or
/// what the started process does.
struct RejectedOption {
  std::string_view name;
  std::string_view why;
  std::string_view hint = {};
};

/// Every option that mount.glusterfs 10 and 11 know, in the order of their command line;
/// command_line.cpp skips those that the installed client is too old for.
[[nodiscard]] std::span<const KnownOption> known_options();

[[nodiscard]] std::span<const RejectedOption> rejected_options();

/// The spellings of a boolean that the client accepts, in any case.
[[nodiscard]] bool is_yes(std::string_view text);
[[nodiscard]] bool is_no(std::string_view text);

}  // namespace glusterconsul::gluster
