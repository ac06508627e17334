// libgcrypt wants to be initialised once in a process before anything else. Thread-safe, cheap after the first call.
#pragma once

namespace sluice {

void gcrypt_ready();

}  // namespace sluice
