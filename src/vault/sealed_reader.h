// Reads a sealed dataset version with the keys one was given: three column keys read three columns and no others.
//
// Every chunk is authenticated (SM4-GCM) against dataset, version, column, chunk number and row count before a byte of
// it is decoded: a tampered, replayed, swapped or truncated chunk is "vault.chunk_tampered" with column and chunk,
// never data. A column without its key is "vault.key_missing". (Digests are checked by verify_version, without keys.)
// Two ways to read: read() decrypts a chunk anew (scans), read_rows() goes through a bounded cache of decoded columns
// (pages of an API). Thread rule: all calls are thread-safe.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/restricted.h"
#include "table/column.h"
#include "vault/manifest.h"

namespace sluice::vault {

struct ColumnKey {
  std::string column;
  SecretBytes key;
};

class SealedReader : public table::ColumnSource {
 public:
  // "vault.unknown_column" for a key of no column; "vault.file_missing"; "aead.bad_key".
  static Result<std::unique_ptr<SealedReader>> open(const std::string& dir, Manifest manifest,
                                                    std::vector<ColumnKey> keys, size_t cache_bytes = 64u << 20);
  static Result<std::unique_ptr<SealedReader>> open_at(int dir_fd, Manifest manifest, std::vector<ColumnKey> keys,
                                                       size_t cache_bytes = 64u << 20);

  virtual const Manifest& manifest() const = 0;
  // Rows [offset, offset + n) of the columns at these positions, fewer at the end of the table, none beyond it.
  virtual Result<table::Batch> read_rows(std::span<const size_t> columns, uint64_t offset, size_t n) = 0;
};

}  // namespace sluice::vault
