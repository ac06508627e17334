// A file that appears whole under its name or not at all: written beside it, fsync, rename, fsync of the folder; removed
// unless it was committed.
//
// Errors of all members: "file.unwritable", "file.disk_full" (detail: the path). Thread rule: one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "base/owned_fd.h"
#include "base/result.h"

namespace sluice {

enum class Existing { replace, keep };  // keep: "file.exists" when there is a file of that name

class PendingFile {
 public:
  static Result<PendingFile> create(const std::string& path, unsigned mode = 0600);
  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();

  const std::string& temporary() const { return temporary_; }  // where it lies until then
  int fd() const { return fd_.get(); }
  Status write(std::string_view bytes);
  Status commit(Existing existing = Existing::replace);

 private:
  PendingFile(std::string path, std::string temporary, OwnedFd fd);
  std::string path_, temporary_;
  OwnedFd fd_;
};

}  // namespace sluice
