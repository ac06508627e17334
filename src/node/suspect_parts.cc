#include "node/suspect_parts.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "node/node.h"
#include "node/trace_suspect.h"

namespace sluice::node {

namespace {

constexpr TimeMs kKeptMs = 30 * 60 * 1000;
constexpr size_t kUploadsMax = 4;

}  // namespace

void SuspectParts::drop_old(TimeMs now) {
  std::erase_if(by_person_, [&](const auto& entry) { return entry.second.last + kKeptMs < now; });
}

Result<SuspectParts::Upload> SuspectParts::append(Node& node, const std::string& person, const std::string& id, ByteView part) {
  std::lock_guard lock(mutex_);
  const TimeMs now = node.clock().now();
  drop_old(now);
  if (id.empty()) {
    by_person_.erase(person);
    if (by_person_.size() >= kUploadsMax) return fail(Errc::exhausted, "trace.uploads_busy");
    auto folder = std::make_unique<MemoryFolder>(TRY(MemoryFolder::make(node)));
    SystemRandom random;
    by_person_[person] = {{"su_" + hex(random_bytes(random, 8)), 0}, std::move(folder), now};
  }
  auto found = by_person_.find(person);
  if (found == by_person_.end() || (!id.empty() && found->second.upload.id != id)) return fail(Errc::not_found, "trace.unknown_upload");
  Kept& kept = found->second;
  if (kept.upload.bytes + part.size() > kSuspectBytesMax) {
    by_person_.erase(found);
    return fail(Errc::exhausted, "trace.too_large");
  }
  OwnedFd out(::open((kept.folder->path() + "/suspect.csv").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!out) return tl::unexpected(last_os_error("file.unwritable"));
  if (::write(out.get(), part.data(), part.size()) != static_cast<ssize_t>(part.size())) {
    Error why = last_os_error("file.unwritable");
    by_person_.erase(found);  // half a part would be a file nobody has
    return tl::unexpected(std::move(why));
  }
  kept.upload.bytes += part.size();
  kept.last = now;
  return kept.upload;
}

Result<MemoryFolder> SuspectParts::take(Node& node, const std::string& person, const std::string& id) {
  std::lock_guard lock(mutex_);
  drop_old(node.clock().now());
  auto found = by_person_.find(person);
  if (found == by_person_.end() || found->second.upload.id != id) return fail(Errc::not_found, "trace.unknown_upload");
  MemoryFolder folder = std::move(*found->second.folder);
  by_person_.erase(found);
  return folder;
}

}  // namespace sluice::node
