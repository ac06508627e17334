// The sealed chunks of a version into the packs of a backup, as they lie: read ahead, checked against the digests of the
// manifest many at once, written in order. Chunks that the packs have are not read at all.
#pragma once

#include <functional>
#include <string>

#include "vault/backup/object_folder.h"
#include "vault/manifest.h"

namespace sluice::vault {

struct StoredVersion {
  uint64_t stored_bytes = 0, known_bytes = 0;
};
// `dir` is the version's folder. "vault.chunk_tampered" (detail: column and chunk), "vault.file_missing", errors of put().
Result<StoredVersion> store_version(ObjectFolder& objects, const std::string& dir, const Manifest& manifest,
                                    const std::function<void(uint64_t bytes)>& progress = {});

}  // namespace sluice::vault
