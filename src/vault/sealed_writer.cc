#include "vault/sealed_writer.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "base/file.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "table/limits.h"
#include "table/text_check.h"
#include "vault/chunk.h"
#include "vault/version_folder.h"

namespace sluice::vault {

using table::Batch;
using table::Column;
using table::ColumnBuilder;
using table::Type;

namespace {

constexpr size_t kCellBytesMax = 64u << 20;

// Calls work(0) … work(n − 1) on `threads` threads, this one among them; the first error stops the rest.
template <class Work>
Status for_each_parallel(size_t n, unsigned threads, Work work) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> error;
  auto run = [&] {
    for (size_t i = next++; i < n; i = next++) {
      Status status = work(i);
      if (status) continue;
      std::lock_guard lock(mutex);
      if (!error) error = std::move(status).error();
      next = n;
    }
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < std::min<size_t>(threads, n); t++) others.emplace_back(run);
  run();
  for (std::thread& t : others) t.join();
  if (error) return tl::unexpected(std::move(*error));
  return {};
}

// Bytes of the rows' texts, a dictionary's entry counted at each use.
Result<size_t> text_size(const Column& column, const std::string& name) {
  size_t total = 0;
  for (size_t i = 0; i < column.rows(); i++) {
    size_t n = column.is_null(i) ? 0 : column.text_at(i).size();
    if (n > kCellBytesMax) return fail(Errc::exhausted, "vault.cell_too_large", name);
    total += n;
  }
  return total;
}

Status check_request(const SealRequest& r) {
  auto bad = [](std::string what) { return fail(Errc::invalid, "vault.bad_request", std::move(what)); };
  if (r.dataset.empty() || r.dataset.size() > 128) return bad("dataset");
  if (r.version.empty() || r.version.size() > 128) return bad("version");
  if (r.specs.empty() || r.specs.size() > table::kTableColumnsMax) return bad("columns");
  if (r.keys.size() != r.specs.size()) return bad("keys");
  if (r.row_group_rows < 1 || r.row_group_rows > static_cast<size_t>(kRowGroupRowsMax)) return bad("row group rows");
  std::set<std::string_view> names;
  std::set<Bytes> keys;
  for (size_t i = 0; i < r.specs.size(); i++) {
    const table::ColumnSpec& spec = r.specs[i];
    if (spec.name.empty() || spec.name.size() > kNameBytesMax || !is_utf8(spec.name)) return bad("column name");
    if (!names.insert(spec.name).second) return bad("column name twice");
    if (spec.scale > (spec.type == Type::decimal ? table::kScaleMax : 0)) return bad("scale");
    const Bytes& key = r.keys[i].reveal("to see that no key serves two columns");
    if (key.size() != kSm4KeyBytes || !keys.insert(key).second) return bad("keys");
  }
  return {};
}

class FolderWriter final : public SealedWriter {
 public:
  FolderWriter(SealRequest request, std::unique_ptr<VersionFolder> folder)
      : request_(std::move(request)), folder_(std::move(folder)) {
    manifest_.dataset = request_.dataset;
    manifest_.version = request_.version;
    for (const table::ColumnSpec& spec : request_.specs) {
      manifest_.columns.push_back({.name = spec.name, .type = spec.type, .scale = spec.scale, .chunks = {}});
      pending_.emplace_back(spec);
    }
  }

  Status add_files() {
    for (size_t i = 0; i < request_.specs.size(); i++) TRY(folder_->add_file(column_file(i)));
    return {};
  }

  Status append(const Batch& batch) override {
    if (!folder_ || failed_) return fail(Errc::conflict, "vault.writer_closed");
    Status status = take(batch);
    failed_ = !status;
    return status;
  }

  Status finish() override {
    if (!folder_ || failed_) return fail(Errc::conflict, "vault.writer_closed");
    auto folder = std::move(folder_);  // gone whatever happens: a failed fsync is not retried
    TRY(flush(*folder));
    size_t file = TRY(folder->add_file(std::string(kManifestFile)));
    TRY(folder->append(file, view(manifest_text(manifest_))));
    return folder->publish();
  }

  const Manifest& manifest() const override { return manifest_; }

