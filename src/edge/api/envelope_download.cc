#include "edge/api/envelope_download.h"

#include <cstdio>
#include <memory>

namespace sluice::api {

namespace {

constexpr size_t kEnvelopePiece = 256u << 10;

}  // namespace

Result<http::Response> envelope_download(const std::string& path, const std::string& name) {
  std::shared_ptr<std::FILE> file(std::fopen(path.c_str(), "rbe"), [](std::FILE* f) {
    if (f) (void)std::fclose(f);
  });
  if (!file) return fail(Errc::not_found, "release.envelope_gone");
  http::Response response;
  response.headers.emplace("Content-Type", "application/octet-stream");
  response.headers.emplace("Content-Disposition", "attachment; filename=\"" + name + ".sluice\"");
  response.headers.emplace("Cache-Control", "no-store");
  response.stream = [file]() -> Result<http::Chunk> {
    http::Chunk chunk;
    chunk.bytes.resize(kEnvelopePiece);
    chunk.bytes.resize(std::fread(chunk.bytes.data(), 1, kEnvelopePiece, file.get()));
    if (std::ferror(file.get())) return fail(Errc::io, "file.unreadable");
    chunk.last = chunk.bytes.size() < kEnvelopePiece;
    return chunk;
  };
  return response;
}

}  // namespace sluice::api
