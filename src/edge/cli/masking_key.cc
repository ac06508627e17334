#include "edge/cli/masking_key.h"

#include <pwd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"

namespace sluice::cli {

Result<SecretBytes> read_masking_key(const std::string& path) {
  Bytes raw = TRY(read_file(path, 4096));
  std::string_view as_text = text(raw);
  while (!as_text.empty() && (as_text.back() == '\n' || as_text.back() == '\r' || as_text.back() == ' ')) as_text.remove_suffix(1);
  auto decoded = from_hex(as_text);
  if (decoded && decoded->size() >= 16) {
    wipe(raw.data(), raw.size());
    return SecretBytes(std::move(*decoded));
  }
  return SecretBytes(std::move(raw));
}

std::string login_name() {
  char buffer[4096];
  passwd entry{};
  passwd* found = nullptr;
  return ::getpwuid_r(::geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found ? found->pw_name : "";
}

}  // namespace sluice::cli