 private:
  Status take(const Batch& batch) {
    TRY(table::check_shape(batch, request_.specs));
    size_t text_most = 0;
    for (size_t i = 0; i < batch.columns.size(); i++) {
      const Column& column = batch.columns[i];
      if (!table::texts_are_utf8(column)) return fail(Errc::invalid, "vault.not_utf8", request_.specs[i].name);
      if (column.type() == Type::text)
        text_most = std::max(text_most, TRY(text_size(column, request_.specs[i].name)));
    }
    bool light = text_most <= table::kBatchTextBytes;
    size_t group = request_.row_group_rows;
    if (pending_rows() == 0 && light && batch.rows <= group && batch.rows * 2 >= group) {
      std::vector<const Column*> columns;
      for (const Column& column : batch.columns) columns.push_back(&column);
      return seal(*folder_, columns, batch.rows);
    }
    for (size_t from = 0; from < batch.rows;) {
      size_t n = light ? std::min(group - pending_rows(), batch.rows - from) : 1;
      size_t text_bytes = 0;
      for (size_t i = 0; i < pending_.size(); i++) {
        pending_[i].append_rows(batch.columns[i], from, n);
        text_bytes = std::max(text_bytes, pending_[i].text_bytes());
      }
      from += n;
      if (pending_rows() == group || text_bytes > table::kBatchTextBytes) TRY(flush(*folder_));
    }
    return {};
  }

  size_t pending_rows() const { return pending_[0].rows(); }

  Status flush(VersionFolder& folder) {
    size_t rows = pending_rows();
    if (rows == 0) return {};
    std::vector<Column> columns;
    for (ColumnBuilder& builder : pending_) columns.push_back(builder.finish());
    std::vector<const Column*> pointers;
    for (const Column& column : columns) pointers.push_back(&column);
    return seal(folder, pointers, rows);
  }

  Status seal(VersionFolder& folder, const std::vector<const Column*>& columns, size_t rows) {
    uint64_t number = manifest_.row_groups.size();
    auto seal_one = [&](size_t i) -> Status {
      ManifestColumn& column = manifest_.columns[i];
      Bytes plain = TRY(encode_chunk(*columns[i]));
      ChunkPlace place{.dataset = request_.dataset, .version = request_.version, .column = column.name,
                       .number = number, .rows = static_cast<uint32_t>(rows)};
      auto sealed = seal_chunk(request_.keys[i], place, plain);
      wipe(plain.data(), plain.size());
      if (!sealed) return tl::unexpected(std::move(sealed).error());
      int64_t offset = column.chunks.empty() ? 0 : column.chunks.back().offset + column.chunks.back().size;
      column.chunks.push_back(
          {.offset = offset, .size = static_cast<int64_t>(sealed->size()), .digest = sm3(*sealed)});
      return folder.append(i, *sealed);
    };
    TRY(for_each_parallel(columns.size(), request_.threads, seal_one));
    manifest_.row_groups.push_back(static_cast<int64_t>(rows));
    manifest_.rows += static_cast<int64_t>(rows);
    return {};
  }

  SealRequest request_;
  std::unique_ptr<VersionFolder> folder_;
  Manifest manifest_;
  std::vector<ColumnBuilder> pending_;
  bool failed_ = false;
};

Result<std::unique_ptr<SealedWriter>> create_in(OwnedFd parent, const std::string& name, SealRequest request) {
  TRY(check_request(request));
  auto folder = TRY(VersionFolder::create(std::move(parent), name));
  auto writer = std::make_unique<FolderWriter>(std::move(request), std::move(folder));
  TRY(writer->add_files());
  return std::unique_ptr<SealedWriter>(std::move(writer));
}

}  // namespace

Result<std::unique_ptr<SealedWriter>> SealedWriter::create(const std::string& dir, SealRequest request) {
  std::filesystem::path path(dir);
  std::string parent = path.parent_path().string();
  OwnedFd fd(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return tl::unexpected(last_os_error("file.unwritable", "dataset version"));
  return create_in(std::move(fd), path.filename().string(), std::move(request));
}

Result<std::unique_ptr<SealedWriter>> SealedWriter::create_at(int parent_fd, const std::string& name,
                                                              SealRequest request) {
  OwnedFd fd(::fcntl(parent_fd, F_DUPFD_CLOEXEC, 0));
  if (fd.get() < 0) return tl::unexpected(last_os_error("file.unwritable", "dataset version"));
  return create_in(std::move(fd), name, std::move(request));
}

Result<size_t> remove_unfinished(const std::string& parent, const std::string& version) {
  OwnedFd fd(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return fail(Errc::not_found, "file.not_found", "folder of versions");
  std::vector<std::string> found;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(parent, ec))
    if (std::string name = entry.path().filename().string(); is_unfinished_name(name) && entry.is_directory(ec))
      if (version.empty() || name.starts_with("." + version + ".")) found.push_back(std::move(name));
  for (const std::string& name : found) remove_folder(fd.get(), name);
  return found.size();
}

}  // namespace sluice::vault
