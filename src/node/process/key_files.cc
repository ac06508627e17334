#include "node/process/key_files.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "crypto/root_shares.h"

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

Result<OpenedKeys> make_key_files(const std::string& dir, const SecretText& passphrase, RandomSource& random) {
  std::string root_path = dir + "/root.json", space_path = dir + "/space.json";
  if (path_is_there(root_path) || path_is_there(space_path)) return fail(Errc::conflict, "key_agent.keys_exist", dir);
  TRY(make_dirs(dir, 0700));
  NewRoot root = TRY(create_root(passphrase, random));
  SpaceKeysFile space = TRY(create_space_keys(root.key, random));
  TRY(write_file(space_path, view(pretty(encode(space)) + "\n"), 0600));
  TRY(write_file(root_path, view(pretty(encode(root.file)) + "\n"), 0600));
  SpaceKeys keys = TRY(open_space_keys(root.key, space));
  return OpenedKeys{std::move(root.key), std::move(keys)};
}

Result<OpenedKeys> open_key_files(const std::string& dir, const SecretText& passphrase) {
  Json root_file = TRY(read_key_json(dir + "/root.json"));
  SpaceKeysFile space_file = TRY(read_key_record<SpaceKeysFile>(dir + "/space.json"));
  SecretBytes root = TRY(open_root_file(root_file, passphrase));
  SpaceKeys keys = TRY(open_space_keys(root, space_file));
  return OpenedKeys{std::move(root), std::move(keys)};
}

Result<SignedState> load_signed_state(const std::string& dir, const SpaceKeys& keys) {
  auto state = SignedState::load(dir, keys.space);
  if (state || !keys.before) return state;
  SignedState former = TRY(SignedState::load(dir, *keys.before));
  TRY(former.rekey(keys.space));
  return former;
}

Result<SecretBytes> key_of_epoch_file(const Json& json, const SecretText& passphrase) {
  auto file = decode<EpochFile>(json);
  if (!file || file->format != kEpochFileFormat) return fail(Errc::corrupt, "custody.malformed", "epoch file");
  SecretBytes root = TRY(open_root_file(file->root, passphrase));
  SecretBytes space = TRY(open_space_key(root, file->space));
  return open_epoch_key(space, file->epoch, file->sealed);
}

Result<std::vector<std::string>> names_member(const Json& body, std::string_view name) {
  const Json* found = body.find(name);
  return decode<std::vector<std::string>>(found ? *found : Json(), name);
}

bool hands_over_to(std::string_view statement, const NewLedgerKeys& next, const std::string& origin) {
  constexpr std::string_view head = "sluice/ledger.key_rotated/v1\n";
  if (!statement.starts_with(head)) return false;
  auto json = parse_json(statement.substr(head.size()));
  return json && canonical(*json) == statement.substr(head.size()) &&
         json->get_string_or("ed25519_key", "").value_or("") == base64(next.ed25519.public_key().bytes()) &&
         json->get_string_or("sm2_key", "").value_or("") == base64(next.sm2.public_key().bytes()) &&
         json->get_string_or("origin", "").value_or("") == origin;
}

}  // namespace sluice::node
