#include "vault/tier.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "crypto/hash.h"
#include "vault/sealed_file.h"
#include "vault/sealed_writer.h"
#include "vault/version_folder.h"

namespace sluice::vault {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kOtherFileSystem = "vault.other_file_system";

bool is_version_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && !name.starts_with("level-") && name.find('/') == std::string_view::npos && name.size() <= 200;
}

std::string level_name(int tier) { return "level-" + std::to_string(tier); }

OwnedFd open_dir(const std::string& path) { return OwnedFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)); }

// Column by column, chunk by chunk, each checked against the manifest before it is written.
Status copy_column(int from, VersionFolder& to, const Manifest& manifest, size_t column, const std::function<bool()>& stop) {
  SealedFile source = TRY(SealedFile::open(from, column));
  size_t file = TRY(to.add_file(column_file(column)));
  Bytes sealed;
  size_t number = 0;
  for (const ManifestChunk& chunk : manifest.columns[column].chunks) {
    if (stop && stop()) return fail(Errc::refused, "vault.interrupted");
    if (!source.read(chunk, sealed) || sm3(sealed) != chunk.digest)
      return fail(Errc::corrupt, "vault.chunk_tampered", "column " + manifest.columns[column].name + ", chunk " + std::to_string(number));
    TRY(to.append(file, sealed));
    number++;
  }
  return {};
}

Status copy_version(const std::string& from_dir, const std::string& to_dir, const std::string& version, const Manifest& manifest, const std::function<bool()>& stop) {
  OwnedFd from = open_dir(from_dir + "/" + version);
  if (from.get() < 0) return fail(Errc::not_found, "vault.file_missing", version);
  auto folder = TRY(VersionFolder::create(open_dir(to_dir), version));
  for (size_t c = 0; c < manifest.columns.size(); c++) TRY(copy_column(from.get(), *folder, manifest, c, stop));
  std::string text = manifest_text(manifest);
  size_t file = TRY(folder->add_file(std::string(kManifestFile)));
  TRY(folder->append(file, view(text)));
  return folder->publish();
}

// Out of its name first, so that nobody finds half of it; then away.
Status take_away(const std::string& dir, const std::string& version) {
  OwnedFd parent = open_dir(dir);
  std::string gone = "." + version + ".tmp_moved";
  remove_folder(parent.get(), gone);
  if (::renameat(parent.get(), version.c_str(), parent.get(), gone.c_str()) != 0) return tl::unexpected(last_os_error("file.unwritable", "vault tier"));
  remove_folder(parent.get(), gone);
  return {};
}

Status rename_version(const std::string& from_dir, const std::string& to_dir, const std::string& version) {
  OwnedFd from = open_dir(from_dir), to = open_dir(to_dir);
  if (::renameat2(from.get(), version.c_str(), to.get(), version.c_str(), RENAME_NOREPLACE) != 0)
    return errno == EXDEV ? fail(Errc::io, kOtherFileSystem) : tl::unexpected(last_os_error("file.unwritable", "vault tier"));
  if (::fsync(to.get()) != 0 || ::fsync(from.get()) != 0) return tl::unexpected(last_os_error("file.unwritable", "vault tier"));
  return {};
}

bool holds(const std::string& vault_dir, int tier, const std::string& version) {
  struct stat found {};
  return ::stat((tier_dir(vault_dir, tier) + "/" + version).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

bool same_file_system(const std::string& a, const std::string& b) {
  struct stat one {}, other {};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 && one.st_dev == other.st_dev;
}

}  // namespace

std::string tier_dir(const std::string& vault_dir, int tier) { return tier == kIntake ? vault_dir : vault_dir + "/" + level_name(tier); }

std::optional<int> find_tier(const std::string& vault_dir, const std::string& version) {
  if (!is_version_name(version)) return std::nullopt;
  for (int round = 0; round < 2; round++)  // it may move from a place not yet looked at to one that was
    for (int tier = kTierHighest; tier >= kIntake; tier--)
      if (holds(vault_dir, tier, version)) return tier;
  return std::nullopt;
}

bool lies_only_in(const std::string& vault_dir, const std::string& version, int tier) {
  if (!is_version_name(version)) return false;
  for (int other = kIntake; other <= kTierHighest; other++)
    if (holds(vault_dir, other, version) != (other == tier)) return false;
  return true;
}

int open_version(int vault_fd, const std::string& version) {
  if (!is_version_name(version)) return -1;
  for (int round = 0; round < 2; round++)
    for (int tier = kTierHighest; tier >= kIntake; tier--) {
      std::string path = tier == kIntake ? version : level_name(tier) + "/" + version;
      int fd = ::openat(vault_fd, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd >= 0) return fd;
    }
  return -1;
}

std::vector<PlacedVersion> versions_below(const std::string& vault_dir) {
  std::vector<PlacedVersion> out;
  for (int tier = kIntake; tier <= kTierHighest; tier++) {
    std::error_code ec;
    for (fs::directory_iterator it(tier_dir(vault_dir, tier), ec), end; !ec && it != end; it.increment(ec)) {
      std::string name = it->path().filename().string();
      std::error_code type;
      if (is_version_name(name) && it->is_directory(type)) out.push_back({std::move(name), tier});
    }
  }
  return out;
}

Status move_version(const std::string& vault_dir, const std::string& version, int to, const Manifest& manifest, const std::function<bool()>& stop) {
  if (to < kIntake || to > kTierHighest) return fail(Errc::invalid, "vault.bad_tier", std::to_string(to));
  auto from = find_tier(vault_dir, version);
  if (!from) return fail(Errc::not_found, "vault.file_missing", version);
  std::string from_dir = tier_dir(vault_dir, *from), to_dir = tier_dir(vault_dir, to);
  TRY(make_dirs(to_dir, 0700));
  if (*from != to) {
    bool both = holds(vault_dir, to, version);
    if (!both && same_file_system(from_dir, to_dir)) {
      Status renamed = rename_version(from_dir, to_dir, version);
      if (renamed || renamed.error().reason != kOtherFileSystem) return renamed;  // one file system, two mounts of it: as if they were two
    }
    if (!both) TRY(copy_version(from_dir, to_dir, version, manifest, stop));
  }
  // Whatever other place still holds it: an earlier move ended between the two steps.
  for (int tier = kIntake; tier <= kTierHighest; tier++)
    if (tier != to && holds(vault_dir, tier, version)) TRY(take_away(tier_dir(vault_dir, tier), version));
  return {};
}

size_t settle_tiers(const std::string& vault_dir) {
  size_t removed = 0;
  for (int tier = kIntake; tier <= kTierHighest; tier++)
    if (auto gone = remove_unfinished(tier_dir(vault_dir, tier))) removed += *gone;
  return removed;
}

int64_t folder_bytes(const std::string& dir) {
  int64_t bytes = 0;
  std::error_code ec;
  for (fs::directory_iterator it(dir, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code size;
    auto n = it->file_size(size);
    if (!size) bytes += static_cast<int64_t>(n);
  }
  return bytes;
}

}  // namespace sluice::vault
