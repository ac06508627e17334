#include "vault/version_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "base/file.h"
#include "base/random.h"

namespace sluice::vault {

namespace {

constexpr std::string_view kTempMark = ".tmp_";
constexpr size_t kSyncsAtOnce = 8;

tl::unexpected<Error> folder_unwritable() {
  return tl::unexpected(last_os_error("file.unwritable", "dataset version"));
}

}  // namespace

bool is_unfinished_name(std::string_view name) {
  return name.size() > 1 && name[0] == '.' && name.find(kTempMark) != std::string_view::npos;
}

void remove_folder(int parent, const std::string& name) {
  int fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return;
  if (DIR* dir = ::fdopendir(fd)) {
    while (dirent* entry = ::readdir(dir)) {
      std::string_view file = entry->d_name;
      if (file != "." && file != "..") ::unlinkat(fd, entry->d_name, 0);
    }
    ::closedir(dir);
  } else {
    ::close(fd);
  }
  ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
}

Result<std::unique_ptr<VersionFolder>> VersionFolder::create(OwnedFd parent, std::string name) {
  if (name.empty() || name[0] == '.' || name.size() > 200 || name.find('/') != std::string::npos ||
      name.find('\0') != std::string::npos)
    return fail(Errc::invalid, "vault.bad_request", "folder name");
  struct stat st;
  if (::fstatat(parent.get(), name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0)
    return fail(Errc::conflict, "vault.exists", "dataset version");
  SystemRandom random;
  std::string temp = "." + name + "." + random_name(random, "tmp");
  if (::mkdirat(parent.get(), temp.c_str(), 0700) != 0) return folder_unwritable();
  OwnedFd folder(::openat(parent.get(), temp.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (folder.get() < 0) {
    auto error = folder_unwritable();
    ::unlinkat(parent.get(), temp.c_str(), AT_REMOVEDIR);
    return error;
  }
  return std::unique_ptr<VersionFolder>(
      new VersionFolder(std::move(parent), std::move(folder), std::move(name), std::move(temp)));
}

VersionFolder::~VersionFolder() {
  if (!published_) remove_folder(parent_.get(), temp_);
}

Result<size_t> VersionFolder::add_file(const std::string& name) {
  OwnedFd fd(::openat(folder_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd.get() < 0) return folder_unwritable();
  files_.push_back(std::move(fd));
  return files_.size() - 1;
}

Status VersionFolder::append(size_t file, ByteView bytes) {
  for (size_t at = 0; at < bytes.size();) {
    ssize_t n = ::write(files_[file].get(), bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return folder_unwritable();
    at += static_cast<size_t>(n);
  }
  return {};
}

// Several at a time: a file system gathers them into one commit, where one after the other each waits for a commit of its own.
bool VersionFolder::sync_files() const {
  std::atomic<size_t> next{0};
  std::atomic<bool> fine{true};
  auto run = [&] {
    for (size_t i = next++; i < files_.size(); i = next++)
      if (::fsync(files_[i].get()) != 0) fine = false;
  };
  std::vector<std::thread> others;
  for (size_t t = 1; t < std::min(kSyncsAtOnce, files_.size()); t++) others.emplace_back(run);
  run();
  for (std::thread& t : others) t.join();
  return fine;
}

Status VersionFolder::publish() {
  if (!sync_files()) return folder_unwritable();
  if (::fsync(folder_.get()) != 0) return folder_unwritable();
  if (::renameat2(parent_.get(), temp_.c_str(), parent_.get(), name_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return fail(Errc::conflict, "vault.exists", "dataset version");
    return folder_unwritable();
  }
  published_ = true;
  if (::fsync(parent_.get()) != 0) return folder_unwritable();
  return {};
}

}  // namespace sluice::vault
