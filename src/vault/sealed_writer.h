// Seals a table as a dataset version: one file a column, each column under its own key (docs/formats/sealed-chunk.md).
//
// The version is made in a temporary folder beside its place (".NAME.tmp_…") and renamed on finish(), after every file
// and folder was fsynced: a crash or an error leaves nothing under the name. Plaintext never touches the disk.
// Keys: 16 bytes a column, fresh for this version; a key that sealed another version must never be used again, since
// nonces are counters. Columns of a row group are encoded, compressed and sealed by `threads` threads.
// Errors: "vault.exists", "vault.bad_request" (ids, specs, keys), "table.wrong_shape", "vault.not_utf8" (detail:
// column), "file.disk_full", "file.unwritable". Thread rule: one thread calls.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/restricted.h"
#include "table/column.h"
#include "vault/manifest.h"

namespace sluice::vault {

struct SealRequest {
  std::string dataset;  // ids as text, bound into every chunk
  std::string version;
  std::vector<table::ColumnSpec> specs;
  std::vector<SecretBytes> keys;     // one a column, same order
  size_t row_group_rows = 65536;     // batches are cut and joined to groups of about this size
  unsigned threads = 2;
};

class SealedWriter : public table::BatchSink {
 public:
  // The version becomes the folder `dir`, whose parent exists.
  static Result<std::unique_ptr<SealedWriter>> create(const std::string& dir, SealRequest request);
  // The same below an open folder; `name` is one path component.
  static Result<std::unique_ptr<SealedWriter>> create_at(int parent_fd, const std::string& name, SealRequest request);

  // After finish().
  virtual const Manifest& manifest() const = 0;
};

// Removes what interrupted writers left in `parent`; to be called when no writer is at work there. Gives the count.
// `version`: only that one's, while others may be at work; empty: all.
Result<size_t> remove_unfinished(const std::string& parent, const std::string& version = {});

}  // namespace sluice::vault
