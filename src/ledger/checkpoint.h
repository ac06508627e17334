// Checkpoint: the signed statement "the log of this origin has these roots at this size" (C2SP tlog-checkpoint), as a
// C2SP signed note:
//
//   origin LF · size LF · base64 SHA-256 root LF · "sm3 " base64 SM3 root LF · LF · signature lines
//   signature line: "— " key name SP base64( key id(4) ‖ signature ) LF
//
// The key name is the origin. Ed25519 lines have type 0x01; SM2 lines type 0xff with identifier "sluice/sm2-sm3/v1":
// key id = first 4 bytes of SHA-256( name ‖ LF ‖ 0xff ‖ identifier ‖ 65-byte point ). Other lines (witnesses, unknown
// extensions) are kept and ignored. One checkpoint holds both roots, so that the two trees cannot fork.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "crypto/sign.h"

namespace sluice::ledger {

constexpr size_t kNoteBytesMax = 64u << 10;
constexpr std::string_view kSm2KeyType = "sluice/sm2-sm3/v1";

// Non-empty printable ASCII without space and '+', at most 200 bytes: "ledger.bad_origin" otherwise.
Status check_origin(std::string_view origin);

struct LogKeys {
  Ed25519PublicKey ed25519;
  Sm2PublicKey sm2;
  bool operator==(const LogKeys&) const = default;
};

struct SignaturePair {
  Bytes ed25519;  // 64 bytes
  Bytes sm2;      // DER
};

// Signs with the space's two ledger keys, which live in another process. Implementations may be slow and may fail; the
// caller never signs two different messages for one purpose. Thread-safe.
class LogSigner {
 public:
  virtual ~LogSigner() = default;
  virtual Result<LogKeys> keys() = 0;
  // `message` is the text of a checkpoint or a key statement (see keys.h); both begin with a text of their own.
  virtual Result<SignaturePair> sign(std::string_view message) = 0;
};

// The signer that holds the keys itself: the key agent, and tests.
class LocalLogSigner final : public LogSigner {
 public:
  LocalLogSigner(Ed25519PrivateKey ed25519, Sm2PrivateKey sm2) : ed25519_(std::move(ed25519)), sm2_(std::move(sm2)) {}
  static LocalLogSigner generate() { return {Ed25519PrivateKey::generate(), Sm2PrivateKey::generate()}; }
  Result<LogKeys> keys() override { return LogKeys{ed25519_.public_key(), sm2_.public_key()}; }
  Result<SignaturePair> sign(std::string_view message) override {
    return SignaturePair{ed25519_.sign(view(message)), sm2_.sign(view(message))};
  }

 private:
  Ed25519PrivateKey ed25519_;
  Sm2PrivateKey sm2_;
};

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Digest sha256_root{};
  Digest sm3_root{};
  bool operator==(const Checkpoint&) const = default;
};

// The signed text, up to and with its last line feed.
std::string checkpoint_text(const Checkpoint& checkpoint);

struct NoteSignature {
  std::string name;
  Bytes key_id;  // 4 bytes
  Bytes signature;
};

struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string text;  // what was signed
  std::vector<NoteSignature> signatures;
  std::string note;  // the whole note

  // Strict: "checkpoint.malformed" (detail: which part).
  static Result<SignedCheckpoint> parse(std::string_view note);
};

// Text and both signature lines.
std::string make_note(const Checkpoint& checkpoint, const LogKeys& keys, const SignaturePair& signatures);

enum class KeyKind : uint8_t { ed25519, sm2 };

Bytes key_id(std::string_view name, KeyKind kind, ByteView key);

// Whether the note carries a valid signature of each of the two keys under the origin's name.
struct SignatureCheck {
  bool ed25519 = false;
  bool sm2 = false;
  bool both() const { return ed25519 && sm2; }
};
SignatureCheck check_signatures(const SignedCheckpoint& note, const LogKeys& keys);

// A C2SP verifier key: name "+" hex key id "+" base64( type ‖ key ).
struct VerifierKey {
  std::string name;
  KeyKind kind;
  Bytes key;

  std::string line() const;
  static Result<VerifierKey> parse(std::string_view line);  // "trust.malformed_key"
};
std::vector<VerifierKey> verifier_keys(std::string_view origin, const LogKeys& keys);

}  // namespace sluice::ledger
