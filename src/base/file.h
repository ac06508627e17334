// Files as the rest of the house needs them: read whole with a bound, write so that a crash leaves old or new.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice {

// Errors: "file.not_found", "file.too_large", "file.unreadable".
Result<Bytes> read_file(const std::string& path, size_t bytes_max);
Result<std::string> read_text_file(const std::string& path, size_t bytes_max);

// Temporary file beside `path`, fsync, rename, fsync of the folder. Error "file.unwritable" or "file.disk_full".
Status write_file(const std::string& path, ByteView content, unsigned mode = 0644);

Status make_dirs(const std::string& path, unsigned mode = 0755);

// Holds an exclusive advisory lock on DIR/lock as long as it lives; "space.locked" when another process has it.
class DirLock {
 public:
  static Result<DirLock> acquire(const std::string& dir);
  DirLock(DirLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  DirLock& operator=(DirLock&& other) noexcept;
  ~DirLock();

 private:
  explicit DirLock(int fd) : fd_(fd) {}
  int fd_;
};

// Of the last failed system call, by errno: ENOENT → not_found, ENOSPC/EDQUOT → exhausted ("file.unwritable" says "file.disk_full"), else io.
Error last_os_error(std::string_view reason, std::string detail = {});

}  // namespace sluice
