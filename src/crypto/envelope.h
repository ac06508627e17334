// Envelope: a file sealed for one recipient's SM2 key. Format "sluice-envelope/1", docs/formats/envelope.md.
//
// Labels (level, category and type of what is inside: docs/formats/labels.md) travel in the header, sealed under the key of the content.
//
//   "sluice-envelope/1" LF · header size(4) · header (canonical JSON) · chunk 0 · chunk 1 · … · last chunk
//   chunk = SM4-GCM( key, nonce = 0(4) ‖ number(8), AAD = "chunk" ‖ SM3(everything before chunk 0) ‖ number(8) ‖ last(1) )
//
// A changed, missing, repeated, reordered or foreign chunk, a cut file and a swapped header are found. The envelope does
// not prove who sealed it: anyone can seal for a public key; the release's manifest and passport do that.
// Memory: two chunks. Thread rule: one object, one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "codec/json.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

namespace sluice {

inline constexpr std::string_view kEnvelopeFormat = "sluice-envelope/1";
constexpr size_t kEnvelopeChunkBytes = 1u << 20;
constexpr size_t kEnvelopeHeaderBytesMax = 64u << 10;

using ByteSink = std::function<Status(ByteView)>;
// Fills the buffer as far as there are bytes; 0 at the end.
using ByteFeed = std::function<Result<size_t>(std::span<uint8_t>)>;

// Over a descriptor that the caller keeps open. Errors "file.unwritable", "file.disk_full", "file.unreadable".
ByteSink fd_sink(int fd);
ByteFeed fd_source(int fd);

struct EnvelopeHeader {
  std::string recipient;  // key id
  Json context;           // {release, contract, …}: ids only, it is readable by whoever holds the file
  Bytes wrapped_key;      // sm2_encrypt of the 16-byte SM4 key
  int64_t chunk_bytes = 0;
};

class EnvelopeWriter {
 public:
  // Writes the header. "envelope.header_too_large" for context and labels beyond the bound. `labels`: an object for the recipient alone, or null.
  static Result<EnvelopeWriter> create(const Sm2PublicKey& recipient, const Json& context, ByteSink sink, const Json& labels = Json());
  Status write(ByteView plain);
  // Writes the last chunk; required, once. Without it the file does not open.
  Status finish();
  // After finish(): of the whole envelope, and of the plain content.
  uint64_t sealed_bytes() const { return sealed_bytes_; }
  uint64_t plain_bytes() const { return plain_bytes_; }
  const Digest& sealed_digest() const { return sealed_digest_; }
  const Digest& plain_digest() const { return plain_digest_; }

 private:
  EnvelopeWriter(Sm4Gcm cipher, ByteSink sink) : cipher_(std::move(cipher)), sink_(std::move(sink)) {}
  Status emit(ByteView bytes);
  Status seal_chunk(ByteView plain, uint8_t last);

  Sm4Gcm cipher_;
  ByteSink sink_;
  Digest header_digest_{};
  uint64_t number_ = 0;
  Bytes pending_;  // at most one chunk: whether a chunk is the last is known when more comes
  Sm3 sealed_hash_, plain_hash_;
  uint64_t sealed_bytes_ = 0, plain_bytes_ = 0;
  Digest sealed_digest_{}, plain_digest_{};
};

struct OpenedEnvelope {
  EnvelopeHeader header;  // of whose context the labels were taken out
  Json labels;            // null: it carries none
  uint64_t plain_bytes = 0;
  Digest plain_digest{};
};

// "envelope.malformed" (detail: what).
Result<EnvelopeHeader> read_envelope_header(const ByteFeed& source);

// Streams the content to `sink`. Each chunk is authenticated before it is passed on, but only success says that the
// file is whole: on an error the caller throws away what it was given.
// "envelope.malformed", "envelope.not_for_this_key", "envelope.tampered" (refused; also when cut short).
Result<OpenedEnvelope> open_envelope(const Sm2PrivateKey& key, const ByteFeed& source, const ByteSink& sink);

}  // namespace sluice
