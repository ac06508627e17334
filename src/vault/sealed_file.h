// The file of one sealed column, read by chunk.
#pragma once

#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "vault/manifest.h"

namespace sluice::vault {

class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd();
  int get() const { return fd_; }

 private:
  int fd_;
};

class SealedFile {
 public:
  // "vault.file_missing" (detail: the file).
  static Result<SealedFile> open(int dir_fd, size_t column);
  int64_t size() const { return size_; }
  // Fills `sealed`, whose memory is reused; false when the file is shorter than the manifest says or cannot be read.
  // Thread-safe.
  bool read(const ManifestChunk& chunk, Bytes& sealed) const;

 private:
  SealedFile(OwnedFd fd, int64_t size) : fd_(std::move(fd)), size_(size) {}
  OwnedFd fd_;
  int64_t size_;
};

}  // namespace sluice::vault
