#include "crypto/block_digest.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/owned_fd.h"

namespace sluice {

namespace {

constexpr size_t kBlocksAtOnce = 16;  // as many as the widest kernel has lanes: equal blocks keep all of them busy
constexpr size_t kGroupBytes = kBlocksAtOnce * kDigestBlockBytes;

}  // namespace

void BlockDigest::hash_blocks(ByteView data) {
  while (!data.empty()) {
    std::array<ByteView, kBlocksAtOnce> blocks;
    std::array<Digest, kBlocksAtOnce> digests;
    size_t n = 0;
    for (; n < kBlocksAtOnce && !data.empty(); n++) {
      blocks[n] = data.first(std::min(data.size(), kDigestBlockBytes));
      data = data.subspan(blocks[n].size());
    }
    sm3_many(std::span(blocks).first(n), std::span(digests).first(n));
    for (size_t i = 0; i < n; i++) over_digests_.update(digests[i]);
  }
}

void BlockDigest::update(ByteView data) {
  if (!pending_.empty()) {
    ByteView head = data.first(std::min(kGroupBytes - pending_.size(), data.size()));
    pending_.insert(pending_.end(), head.begin(), head.end());
    data = data.subspan(head.size());
    if (pending_.size() < kGroupBytes) return;
    hash_blocks(pending_);
    pending_.clear();
  }
  size_t whole = data.size() / kGroupBytes * kGroupBytes;
  hash_blocks(data.first(whole));
  data = data.subspan(whole);
  if (data.empty()) return;
  pending_.reserve(kGroupBytes);
  pending_.insert(pending_.end(), data.begin(), data.end());
}

Digest BlockDigest::finish() {
  hash_blocks(pending_);
  pending_.clear();
  return over_digests_.finish();
}

Digest block_digest(ByteView data) {
  BlockDigest digest;
  digest.update(data);
  return digest.finish();
}

Result<Digest> block_digest_of_file(const std::string& path) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  BlockDigest digest;
  Bytes buffer(kGroupBytes);
  while (true) {
    ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(last_os_error("file.unreadable"));
    if (n == 0) return digest.finish();
    digest.update(ByteView(buffer).first(static_cast<size_t>(n)));
  }
}

}  // namespace sluice
