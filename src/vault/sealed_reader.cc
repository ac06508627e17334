#include "vault/sealed_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "crypto/aead.h"
#include "vault/chunk.h"
#include "vault/column_cache.h"
#include "vault/sealed_file.h"

namespace sluice::vault {

using table::Batch;
using table::Column;
using table::ColumnBuilder;
using table::ColumnRef;
using table::ColumnSpec;

namespace {

struct OpenColumn {
  SecretBytes key;
  SealedFile file;
};

class FolderReader final : public SealedReader {
 public:
  FolderReader(Manifest manifest, size_t cache_bytes)
      : manifest_(std::move(manifest)), specs_(specs_of(manifest_)), open_(specs_.size()), cache_(cache_bytes) {
    starts_.push_back(0);
    for (int64_t n : manifest_.row_groups) starts_.push_back(starts_.back() + static_cast<uint64_t>(n));
  }

  Status add_key(int dir_fd, ColumnKey key) {
    size_t i = table::find_column(specs_, key.column);
    if (i == specs_.size()) return fail(Errc::not_found, "vault.unknown_column");
    TRY(Sm4Gcm::create(key.key));
    open_[i].emplace(OpenColumn{std::move(key.key), TRY(SealedFile::open(dir_fd, i))});
    return {};
  }

  const Manifest& manifest() const override { return manifest_; }
  const std::vector<ColumnSpec>& specs() const override { return specs_; }
  uint64_t rows() const override { return starts_.back(); }
  size_t row_groups() const override { return manifest_.row_groups.size(); }
  size_t rows_of(size_t row_group) const override { return static_cast<size_t>(manifest_.row_groups[row_group]); }

  Result<ColumnRef> read(size_t row_group, size_t column) override {
    if (column >= specs_.size() || row_group >= row_groups()) return fail(Errc::not_found, "vault.unknown_column");
    if (!open_[column]) return fail(Errc::forbidden, "vault.key_missing", specs_[column].name);
    thread_local Bytes sealed, plain;  // reused: their growth would cost more than decryption
    const ManifestColumn& entry = manifest_.columns[column];
    if (!open_[column]->file.read(entry.chunks[row_group], sealed))
      return fail(Errc::corrupt, "vault.chunk_tampered",
                  "column " + entry.name + ", chunk " + std::to_string(row_group));
    ChunkPlace place{.dataset = manifest_.dataset, .version = manifest_.version, .column = entry.name,
                     .number = row_group, .rows = static_cast<uint32_t>(rows_of(row_group))};
    TRY(open_chunk(open_[column]->key, place, sealed, plain));
    Column decoded = TRY(decode_chunk(plain, specs_[column], rows_of(row_group)));
    return std::make_shared<const Column>(std::move(decoded));
  }

  Result<Batch> read_rows(std::span<const size_t> columns, uint64_t offset, size_t n) override {
    Batch batch;
    uint64_t end = offset >= rows() ? offset : offset + std::min<uint64_t>(n, rows() - offset);
    batch.rows = static_cast<size_t>(end - offset);
    for (size_t column : columns) {
      if (column >= specs_.size()) return fail(Errc::not_found, "vault.unknown_column");
      ColumnBuilder builder(specs_[column]);
      builder.reserve(batch.rows);
      for (uint64_t at = offset; at < end;) {
        size_t group = group_of(at);
        ColumnRef stored = TRY(cached(group, column));
        size_t from = static_cast<size_t>(at - starts_[group]);
        size_t take = static_cast<size_t>(std::min(end, starts_[group + 1]) - at);
        builder.append_rows(*stored, from, take);
        at += take;
      }
      batch.columns.push_back(builder.finish());
    }
    return batch;
  }

 private:
  size_t group_of(uint64_t row) const {
    return static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), row) - starts_.begin()) - 1;
  }

  Result<ColumnRef> cached(size_t group, size_t column) {
    if (ColumnRef hit = cache_.find(group, column)) return hit;
    ColumnRef fresh = TRY(read(group, column));
    cache_.put(group, column, fresh);
    return fresh;
  }

  Manifest manifest_;
  std::vector<ColumnSpec> specs_;
  std::vector<std::optional<OpenColumn>> open_;
  std::vector<uint64_t> starts_;  // first row of each row group, then the number of rows
  ColumnCache cache_;
};

}  // namespace

Result<std::unique_ptr<SealedReader>> SealedReader::open(const std::string& dir, Manifest manifest,
                                                         std::vector<ColumnKey> keys, size_t cache_bytes) {
  OwnedFd folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return fail(Errc::corrupt, "vault.file_missing", "folder");
  return open_at(folder.get(), std::move(manifest), std::move(keys), cache_bytes);
}

Result<std::unique_ptr<SealedReader>> SealedReader::open_at(int dir_fd, Manifest manifest, std::vector<ColumnKey> keys,
                                                            size_t cache_bytes) {
  auto reader = std::make_unique<FolderReader>(std::move(manifest), cache_bytes);
  for (ColumnKey& key : keys) TRY(reader->add_key(dir_fd, std::move(key)));
  return std::unique_ptr<SealedReader>(std::move(reader));
}

}  // namespace sluice::vault
