// The manifest of a sealed dataset version: what lies in its folder. Format "sluice-dataset/1",
// docs/formats/dataset-manifest.md. The ledger names the SM3 digest of its canonical JSON; the manifest names the SM3
// digest of every sealed chunk: one digest in the ledger stands for every byte of the version.
// It holds names, types, counts and sizes, and nothing that reveals a value (no minima, maxima or distinct counts).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "codec/record.h"
#include "table/column.h"

namespace sluice::vault {

inline constexpr std::string_view kManifestFormat = "sluice-dataset/1";
constexpr size_t kManifestBytesMax = 64u << 20;
constexpr int64_t kRowGroupRowsMax = 1 << 20;
constexpr int64_t kSealedChunkBytesMax = 1 << 30;

struct ManifestChunk {
  int64_t offset = 0;  // in the column's file; chunks lie one after the other, without gaps
  int64_t size = 0;    // sealed bytes, tag included
  Digest digest{};     // SM3 of the sealed bytes
  static constexpr auto fields = field_list(field("offset", &ManifestChunk::offset), field("size", &ManifestChunk::size),
                                            field("digest", &ManifestChunk::digest));
};

struct ManifestColumn {
  std::string name;
  table::Type type = table::Type::text;
  int64_t scale = 0;
  std::vector<ManifestChunk> chunks;  // one a row group
  static constexpr auto fields =
      field_list(field("name", &ManifestColumn::name), field("type", &ManifestColumn::type),
                 field("scale", &ManifestColumn::scale), field("chunks", &ManifestColumn::chunks));
};

struct Manifest {
  std::string format{kManifestFormat};
  std::string dataset;
  std::string version;
  int64_t rows = 0;
  std::vector<int64_t> row_groups;  // rows of each
  std::vector<ManifestColumn> columns;
  static constexpr auto fields =
      field_list(field("format", &Manifest::format), field("dataset", &Manifest::dataset),
                 field("version", &Manifest::version), field("rows", &Manifest::rows),
                 field("row_groups", &Manifest::row_groups), field("columns", &Manifest::columns));
};

// Strict: a manifest that parses is consistent. "vault.bad_manifest" (detail: what is wrong), or the codec's errors.
Result<Manifest> parse_manifest(std::string_view json);
// Canonical JSON; its SM3 digest is the digest of the version.
std::string manifest_text(const Manifest& manifest);
Digest manifest_digest(const Manifest& manifest);

std::vector<table::ColumnSpec> specs_of(const Manifest& manifest);
// "0007.col": the file of the column at this position.
std::string column_file(size_t column);
inline constexpr std::string_view kManifestFile = "manifest.json";

// Reads manifest.json of a version's folder; with `expected`, "vault.wrong_manifest" when its digest is another.
Result<Manifest> load_manifest(const std::string& dir, const Digest* expected = nullptr);

// Inventory: re-hashes every chunk without keys. "vault.chunk_tampered" (detail: column and chunk),
// "vault.file_missing", "vault.extra_bytes".
Status verify_version(const std::string& dir, const Manifest& manifest);

}  // namespace sluice::vault
