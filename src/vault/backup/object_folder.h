// The packs of a backup: content by name, stored once. Written pack by pack, each durable when it has its name.
//
// An interrupted writer leaves at most one temporary pack, which the next writer takes away; what lies in finished packs
// is found again, so that a backup resumes where it stopped. Errors: "backup.pack_damaged" (a pack is not what its name
// says; detail: file), "backup.object_missing", "backup.object_damaged", "file.disk_full", "file.unwritable".
// Thread rule: one thread writes; has() and read() may run in any thread while nobody writes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "vault/backup/pack.h"

namespace sluice::vault {

class ObjectFolder {
 public:
  enum class Access { read, write };
  // The folder DIR/packs; made when writing. write: takes away what an interrupted writer left.
  static Result<std::unique_ptr<ObjectFolder>> open(const std::string& dir, Access access);
  ~ObjectFolder();  // what is not flushed is taken away

  bool has(const Digest& name) const;
  // Appends an object unless it is there; `digest` is SM3 of the bytes.
  Status put(const Digest& name, const Digest& digest, ByteView bytes);
  // Finishes the pack under way: fsync, rename, fsync of the folder.
  Status flush();

  // The stored bytes, checked against their digest.
  Result<Bytes> read(const Digest& name) const;
  // The same into memory that is reused.
  Status read_into(const Digest& name, Bytes& out) const;
  // SM3 of the stored bytes, as the pack says.
  Result<Digest> digest_of(const Digest& name) const;

  uint64_t stored_bytes() const { return stored_bytes_; }    // by put, in this life
  uint64_t stored_objects() const { return stored_objects_; }
  size_t packs() const { return files_.size(); }
  uint64_t bytes() const { return bytes_; }                  // in all packs

 private:
  explicit ObjectFolder(std::string dir) : dir_(std::move(dir)) {}
  Status load();
  Status load_pack(const std::string& name, const Digest& promised);
  Status begin_pack();
  void drop_unfinished();

  struct Place {
    size_t file = 0;
    uint64_t offset = 0, size = 0;
    Digest digest{};
  };
  static constexpr size_t kOpenPack = SIZE_MAX;  // the file of a place in the pack under way

  std::string dir_;
  std::vector<std::string> files_;
  mutable std::map<size_t, OwnedFd> open_files_;
  std::map<Digest, Place> places_;
  OwnedFd pack_;
  std::string pack_path_;
  std::vector<PackRow> rows_;
  uint64_t pack_bytes_ = 0, stored_bytes_ = 0, stored_objects_ = 0, bytes_ = 0;
};

}  // namespace sluice::vault
