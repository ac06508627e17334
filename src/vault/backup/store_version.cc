#include "vault/backup/store_version.h"

#include <fcntl.h>

#include <future>

#include "crypto/hash.h"
#include "vault/sealed_file.h"

namespace sluice::vault {

namespace {

constexpr size_t kChunksAtOnce = 32, kChunkBytesAtOnce = 32u << 20;

struct WantedChunk {
  const SealedFile* file;
  const ManifestChunk* chunk;
  const std::string* column;
  size_t number;
};
struct ReadChunks {
  std::vector<Bytes> sealed;
  std::vector<WantedChunk> wanted;
};

// Reads chunks and checks them, many at once so that the hash can work several lanes wide.
Result<ReadChunks> read_chunks(std::vector<WantedChunk> wanted) {
  ReadChunks out{std::vector<Bytes>(wanted.size()), std::move(wanted)};
  std::vector<ByteView> views;
  auto bad = [&](size_t i) {
    return fail(Errc::corrupt, "vault.chunk_tampered", "column " + *out.wanted[i].column + ", chunk " + std::to_string(out.wanted[i].number));
  };
  for (size_t i = 0; i < out.wanted.size(); i++) {
    if (!out.wanted[i].file->read(*out.wanted[i].chunk, out.sealed[i])) return bad(i);
    views.emplace_back(out.sealed[i]);
  }
  std::vector<Digest> digests(views.size());
  sm3_many(views, digests);
  for (size_t i = 0; i < views.size(); i++)
    if (digests[i] != out.wanted[i].chunk->digest) return bad(i);
  return out;
}

}  // namespace

Result<StoredVersion> store_version(ObjectFolder& objects, const std::string& dir, const Manifest& manifest,
                                    const std::function<void(uint64_t bytes)>& progress) {
  StoredVersion out;
  OwnedFd folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::vector<SealedFile> files;
  files.reserve(manifest.columns.size());
  std::vector<WantedChunk> wanted;
  for (size_t c = 0; c < manifest.columns.size(); c++) {
    const ManifestColumn& column = manifest.columns[c];
    files.push_back(TRY(SealedFile::open(folder.get(), c)));
    for (size_t i = 0; i < column.chunks.size(); i++) {
      bool known = objects.has(column.chunks[i].digest);
      (known ? out.known_bytes : out.stored_bytes) += static_cast<uint64_t>(column.chunks[i].size);
      if (!known) wanted.push_back({&files[c], &column.chunks[i], &column.name, i});
    }
  }
  std::future<Result<ReadChunks>> ahead;
  size_t next = 0;
  auto start = [&] {
    std::vector<WantedChunk> some;
    for (size_t bytes = 0; next < wanted.size() && some.size() < kChunksAtOnce && bytes < kChunkBytesAtOnce; next++) {
      some.push_back(wanted[next]);
      bytes += static_cast<size_t>(wanted[next].chunk->size);
    }
    if (!some.empty()) ahead = std::async(std::launch::async, [some = std::move(some)]() mutable { return read_chunks(std::move(some)); });
  };
  start();
  while (ahead.valid()) {
    ReadChunks got = TRY(ahead.get());
    start();
    uint64_t bytes = 0;
    for (size_t i = 0; i < got.wanted.size(); i++) {
      TRY(objects.put(got.wanted[i].chunk->digest, got.wanted[i].chunk->digest, got.sealed[i]));
      bytes += got.sealed[i].size();
    }
    if (progress) progress(bytes);
  }
  return out;
}

}  // namespace sluice::vault
