// A file that appears whole under its name or not at all: written beside it, fsync, rename; removed unless committed.
#pragma once

#include <string>
#include <string_view>

#include "base/owned_fd.h"
#include "base/result.h"

namespace sluice::deident {

class PendingFile {
 public:
  // "file.unwritable", "file.disk_full".
  static Result<PendingFile> create(const std::string& path);
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();
  const std::string& temporary() const { return temporary_; }
  Status write(std::string_view bytes);
  Status commit();

 private:
  PendingFile(std::string path, std::string temporary, OwnedFd fd);
  std::string path_, temporary_;
  OwnedFd fd_;
};

}  // namespace sluice::deident
