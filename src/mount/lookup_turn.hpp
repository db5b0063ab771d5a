#pragma once

#include <string>

#include "util/error.hpp"
#include "util/unique_fd.hpp"

namespace glusterconsul::mount {

/// For helpers on one machine that send the same query to the same Consul and get no usable answer:
/// one of them has the turn and retries, and the others wait for it. A locked file (flock(2)) in
/// `directory` shows that a process has the turn; the kernel releases the lock when the process
/// ends. If there can be no such file, every helper has the turn.
class LookupTurn {
 public:
  LookupTurn(std::string directory, std::string name);
  LookupTurn(const LookupTurn&) = delete;
  LookupTurn& operator=(const LookupTurn&) = delete;
  /// As end().
  ~LookupTurn();

  /// False if another process has the turn. True if it is ours now, or already was. Does not block.
  [[nodiscard]] bool take();

  /// Whether another process's turn has ended.
  [[nodiscard]] bool is_over() const;

  /// Ends our turn, so that another process can take it, and removes the file. Does nothing if the
  /// turn is not ours.
  void end();

 private:
  Result<UniqueFd> lock();
  std::string directory_;
  std::string name_;
  UniqueFd locked_;
};

}  // namespace glusterconsul::mount
