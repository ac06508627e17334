#include "node/process/signed_state.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/file.h"
#include "codec/record.h"
#include "crypto/hash.h"

namespace sluice::node {

namespace {

constexpr std::string_view kSignedStateFormat = "sluice-signed/1";
constexpr std::string_view kGenesisStatement = "sluice/ledger.genesis/v1\n";

struct SignedRecord {
  std::string format, origin;
  int64_t size = 0;
  Digest sha256_root{}, sm3_root{}, mac{};
  static constexpr auto fields =
      field_list(field("format", &SignedRecord::format), field("origin", &SignedRecord::origin), field("size", &SignedRecord::size),
                 field("sha256_root", &SignedRecord::sha256_root), field("sm3_root", &SignedRecord::sm3_root),
                 field("mac", &SignedRecord::mac));
};

// Over everything but the MAC itself.
Digest mac_of(SignedRecord record, const SecretBytes& key) {
  record.mac = {};
  return hmac_sm3(key.reveal("signed state"), view(canonical(encode(record))));
}

std::string state_path(const std::string& keys_dir) { return keys_dir + "/signed.json"; }

SecretBytes state_key(const SecretBytes& space_key) {
  return SecretBytes(hkdf_sm3(space_key.reveal("derive"), {}, "sluice/signed-state/v1", 32));
}

tl::unexpected<Error> bad_state(std::string what) { return fail(Errc::corrupt, "key_agent.bad_signed_state", std::move(what)); }
tl::unexpected<Error> not_a_log_text() { return fail(Errc::refused, "key_agent.not_a_log_text"); }

Result<Digest> root_from(std::string_view line) {
  Bytes raw = TRY(from_base64(line));
  if (raw.size() != 32) return not_a_log_text();
  Digest out;
  std::copy(raw.begin(), raw.end(), out.begin());
  return out;
}

}  // namespace

Result<ledger::Checkpoint> parse_checkpoint_text(std::string_view message) {
  std::array<std::string_view, 4> lines;
  std::string_view rest = message;
  for (auto& line : lines) {
    size_t end = rest.find('\n');
    if (end == std::string_view::npos) return not_a_log_text();
    line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  ledger::Checkpoint out;
  out.origin = lines[0];
  auto [end, error] = std::from_chars(lines[1].data(), lines[1].data() + lines[1].size(), out.size);
  auto sha256_root = root_from(lines[2]);
  auto sm3_root = root_from(lines[3].starts_with("sm3 ") ? lines[3].substr(4) : std::string_view());
  if (error != std::errc() || !sha256_root || !sm3_root) return not_a_log_text();
  out.sha256_root = *sha256_root;
  out.sm3_root = *sm3_root;
  // One text for one checkpoint: what was parsed must write back to the same bytes.
  if (!ledger::check_origin(out.origin) || ledger::checkpoint_text(out) != message) return not_a_log_text();
  return out;
}

Result<SignedState> SignedState::create(const std::string& keys_dir, const SecretBytes& space_key) {
  SignedState out(state_path(keys_dir), state_key(space_key));
  TRY(out.store());
  return out;
}

Result<SignedState> SignedState::load(const std::string& keys_dir, const SecretBytes& space_key) {
  SignedState out(state_path(keys_dir), state_key(space_key));
  auto text = read_text_file(out.path_, 64u << 10);
  if (!text) return bad_state(std::string(text.error().reason));
  auto json = parse_json(*text);
  auto record = json ? decode<SignedRecord>(*json) : tl::unexpected(json.error());
  if (!record || record->format != kSignedStateFormat || record->size < 0) return bad_state("malformed");
  if (!equal_const_time(mac_of(*record, out.mac_key_), record->mac)) return bad_state("mac");
  out.last_ = {record->origin, static_cast<uint64_t>(record->size), record->sha256_root, record->sm3_root};
  return out;
}

Status SignedState::store() const {
  SignedRecord record{std::string(kSignedStateFormat), last_.origin, static_cast<int64_t>(last_.size), last_.sha256_root, last_.sm3_root, {}};
  record.mac = mac_of(record, mac_key_);
  return write_file(path_, view(pretty(encode(record)) + "\n"), 0600);
}

Status SignedState::rekey(const SecretBytes& space_key) {
  mac_key_ = state_key(space_key);
  return store();
}

Status SignedState::admit(std::string_view message) {
  if (message.starts_with(kGenesisStatement)) {
    if (last_.size > 0) return fail(Errc::refused, "key_agent.would_fork");
    return {};
  }
  ledger::Checkpoint next = TRY(parse_checkpoint_text(message));
  return admit_checkpoint(next);
}

Status SignedState::admit_checkpoint(const ledger::Checkpoint& next) {
  if (next == last_) return {};
  bool grows = last_.size == 0 || (next.origin == last_.origin && next.size > last_.size);
  if (!grows || next.size == 0) return fail(Errc::refused, "key_agent.would_fork");
  // Remembered even when storing fails: whether the file holds the old or the new state is unknown then, and the newer
  // one refuses more.
  last_ = next;
  return store();
}

}  // namespace sluice::node
