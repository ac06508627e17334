// Files that are not whole yet, so that a signal that ends the program takes them away: a masked file that nobody has judged must not lie about. What ends
// without a handler (SIGKILL, power) leaves them; they are readable by their owner only and have names of their own.
//
// At most 256 at a time and paths of up to 1,023 bytes; what is beyond is not put away. Any thread.
#pragma once

#include <string>

namespace sluice {

void note_unfinished(const std::string& path);
void forget_unfinished(const std::string& path);  // finished, or removed

// Removes what is noted. Async-signal-safe.
void remove_unfinished() noexcept;

}  // namespace sluice
