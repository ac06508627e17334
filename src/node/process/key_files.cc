#include "node/process/key_files.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace sluice::node {

namespace {

constexpr size_t kKeyJsonBytesMax = 64u << 10;

}  // namespace

void lock_secret(const SecretBytes& secret) {
  const Bytes& raw = secret.reveal("lock its memory");
  ::mlock(raw.data(), raw.size());
  uintptr_t page = reinterpret_cast<uintptr_t>(raw.data()) & ~uintptr_t{4095};
  ::madvise(reinterpret_cast<void*>(page), 4096, MADV_DONTDUMP);
}

Result<SecretText> passphrase_from(int fd) {
  constexpr size_t passphrase_bytes_max = 256u << 10;  // an unlock line carries the shares of many officers
  std::string line;
  line.reserve(passphrase_bytes_max);
  char c = 0;
  while (true) {
    ssize_t n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 || line.size() == passphrase_bytes_max) return fail(Errc::invalid, "key_agent.no_passphrase");
    if (n == 0 || c == '\n') break;
    line += c;
  }
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return fail(Errc::invalid, "key_agent.no_passphrase");
  return SecretText(std::move(line));
}

Result<Json> read_key_json(const std::string& path) {
  auto text = read_text_file(path, kKeyJsonBytesMax);
  if (!text && text.error().reason == "file.not_found") return fail(Errc::not_found, "key_agent.no_keys", path);
  if (!text) return tl::unexpected(text.error());
  auto json = parse_json(*text);
  if (!json) return fail(Errc::corrupt, "custody.malformed", path);
  return json;
}

bool path_is_there(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0;
}

}  // namespace sluice::node
