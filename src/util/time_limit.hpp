#pragma once

#include <chrono>
#include <string>

namespace glusterconsul {

/// Ends this process after `span`, whatever it is doing, with this exit status and `message` (with
/// its newline) on standard error: for a program that somebody waits for. A system call that does
/// not return is interrupted, unless the kernel cannot interrupt it. Call it once, before any
/// thread is started. The timer is not inherited by children.
void exit_after(std::chrono::milliseconds span, int status, std::string message);

/// Undoes it.
void cancel_exit();

}  // namespace glusterconsul
