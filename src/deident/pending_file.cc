#include "deident/pending_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>

#include "base/file.h"

namespace sluice::deident {

namespace {

tl::unexpected<Error> cannot_write() { return tl::unexpected(last_os_error(errno == ENOSPC || errno == EDQUOT ? "file.disk_full" : "file.unwritable")); }

}  // namespace

PendingFile::PendingFile(std::string path, std::string temporary, OwnedFd fd)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}
PendingFile::PendingFile(PendingFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})), fd_(std::move(other.fd_)) {}

PendingFile::~PendingFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<PendingFile> PendingFile::create(const std::string& path) {
  static std::atomic<unsigned> number{0};
  std::string temporary = path + ".part." + std::to_string(::getpid()) + "." + std::to_string(number++);
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return cannot_write();
  return PendingFile(path, std::move(temporary), OwnedFd(fd));
}

Status PendingFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot_write();
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Status PendingFile::commit() {
  if (::fsync(fd_.get()) != 0) return cannot_write();
  fd_.reset();
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write();
  temporary_.clear();
  auto slash = path_.rfind('/');
  std::string dir = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
  OwnedFd folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
  return {};
}

}  // namespace sluice::deident
