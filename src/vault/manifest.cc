#include "vault/manifest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "crypto/hash.h"
#include "table/limits.h"
#include "vault/sealed_file.h"

namespace sluice::vault {

namespace {

tl::unexpected<Error> bad(std::string what) { return fail(Errc::invalid, "vault.bad_manifest", std::move(what)); }

Status check_chunks(const ManifestColumn& column, const std::vector<int64_t>& row_groups) {
  if (column.chunks.size() != row_groups.size()) return bad("chunks");
  int64_t offset = 0;
  for (const ManifestChunk& chunk : column.chunks) {
    if (chunk.size <= 0 || chunk.size > kSealedChunkBytesMax) return bad("chunk size");
    if (chunk.offset != offset) return bad("chunk offset");
    offset += chunk.size;
  }
  return {};
}

Status check_manifest(const Manifest& m) {
  if (m.format != kManifestFormat) return bad("format");
  if (m.dataset.empty() || m.dataset.size() > 128) return bad("dataset");
  if (m.version.empty() || m.version.size() > 128) return bad("version");
  int64_t rows = 0;
  for (int64_t n : m.row_groups) {
    if (n < 1 || n > kRowGroupRowsMax) return bad("row group rows");
    rows += n;
  }
  if (rows != m.rows) return bad("rows");
  if (m.columns.empty() || m.columns.size() > table::kTableColumnsMax) return bad("columns");
  std::set<std::string_view> names;
  for (const ManifestColumn& column : m.columns) {
    if (column.name.empty() || column.name.size() > kNameBytesMax) return bad("column name");
    if (!names.insert(column.name).second) return bad("column name twice");
    int64_t scale_max = column.type == table::Type::decimal ? table::kScaleMax : 0;
    if (column.scale < 0 || column.scale > scale_max) return bad("scale");
    TRY(check_chunks(column, m.row_groups));
  }
  return {};
}

Status verify_column(int dir_fd, const ManifestColumn& column, size_t position) {
  SealedFile file = TRY(SealedFile::open(dir_fd, position));
  Bytes sealed;
  int64_t end = 0;
  for (size_t i = 0; i < column.chunks.size(); i++) {
    const ManifestChunk& chunk = column.chunks[i];
    if (!file.read(chunk, sealed) || sm3(sealed) != chunk.digest)
      return fail(Errc::corrupt, "vault.chunk_tampered", "column " + column.name + ", chunk " + std::to_string(i));
    end = chunk.offset + chunk.size;
  }
  if (file.size() != end) return fail(Errc::corrupt, "vault.extra_bytes", "column " + column.name);
  return {};
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view json) {
  Json value = TRY(parse_json(json, kManifestBytesMax));
  Manifest manifest = TRY(decode<Manifest>(value));
  TRY(check_manifest(manifest));
  return manifest;
}

std::string manifest_text(const Manifest& manifest) { return canonical(encode(manifest)); }

Digest manifest_digest(const Manifest& manifest) { return sm3(view(manifest_text(manifest))); }

std::vector<table::ColumnSpec> specs_of(const Manifest& manifest) {
  std::vector<table::ColumnSpec> specs;
  for (const ManifestColumn& c : manifest.columns) specs.push_back({c.name, c.type, static_cast<uint8_t>(c.scale)});
  return specs;
}

std::string column_file(size_t column) {
  char name[32];
  std::snprintf(name, sizeof name, "%04zu.col", column);
  return name;
}

Result<Manifest> load_manifest(const std::string& dir, const Digest* expected) {
  std::string text = TRY(read_text_file(dir + "/" + std::string(kManifestFile), kManifestBytesMax));
  if (expected && sm3(view(text)) != *expected) return fail(Errc::corrupt, "vault.wrong_manifest");
  return parse_manifest(text);
}

Status verify_version(const std::string& dir, const Manifest& manifest) {
  OwnedFd folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return fail(Errc::corrupt, "vault.file_missing", "folder");
  for (size_t i = 0; i < manifest.columns.size(); i++) TRY(verify_column(folder.get(), manifest.columns[i], i));
  return {};
}

}  // namespace sluice::vault
