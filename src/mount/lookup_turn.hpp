#pragma once

#include <string>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// Several helpers on one machine ask the same Consul the same question, and it gives no usable
/// answer: one of them has the turn to ask again and again, the others wait for it. A file in
/// `directory` that is locked (flock(2)) shows that somebody has the turn; the kernel ends the
/// lock with the process. If there can be no such file, everybody has the turn.
class LookupTurn {
 public:
  LookupTurn(std::string directory, std::string name);
  LookupTurn(const LookupTurn&) = delete;
  LookupTurn& operator=(const LookupTurn&) = delete;
  /// As end().
  ~LookupTurn();

  /// False if another process has the turn. True if it is ours now, or was before. Waits for
  /// nothing.
  [[nodiscard]] bool take();

  /// Whether the turn that another process had has ended.
  [[nodiscard]] bool is_over() const;

  /// Gives ours to whoever comes next, and leaves no file. Nothing to do if it is not ours.
  void end();

 private:
  Result<UniqueFd> lock();
  std::string directory_;
  std::string name_;
  UniqueFd locked_;
};

}  // namespace glusterconsul::mount
