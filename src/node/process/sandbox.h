// Shuts the calling process in, for good: to be called by a child at its start, before it reads anything from outside.
//
// Both profiles: no new privileges, not dumpable, no core, no capabilities, and a seccomp filter (allow list, everything
// else fails with EPERM) without sockets, without starting programs, without ptrace, mounts, keys or module calls, and
// only threads instead of new processes.
//   worker     besides: opens files for reading only unless below a folder descriptor it was handed
//              (openat with AT_FDCWD and a write flag fails). Where the kernel has Landlock, nothing in the file system
//              can be reached except below the handed folder descriptors, and files there may be written by path too.
//   source     a worker that speaks to one database: no folders, system libraries and name resolution for reading, and sockets
//              until close_network(). Where Landlock knows TCP (kernel 6.7), it connects to `port` and to no other.
//   key_agent  may open files by path (the ledger, its key files); it locks the memory of its keys itself.
// Known hole: without Landlock a worker may read what the service's user may read. "sandbox.failed" (detail: which step).
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace sluice::node {

enum class SandboxProfile { worker, source, key_agent };

Status enter_sandbox(SandboxProfile profile, std::span<const int> folders = {}, uint16_t port = 0);

// From here on no socket can be made, connected or bound; what is connected stays so. To be called by a `source` once its session
// stands and before it reads a row. "sandbox.failed".
Status close_network();

// Whether this kernel keeps workers to their folders.
bool has_landlock();

}  // namespace sluice::node
