#include "ledger/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "codec/json.h"
#include "crypto/hash.h"

namespace sluice::ledger {

namespace {

constexpr std::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // em dash, space
constexpr size_t kNoteSignaturesMax = 100;

tl::unexpected<Error> bad_note(const char* part) { return fail(Errc::invalid, "checkpoint.malformed", part); }

// Takes a line off the front, without its line feed.
Result<std::string_view> take_line(std::string_view& rest) {
  size_t end = rest.find('\n');
  if (end == std::string_view::npos) return bad_note("line");
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<Digest> root_from(std::string_view base64_text) {
  auto bytes = from_base64(base64_text);
  if (!bytes || bytes->size() != 32) return bad_note("root");
  Digest out;
  std::memcpy(out.data(), bytes->data(), 32);
  return out;
}

Result<uint64_t> size_from(std::string_view digits) {
  uint64_t out = 0;
  auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (ec != std::errc() || end != digits.data() + digits.size() || (digits.size() > 1 && digits[0] == '0')) return bad_note("size");
  return out;
}

Result<Checkpoint> checkpoint_from(std::string_view rest) {
  Checkpoint out;
  out.origin = TRY(take_line(rest));
  if (!check_origin(out.origin)) return bad_note("origin");
  std::string_view size = TRY(take_line(rest));
  out.size = TRY(size_from(size));
  std::string_view root = TRY(take_line(rest));
  out.sha256_root = TRY(root_from(root));
  bool found = false;
  while (!rest.empty()) {
    std::string_view line = TRY(take_line(rest));
    if (line.empty()) return bad_note("empty extension line");
    if (!line.starts_with("sm3 ")) continue;
    if (found) return bad_note("two SM3 roots");
    out.sm3_root = TRY(root_from(line.substr(4)));
    found = true;
  }
  if (!found) return bad_note("no SM3 root");
  return out;
}

Result<NoteSignature> signature_from(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) return bad_note("signature line");
  line.remove_prefix(kSignaturePrefix.size());
  size_t space = line.find(' ');
  if (space == std::string_view::npos || space == 0) return bad_note("signature line");
  auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5) return bad_note("signature");
  return NoteSignature{std::string(line.substr(0, space)), Bytes(bytes->begin(), bytes->begin() + 4),
                       Bytes(bytes->begin() + 4, bytes->end())};
}

Bytes typed_key(KeyKind kind, ByteView key) {
  Bytes out;
  put_u8(out, kind == KeyKind::ed25519 ? 0x01 : 0xff);
  if (kind == KeyKind::sm2) put(out, kSm2KeyType);
  put(out, key);
  return out;
}

std::string signature_line(std::string_view name, KeyKind kind, ByteView key, ByteView signature) {
  Bytes payload = key_id(name, kind, key);
  put(payload, signature);
  return std::string(kSignaturePrefix) + std::string(name) + " " + base64(payload) + "\n";
}

}  // namespace

Status check_origin(std::string_view origin) {
  bool ok = !origin.empty() && origin.size() <= 200 &&
            std::all_of(origin.begin(), origin.end(), [](char c) { return c > ' ' && c < 0x7f && c != '+'; });
  if (!ok) return fail(Errc::invalid, "ledger.bad_origin");
  return {};
}

std::string checkpoint_text(const Checkpoint& c) {
  return c.origin + "\n" + std::to_string(c.size) + "\n" + base64(c.sha256_root) + "\nsm3 " + base64(c.sm3_root) + "\n";
}

Bytes key_id(std::string_view name, KeyKind kind, ByteView key) {
  Bytes message = to_bytes(name);
  put_u8(message, '\n');
  put(message, typed_key(kind, key));
  Digest digest = sha256(message);
  return Bytes(digest.begin(), digest.begin() + 4);
}

std::string make_note(const Checkpoint& checkpoint, const LogKeys& keys, const SignaturePair& signatures) {
  return checkpoint_text(checkpoint) + "\n" +
         signature_line(checkpoint.origin, KeyKind::ed25519, keys.ed25519.bytes(), signatures.ed25519) +
         signature_line(checkpoint.origin, KeyKind::sm2, keys.sm2.bytes(), signatures.sm2);
}

Result<SignedCheckpoint> SignedCheckpoint::parse(std::string_view note) {
  if (note.size() > kNoteBytesMax || !is_utf8(note)) return bad_note("text");
  size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos) return bad_note("no signatures");
  SignedCheckpoint out;
  out.note = note;
  out.text = note.substr(0, split + 1);
  out.checkpoint = TRY(checkpoint_from(out.text));
  std::string_view rest = note.substr(split + 2);
  while (!rest.empty()) {
    if (out.signatures.size() == kNoteSignaturesMax) return bad_note("too many signatures");
    std::string_view line = TRY(take_line(rest));
    out.signatures.push_back(TRY(signature_from(line)));
  }
  if (out.signatures.empty()) return bad_note("no signatures");
  return out;
}

SignatureCheck check_signatures(const SignedCheckpoint& note, const LogKeys& keys) {
  SignatureCheck out;
  const std::string& name = note.checkpoint.origin;
  Bytes ed25519_id = key_id(name, KeyKind::ed25519, keys.ed25519.bytes());
  Bytes sm2_id = key_id(name, KeyKind::sm2, keys.sm2.bytes());
  for (const auto& s : note.signatures) {
    if (s.name != name) continue;
    if (s.key_id == ed25519_id && keys.ed25519.verify(view(note.text), s.signature)) out.ed25519 = true;
    if (s.key_id == sm2_id && keys.sm2.verify(view(note.text), s.signature)) out.sm2 = true;
  }
  return out;
}

std::string VerifierKey::line() const { return name + "+" + hex(key_id(name, kind, key)) + "+" + base64(typed_key(kind, key)); }

Result<VerifierKey> VerifierKey::parse(std::string_view line) {
  auto bad = [] { return fail(Errc::invalid, "trust.malformed_key"); };
  size_t first = line.find('+');
  size_t second = first == std::string_view::npos ? first : line.find('+', first + 1);
  if (second == std::string_view::npos) return bad();
  VerifierKey out{std::string(line.substr(0, first)), KeyKind::ed25519, {}};
  auto data = from_base64(line.substr(second + 1));
  if (!check_origin(out.name) || !data || data->empty()) return bad();
  ByteView key = ByteView(*data).subspan(1);
  if ((*data)[0] == 0x01) {
    if (!Ed25519PublicKey::from_bytes(key)) return bad();
  } else if ((*data)[0] == 0xff && text(key).starts_with(kSm2KeyType)) {
    out.kind = KeyKind::sm2;
    key = key.subspan(kSm2KeyType.size());
    if (!Sm2PublicKey::from_bytes(key)) return bad();
  } else {
    return bad();
  }
  out.key.assign(key.begin(), key.end());
  if (line.substr(first + 1, second - first - 1) != hex(key_id(out.name, out.kind, out.key))) return bad();
  return out;
}

std::vector<VerifierKey> verifier_keys(std::string_view origin, const LogKeys& keys) {
  return {{std::string(origin), KeyKind::ed25519, keys.ed25519.bytes()}, {std::string(origin), KeyKind::sm2, keys.sm2.bytes()}};
}

}  // namespace sluice::ledger
