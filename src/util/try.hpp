#pragma once

#include <tl/expected.hpp>
#include <utility>

/// Forwards an error to the caller, for use in a function that returns a Result of any type.
///
///     TRY(check_target(path));
///     TRY_ASSIGN(const auto table, read_mount_table());
///
/// The argument may contain commas. The result is moved from, so a move-only value is fine.
/// TRY_ASSIGN expands to several statements, so it needs braces after `if` and as the body of a
/// loop.

/// Evaluates an expression of type Result<T>; returns its error from the current function if it has
/// one, otherwise discards its value.
#define TRY(...) GLUSTERCONSUL_TRY(GLUSTERCONSUL_TRY_NAME(__LINE__), __VA_ARGS__)

/// The same, but assigns the value to `target`, which may declare a variable.
#define TRY_ASSIGN(target, ...) \
  GLUSTERCONSUL_TRY_ASSIGN(target, GLUSTERCONSUL_TRY_NAME(__LINE__), __VA_ARGS__)

// The line number makes the name unique, so that a lambda inside the expression may use TRY too.
#define GLUSTERCONSUL_TRY_NAME(line) GLUSTERCONSUL_TRY_JOIN(tried_in_line_, line)
#define GLUSTERCONSUL_TRY_JOIN(name, line) name##line

#define GLUSTERCONSUL_TRY(tried, ...)                                                        \
  do {                                                                                       \
    if (auto tried = (__VA_ARGS__); !tried) return tl::unexpected(std::move(tried).error()); \
  } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): `target` may be a declaration
#define GLUSTERCONSUL_TRY_ASSIGN(target, tried, ...)           \
  auto tried = (__VA_ARGS__);                                  \
  if (!tried) return tl::unexpected(std::move(tried).error()); \
  target = *std::move(tried)
// NOLINTEND(bugprone-macro-parentheses)
