// The ledger's store in one SQLite file (DIR/ledger.sqlite): WAL, synchronous=FULL, one transaction a batch.
//
// One connection writes; each reading thread takes a connection from a pool, so that readers see whole transactions and
// never wait for the writer. Erased bytes are overwritten in the file (secure_delete) and the log is truncated after an
// erasure; free blocks of the disk itself are not ours to overwrite.
#pragma once

#include <memory>
#include <string>

#include "adapter/sqlite/database.h"
#include "adapter/sqlite/wal_folding.h"
#include "ledger/store.h"

namespace sluice::adapter {

class SqliteLedgerStore final : public ledger::Store {
 public:
  // "store.missing" when there is no such file (except with create), "store.unknown_version".
  static Result<std::unique_ptr<SqliteLedgerStore>> open(const std::string& path, OpenMode mode);
  // Reads the ledger as it is now, whatever is written meanwhile (one long read transaction; the write-ahead log grows as long
  // as it lives). One call at a time, and no call inside a visitor: "store.io" otherwise.
  static Result<std::unique_ptr<SqliteLedgerStore>> open_snapshot(const std::string& path);
  ~SqliteLedgerStore() override;

  Status commit(const ledger::Batch& batch) override;
  Result<uint64_t> size() override;
  Result<std::optional<ledger::HeadRow>> head() override;
  Status entries(uint64_t from, uint64_t count, const std::function<Status(const ledger::EntryRow&)>& visit) override;
  Result<Bytes> tile(ledger::TreeHash tree, unsigned level, uint64_t index) override;
  Result<uint64_t> tile_count() override;
  Result<std::optional<std::string>> last_checkpoint(uint64_t at_most) override;
  Status checkpoints(const std::function<Status(const ledger::CheckpointRow&)>& visit) override;
  Result<std::vector<uint64_t>> key_entries() override;
  Result<std::optional<ledger::SegmentRow>> segment(uint64_t id) override;
  Result<std::optional<ledger::SegmentRow>> last_segment() override;
  Status records(uint64_t segment, uint64_t from, uint64_t count,
                 const std::function<Status(const ledger::SegmentRecordRow&)>& visit) override;
  Result<uint64_t> record_count() override;
  Result<Bytes> blob(const Digest& digest) override;
  Status blobs(const std::function<Status(const ledger::BlobRow&)>& visit) override;

 private:
  struct Writer;
  struct Reader;
  struct Pool;
  class Borrowed;
  explicit SqliteLedgerStore(std::string path);
  Result<Borrowed> reader();
  Status write_all(const ledger::Batch& batch);

  std::string path_;
  std::unique_ptr<Writer> writer_;
  WalFolding folding_;
  std::unique_ptr<Pool> pool_;
  bool fixed_ = false;  // a snapshot: the one reader that holds it, no other
};

}  // namespace sluice::adapter
