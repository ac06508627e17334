// Shuts the calling process in, for good: to be called by a child at its start, before it reads anything from outside.
//
// Both profiles: no new privileges, not dumpable, no core, no capabilities, and a seccomp filter (allow list, everything
// else fails with EPERM) without sockets, without starting programs, without ptrace, mounts, keys or module calls, and
// only threads instead of new processes.
//   worker     besides: opens files for reading only unless below a folder descriptor it was handed
//              (openat with AT_FDCWD and a write flag fails). Where the kernel has Landlock, nothing in the file system
//              can be reached except below the handed folder descriptors.
//   key_agent  may open files by path (the ledger, its key files); memory locked and never dumped.
// Known hole: without Landlock a worker may read what the service's user may read. "sandbox.failed" (detail: which step).
#pragma once

#include <span>

#include "base/result.h"

namespace sluice::node {

enum class SandboxProfile { worker, key_agent };

Status enter_sandbox(SandboxProfile profile, std::span<const int> folders = {});

// Whether this kernel keeps workers to their folders.
bool has_landlock();

}  // namespace sluice::node
