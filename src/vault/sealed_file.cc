#include "vault/sealed_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace sluice::vault {

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

Result<SealedFile> SealedFile::open(int dir_fd, size_t column) {
  std::string name = column_file(column);
  OwnedFd fd(::openat(dir_fd, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat st;
  if (fd.get() < 0 || ::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode))
    return fail(Errc::corrupt, "vault.file_missing", name);
  return SealedFile(std::move(fd), st.st_size);
}

bool SealedFile::read(const ManifestChunk& chunk, Bytes& sealed) const {
  if (chunk.offset + chunk.size > size_) return false;
  sealed.resize(static_cast<size_t>(chunk.size));
  for (size_t at = 0; at < sealed.size();) {
    ssize_t n = ::pread(fd_.get(), sealed.data() + at, sealed.size() - at, chunk.offset + static_cast<int64_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += static_cast<size_t>(n);
  }
  return true;
}

}  // namespace sluice::vault
