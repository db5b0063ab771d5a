#include "admin/shown_result.hpp"

namespace glusterconsul::admin {

ShownResult after_look(const ShownResult& before, const CheckResult& seen, Clock::time_point now,
                       milliseconds apart) {
  const bool is_worse = seen.status > before.result.status;
  if (!is_worse || (before.worse_since && now - *before.worse_since >= apart)) return {seen};
  return {before.result, before.worse_since.value_or(now)};
}

}  // namespace glusterconsul::admin
