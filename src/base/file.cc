#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/pending_file.h"

namespace sluice {

namespace {

struct Fd {
  int fd;
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
};

}  // namespace

Error last_os_error(std::string_view reason, std::string detail) {
  bool full = errno == ENOSPC || errno == EDQUOT;
  Errc code = errno == ENOENT ? Errc::not_found : full ? Errc::exhausted : Errc::io;
  if (full && reason == "file.unwritable") reason = "file.disk_full";
  return Error{code, reason, detail + (detail.empty() ? "" : ": ") + std::strerror(errno)};
}

Result<Bytes> read_file(const std::string& path, size_t bytes_max) {
  Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0)
    return fail(errno == ENOENT ? Errc::not_found : Errc::io, errno == ENOENT ? "file.not_found" : "file.unreadable", path);
  Bytes out;
  struct stat st;
  if (fstat(file.fd, &st) == 0 && S_ISDIR(st.st_mode)) return fail(Errc::io, "file.unreadable", path + " is a folder");
  if (st.st_size > 0) out.reserve(std::min(static_cast<size_t>(st.st_size), bytes_max) + 1);
  uint8_t buffer[65536];
  while (true) {
    ssize_t n = ::read(file.fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(Errc::io, "file.unreadable", path);
    if (n == 0) return out;
    if (out.size() + static_cast<size_t>(n) > bytes_max) return fail(Errc::invalid, "file.too_large", path);
    out.insert(out.end(), buffer, buffer + n);
  }
}

Result<std::string> read_text_file(const std::string& path, size_t bytes_max) {
  return std::string(text(TRY(read_file(path, bytes_max))));
}

Status write_file(const std::string& path, ByteView content, unsigned mode) {
  PendingFile file = TRY(PendingFile::create(path, mode));
  TRY(file.write(text(content)));
  return file.commit();
}

Status make_dirs(const std::string& path, unsigned mode) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) return {};
  if (!std::filesystem::create_directories(path, ec) || ec) {
    errno = ec.value();
    return tl::unexpected(last_os_error("file.unwritable", path));
  }
  if (::chmod(path.c_str(), mode) != 0) return tl::unexpected(last_os_error("file.unwritable", path));
  return {};
}

Result<DirLock> DirLock::acquire(const std::string& dir) {
  int fd = ::open((dir + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return tl::unexpected(last_os_error("file.unwritable", dir + "/lock"));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return fail(Errc::conflict, "space.locked", "another sluice process works on " + dir);
  }
  return DirLock(fd);
}

DirLock& DirLock::operator=(DirLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

DirLock::~DirLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace sluice
