#include "anonymity/output_file.h"

#include <fcntl.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"

namespace sluice::anonymity {

namespace {

tl::unexpected<Error> no_output(const std::string& path) {
  bool full = errno == ENOSPC || errno == EDQUOT;
  return tl::unexpected(last_os_error(full ? "file.disk_full" : "file.unwritable", path));
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  SystemRandom random;
  std::string temporary = path + "." + random_name(random, "part");
  OwnedFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return no_output(path);
  return OutputFile(path, std::move(temporary), std::move(fd));
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, {})), fd_(std::move(other.fd_)) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return no_output(path_);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Status OutputFile::commit() {
  if (::fsync(fd_.get()) != 0) return no_output(path_);
  fd_.reset();
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return no_output(path_);
  temporary_.clear();
  std::string folder = std::filesystem::path(path_).parent_path().string();
  OwnedFd dir(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir || ::fsync(dir.get()) != 0) return no_output(path_);
  return {};
}

}  // namespace sluice::anonymity
