#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace glusterconsul::gluster {

/// The allowed values of an option. `is_allowed` rejects only what the client would reject too.
struct ValueRule {
  std::string_view wanted;  ///< in messages: "'x' is not a whole number"
  bool (*is_allowed)(std::string_view);
};

/// How an option is passed to the client.
enum class Form {
  kFlag,          ///< --ARGUMENT; takes no value
  kFlagOfValue,   ///< --ARGUMENT, whatever the value is
  kAssign,        ///< --ARGUMENT=VALUE
  kAssignEach,    ///< the same, for each occurrence of the option
  kAssignOrTrue,  ///< --ARGUMENT=VALUE, or --ARGUMENT=true without a value
  kReplicate,     ///< --xlator-option *replicate*.ARGUMENT=VALUE
  kProcessName,   ///< --process-name fuse.VALUE
  kLogLevel,      ///< --log-level=VALUE in upper case, INFO if it is not a log level
  kSquash,        ///< --no-root-squash if VALUE requests it
  kField,         ///< a member of ClientOptions
  kReadOnly,      ///< read_only = true
  kReadWrite,     ///< read_only = false
  kMountFlag,     ///< an option for the FUSE mount call
  kContextFlag,   ///< NAME="VALUE" for the FUSE mount call
  kIgnored,       ///< not for the client: for systemd, fstab
};

/// One option of mount.glusterfs.
struct KnownOption {
  std::string_view name;
  Form form;
  std::string_view argument;
  const ValueRule& rule;
};

/// An option that must not reach the client, because it would change what is mounted and from
/// where, or what the client process does.
struct RejectedOption {
  std::string_view name;
  std::string_view why;
  std::string_view hint = {};
};

/// All options that mount.glusterfs 10 and 11 know, in the order of their command line;
/// command_line.cpp omits those that the installed client is too old for.
[[nodiscard]] std::span<const KnownOption> known_options();

[[nodiscard]] std::span<const RejectedOption> rejected_options();

/// The option of mount.glusterfs or mount(8) that was probably meant by this name, if any.
[[nodiscard]] std::optional<std::string_view> similar_option(std::string_view name);

/// Whether the text is a boolean in one of the client's spellings, in upper or lower case.
[[nodiscard]] bool is_yes(std::string_view text);
[[nodiscard]] bool is_no(std::string_view text);

}  // namespace glusterconsul::gluster
