// The sealed chunks of a version into a backup's packs, each checked by SM3, durable at the end; the peer copies the same files
// plainly and makes them durable too. MB/s. Argument: MiB (default 1024).
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "crypto/hash.h"
#include "vault/backup/store_version.h"

using namespace sluice;

namespace {

void must(bool ok) {
  if (ok) return;
  std::fprintf(stderr, "vault.backup_bench: cannot work in the temporary folder\n");
  std::exit(1);
}

double seconds(const auto& work) {
  auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

vault::Manifest make_version(const std::string& dir, size_t mib) {
  constexpr size_t chunk_bytes = 384u << 10, columns = 16;
  std::filesystem::create_directories(dir);
  vault::Manifest manifest;
  manifest.dataset = "ds_bench";
  manifest.version = "dv_bench";
  size_t groups = (mib << 20) / chunk_bytes / columns;
  SeededRandom random(1);
  Bytes sealed(chunk_bytes);
  random.fill(sealed);
  for (size_t c = 0; c < columns; c++) {
    vault::ManifestColumn column{"c" + std::to_string(c), table::Type::text, 0, {}};
    std::ofstream file(dir + "/" + vault::column_file(c), std::ios::binary);
    for (size_t g = 0; g < groups; g++) {
      random.fill(std::span(sealed).first(64));
      file.write(reinterpret_cast<const char*>(sealed.data()), static_cast<std::streamsize>(sealed.size()));
      column.chunks.push_back({static_cast<int64_t>(g * chunk_bytes), static_cast<int64_t>(chunk_bytes), sm3(sealed)});
    }
    must(file.good());
    manifest.columns.push_back(std::move(column));
  }
  return manifest;
}

void plain_copy(const std::string& from, const std::string& to) {
  std::filesystem::create_directories(to);
  std::vector<char> buffer(1u << 20);
  for (const auto& entry : std::filesystem::directory_iterator(from)) {
    int in = ::open(entry.path().c_str(), O_RDONLY);
    int out = ::open((to + "/" + entry.path().filename().string()).c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    must(in >= 0 && out >= 0);
    for (ssize_t n = 0; (n = ::read(in, buffer.data(), buffer.size())) > 0;) must(::write(out, buffer.data(), static_cast<size_t>(n)) == n);
    must(::fsync(out) == 0);
    ::close(in);
    ::close(out);
  }
}

}  // namespace

int main(int argc, char** argv) {
  size_t mib = argc > 1 ? static_cast<size_t>(std::atoll(argv[1])) : 1024;
  std::string dir = (std::filesystem::temp_directory_path() / ("sluice_backup_bench_" + std::to_string(::getpid()))).string();
  vault::Manifest manifest = make_version(dir + "/version", mib);
  double megabytes = static_cast<double>(mib) * 1.048576, ours = 1e9, peer = 1e9;
  for (int round = 0; round < 3; round++) {
    peer = std::min(peer, seconds([&] { plain_copy(dir + "/version", dir + "/copy"); }));
    ours = std::min(ours, seconds([&] {
      auto objects = vault::ObjectFolder::open(dir + "/out", vault::ObjectFolder::Access::write);
      must(objects && vault::store_version(**objects, dir + "/version", manifest) && (*objects)->flush());
    }));
    std::filesystem::remove_all(dir + "/copy");
    if (round < 2) std::filesystem::remove_all(dir + "/out");
  }
  double again = seconds([&] {
    auto objects = vault::ObjectFolder::open(dir + "/out", vault::ObjectFolder::Access::write);
    must(objects && vault::store_version(**objects, dir + "/version", manifest) && (*objects)->stored_bytes() == 0);
  });
  std::printf("{\"name\":\"vault.backup\",\"ours\":%.0f,\"peer\":%.0f,\"unit\":\"MB/s\",\"ratio\":%.2f,\"goal\":1.0,\"floor\":0.6,"
              "\"note\":\"peer: plain copy with fsync; the same version again takes %.3f s\"}\n", megabytes / ours, megabytes / peer, peer / ours, again);
  std::filesystem::remove_all(dir);
  return 0;
}
