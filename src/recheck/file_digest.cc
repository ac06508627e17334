#include "recheck/file_digest.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/file.h"
#include "crypto/hash.h"

namespace sluice::recheck {

namespace {

constexpr size_t kBlockBytes = 65536;

Result<Digest> digest_over_blocks(const std::string& path) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!file) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  Bytes block(kBlockBytes), digests;
  while (size_t n = std::fread(block.data(), 1, block.size(), file.get())) put(digests, sm3(ByteView(block).first(n)));
  if (std::ferror(file.get())) return fail(Errc::io, "file.unreadable");
  return sm3(digests);
}

}  // namespace

Result<Digest> digest_of_file(std::string_view kind, const std::string& path) {
  if (kind == "sm3") return sm3_of_file(path);
  if (kind == "sm3-blocks-65536/1") return digest_over_blocks(path);
  return fail(Errc::invalid, "recheck.unsupported_format", std::string(kind.substr(0, 60)));
}

}  // namespace sluice::recheck
