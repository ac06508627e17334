#include "vault/backup/object_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "crypto/hash.h"

namespace sluice::vault {

namespace {

constexpr uint64_t kPackBytes = 128u << 20;
constexpr std::string_view kUnfinishedPack = ".unfinished_";

tl::unexpected<Error> pack_unwritable() {
  bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  Error error = last_os_error(full ? "file.disk_full" : "file.unwritable", "backup");
  if (full) error.code = Errc::exhausted;
  return tl::unexpected(std::move(error));
}

Status write_whole(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return pack_unwritable();
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

bool read_whole(int fd, uint64_t offset, std::span<uint8_t> out) {
  while (!out.empty()) {
    ssize_t n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    out = out.subspan(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return true;
}

Status sync_folder(const std::string& dir) {
  OwnedFd folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return pack_unwritable();
  return {};
}

}  // namespace

Result<std::unique_ptr<ObjectFolder>> ObjectFolder::open(const std::string& dir, Access access) {
  std::unique_ptr<ObjectFolder> folder(new ObjectFolder(dir + "/packs"));
  if (access == Access::write) {
    TRY(make_dirs(folder->dir_, 0700));
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator(folder->dir_, ec))
      if (entry.path().filename().string().starts_with(kUnfinishedPack)) std::filesystem::remove(entry.path(), ec);
  }
  TRY(folder->load());
  return folder;
}

ObjectFolder::~ObjectFolder() { drop_unfinished(); }

void ObjectFolder::drop_unfinished() {
  if (!pack_) return;
  pack_.reset();
  ::unlink(pack_path_.c_str());
}

Status ObjectFolder::load() {
  std::vector<std::string> names;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(dir_, ec)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    Digest promised{};
    if (is_pack_file_name(name, promised)) TRY(load_pack(name, promised));
  }
  return {};
}

Status ObjectFolder::load_pack(const std::string& name, const Digest& promised) {
  auto damaged = [&] { return fail(Errc::corrupt, "backup.pack_damaged", name); };
  OwnedFd fd(::open((dir_ + "/" + name).c_str(), O_RDONLY | O_CLOEXEC));
  struct stat st;
  if (!fd || ::fstat(fd.get(), &st) != 0) return fail(Errc::io, "file.unreadable", name);
  uint64_t size = static_cast<uint64_t>(st.st_size);
  Bytes trailer(kPackTrailerBytes);
  if (size < kPackTrailerBytes || !read_whole(fd.get(), size - kPackTrailerBytes, trailer)) return damaged();
  auto tail = parse_pack_trailer(trailer);
  if (!tail || tail->index_digest != promised) return damaged();
  uint64_t index_bytes = uint64_t{tail->objects} * kPackRowBytes;
  if (size - kPackTrailerBytes < index_bytes) return damaged();
  uint64_t objects_bytes = size - kPackTrailerBytes - index_bytes;
  Bytes index(index_bytes);
  if (!read_whole(fd.get(), objects_bytes, index)) return damaged();
  auto rows = parse_pack_index(index, *tail, objects_bytes);
  if (!rows) return damaged();
  for (const PackRow& row : *rows) places_.try_emplace(row.name, Place{files_.size(), row.offset, row.size, row.digest});
  files_.push_back(name);
  bytes_ += size;
  return {};
}

bool ObjectFolder::has(const Digest& name) const { return places_.contains(name); }

Status ObjectFolder::begin_pack() {
  SystemRandom random;
  pack_path_ = dir_ + "/" + std::string(kUnfinishedPack) + random_name(random, "pack");
  pack_ = OwnedFd(::open(pack_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!pack_) return pack_unwritable();
  pack_bytes_ = 0;
  rows_.clear();
  return {};
}

Status ObjectFolder::put(const Digest& name, const Digest& digest, ByteView bytes) {
  if (has(name)) return {};
  if (!pack_) TRY(begin_pack());
  TRY(write_whole(pack_.get(), bytes));
  // Written back while the next objects are read, so that the end of a pack does not wait for all of it.
  (void)::sync_file_range(pack_.get(), static_cast<off64_t>(pack_bytes_), static_cast<off64_t>(bytes.size()), SYNC_FILE_RANGE_WRITE);
  rows_.push_back({name, pack_bytes_, bytes.size(), digest});
  places_[name] = Place{kOpenPack, pack_bytes_, bytes.size(), digest};
  pack_bytes_ += bytes.size();
  stored_bytes_ += bytes.size();
  stored_objects_++;
  if (pack_bytes_ >= kPackBytes || rows_.size() >= kPackObjectsMax / 8) return flush();
  return {};
}

Status ObjectFolder::flush() {
  if (!pack_) return {};
  Bytes index = pack_index(rows_), trailer = pack_trailer(index, static_cast<uint32_t>(rows_.size()));
  TRY(write_whole(pack_.get(), index));
  TRY(write_whole(pack_.get(), trailer));
  if (::fsync(pack_.get()) != 0) return pack_unwritable();
  std::string name = pack_file_name(sm3(index));
  if (::rename(pack_path_.c_str(), (dir_ + "/" + name).c_str()) != 0) return pack_unwritable();
  for (const PackRow& row : rows_) places_[row.name].file = files_.size();
  files_.push_back(name);
  bytes_ += pack_bytes_ + index.size() + trailer.size();
  pack_.reset();
  return sync_folder(dir_);
}

Result<Digest> ObjectFolder::digest_of(const Digest& name) const {
  auto found = places_.find(name);
  if (found == places_.end()) return fail(Errc::corrupt, "backup.object_missing", hex(name));
  return found->second.digest;
}

Status ObjectFolder::read_into(const Digest& name, Bytes& out) const {
  auto found = places_.find(name);
  if (found == places_.end()) return fail(Errc::corrupt, "backup.object_missing", hex(name));
  const Place& place = found->second;
  int fd = pack_.get();
  if (place.file != kOpenPack) {
    OwnedFd& file = open_files_[place.file];
    if (!file) file = OwnedFd(::open((dir_ + "/" + files_[place.file]).c_str(), O_RDONLY | O_CLOEXEC));
    fd = file.get();
  }
  out.resize(place.size);
  if (fd < 0 || !read_whole(fd, place.offset, out) || sm3(out) != place.digest)
    return fail(Errc::corrupt, "backup.object_damaged", place.file == kOpenPack ? "" : files_[place.file]);
  return {};
}

Result<Bytes> ObjectFolder::read(const Digest& name) const {
  Bytes out;
  TRY(read_into(name, out));
  return out;
}

}  // namespace sluice::vault
