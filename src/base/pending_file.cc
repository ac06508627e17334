#include "base/pending_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/random.h"
#include "base/unfinished.h"

namespace sluice {

namespace {

tl::unexpected<Error> cannot_write(const std::string& path) {
  return tl::unexpected(last_os_error("file.unwritable", path));
}

}  // namespace

PendingFile::PendingFile(std::string path, std::string temporary, OwnedFd fd)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}
PendingFile::PendingFile(PendingFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})), fd_(std::move(other.fd_)) {}

PendingFile::~PendingFile() {
  if (temporary_.empty()) return;
  ::unlink(temporary_.c_str());
  forget_unfinished(temporary_);
}

Result<PendingFile> PendingFile::create(const std::string& path, unsigned mode) {
  // Renaming over a device or a pipe would take it away, and nobody who reads it would get anything.
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) return fail(Errc::usage, "file.not_regular", path);
  SystemRandom random;
  std::string temporary = path + "." + random_name(random, "tmp");
  note_unfinished(temporary);
  OwnedFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) {
    auto error = cannot_write(path);
    forget_unfinished(temporary);
    return error;
  }
  return PendingFile(path, std::move(temporary), std::move(fd));
}

Status PendingFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot_write(path_);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Status PendingFile::commit(Existing existing) {
  if (::fsync(fd_.get()) != 0) return cannot_write(path_);
  fd_.reset();
  unsigned flags = existing == Existing::keep ? RENAME_NOREPLACE : 0;
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags) != 0) {
    if (existing == Existing::keep && errno == EEXIST) return fail(Errc::conflict, "file.exists", path_);
    return cannot_write(path_);
  }
  forget_unfinished(temporary_);
  temporary_.clear();
  std::string folder = std::filesystem::path(path_).parent_path().string();
  OwnedFd dir(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir || ::fsync(dir.get()) != 0) return cannot_write(path_);
  return {};
}

}  // namespace sluice
