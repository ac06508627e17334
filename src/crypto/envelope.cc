#include "crypto/envelope.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/random.h"
#include "codec/record.h"
#include "crypto/keyfile.h"

namespace sluice {

namespace {

constexpr int64_t kEnvelopeChunkBytesMin = 1 << 12;
constexpr int64_t kEnvelopeChunkBytesMax = 16 << 20;
constexpr std::string_view kLabelsMember = "labels";

struct EnvelopeHeaderRecord {
  std::string format, recipient;
  Json context;
  Bytes wrapped_key;
  int64_t chunk_bytes = 0;
  static constexpr auto fields =
      field_list(field("format", &EnvelopeHeaderRecord::format), field("recipient", &EnvelopeHeaderRecord::recipient),
                 field("context", &EnvelopeHeaderRecord::context), field("wrapped_key", &EnvelopeHeaderRecord::wrapped_key),
                 field("chunk_bytes", &EnvelopeHeaderRecord::chunk_bytes));
};

tl::unexpected<Error> malformed_envelope(std::string what) { return fail(Errc::invalid, "envelope.malformed", std::move(what)); }
tl::unexpected<Error> tampered_envelope() { return fail(Errc::refused, "envelope.tampered"); }

Bytes chunk_nonce(uint64_t number) {
  Bytes out;
  put_u32(out, 0);
  put_u64(out, number);
  return out;
}

// No chunk has this nonce: theirs begin with zeros.
Bytes labels_nonce() {
  Bytes out;
  put_u32(out, 0xffffffff);
  put_u64(out, 0);
  return out;
}

// The header as a whole is bound by every chunk; `recipient` keeps labels from being moved between envelopes before that is seen.
Bytes labels_place(std::string_view recipient) {
  Bytes out = to_bytes(kLabelsMember);
  put(out, recipient);
  return out;
}

Bytes chunk_place(const Digest& header_digest, uint64_t number, uint8_t last) {
  Bytes out = to_bytes("chunk");
  put(out, header_digest);
  put_u64(out, number);
  put_u8(out, last);
  return out;
}

// Everything before chunk 0.
Bytes preamble_of(std::string_view header_json) {
  Bytes out = to_bytes(kEnvelopeFormat);
  put_u8(out, '\n');
  put_u32(out, static_cast<uint32_t>(header_json.size()));
  put(out, header_json);
  return out;
}

// Reads until the buffer is full or the source ends.
Result<size_t> fill(const ByteFeed& source, std::span<uint8_t> buffer) {
  size_t have = 0;
  while (have < buffer.size()) {
    size_t n = TRY(source(buffer.subspan(have)));
    if (n == 0) break;
    have += n;
  }
  return have;
}

struct ReadHeader {
  EnvelopeHeader header;
  Digest digest;
};

Result<ReadHeader> read_header(const ByteFeed& source) {
  Bytes start(kEnvelopeFormat.size() + 1 + 4);
  if (TRY(fill(source, start)) != start.size() || !text(start).starts_with(kEnvelopeFormat) || start[kEnvelopeFormat.size()] != '\n')
    return malformed_envelope("no envelope");
  ByteReader reader(ByteView(start).subspan(kEnvelopeFormat.size() + 1));
  uint32_t size = TRY(reader.u32());
  if (size > kEnvelopeHeaderBytesMax) return malformed_envelope("header size");
  std::string json(size, '\0');
  if (TRY(fill(source, {reinterpret_cast<uint8_t*>(json.data()), json.size()})) != size) return malformed_envelope("header cut short");
  auto parsed = parse_json(json, kEnvelopeHeaderBytesMax);
  if (!parsed || canonical(*parsed) != json) return malformed_envelope("header is not canonical JSON");
  auto record = decode<EnvelopeHeaderRecord>(*parsed);
  if (!record) return malformed_envelope(record.error().detail);
  if (record->format != kEnvelopeFormat) return malformed_envelope("format");
  if (!record->context.is_object()) return malformed_envelope("context");
  if (record->chunk_bytes < kEnvelopeChunkBytesMin || record->chunk_bytes > kEnvelopeChunkBytesMax)
    return malformed_envelope("chunk_bytes");
  return ReadHeader{{record->recipient, record->context, record->wrapped_key, record->chunk_bytes}, sm3(preamble_of(json))};
}

}  // namespace

ByteSink fd_sink(int fd) {
  return [fd](ByteView bytes) -> Status {
    while (!bytes.empty()) {
      ssize_t n = ::write(fd, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return tl::unexpected(last_os_error("file.unwritable"));
      bytes = bytes.subspan(static_cast<size_t>(n));
    }
    return {};
  };
}

ByteFeed fd_source(int fd) {
  return [fd](std::span<uint8_t> buffer) -> Result<size_t> {
    while (true) {
      ssize_t n = ::read(fd, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return tl::unexpected(last_os_error("file.unreadable"));
      return static_cast<size_t>(n);
    }
  };
}

Result<EnvelopeWriter> EnvelopeWriter::create(const Sm2PublicKey& recipient, const Json& context, ByteSink sink, const Json& labels) {
  SystemRandom random;
  SecretBytes key(random_bytes(random, kSm4KeyBytes));
  EnvelopeHeaderRecord record;
  record.format = kEnvelopeFormat;
  record.recipient = sm2_key_id(recipient);
  record.context = context.is_null() ? Json::object() : context;
  record.wrapped_key = TRY(sm2_encrypt(recipient, key.reveal("wrap for the recipient")));
  record.chunk_bytes = static_cast<int64_t>(kEnvelopeChunkBytes);
  Sm4Gcm cipher = TRY(Sm4Gcm::create(key));
  if (!labels.is_null())
    record.context.set(std::string(kLabelsMember), base64(cipher.seal(labels_nonce(), labels_place(record.recipient), view(canonical(labels)))));
  std::string json = canonical(encode(record));
  if (json.size() > kEnvelopeHeaderBytesMax) return fail(Errc::invalid, "envelope.header_too_large");
  EnvelopeWriter out(std::move(cipher), std::move(sink));
  Bytes preamble = preamble_of(json);
  out.header_digest_ = sm3(preamble);
  TRY(out.emit(preamble));
  return out;
}

Status EnvelopeWriter::emit(ByteView bytes) {
  sealed_hash_.update(bytes);
  sealed_bytes_ += bytes.size();
  return sink_(bytes);
}

Status EnvelopeWriter::seal_chunk(ByteView plain, uint8_t last) {
  Bytes sealed = cipher_.seal(chunk_nonce(number_), chunk_place(header_digest_, number_, last), plain);
  number_++;
  return emit(sealed);
}

Status EnvelopeWriter::write(ByteView plain) {
  plain_hash_.update(plain);
  plain_bytes_ += plain.size();
  while (!plain.empty()) {
    // A full chunk is sealed only when another byte follows: the last one carries the flag.
    if (pending_.size() == kEnvelopeChunkBytes) {
      TRY(seal_chunk(pending_, 0));
      pending_.clear();
    }
    size_t n = std::min(plain.size(), kEnvelopeChunkBytes - pending_.size());
    put(pending_, plain.first(n));
    plain = plain.subspan(n);
  }
  return {};
}

Status EnvelopeWriter::finish() {
  TRY(seal_chunk(pending_, 1));
  wipe(pending_.data(), pending_.size());
  pending_.clear();
  sealed_digest_ = sealed_hash_.finish();
  plain_digest_ = plain_hash_.finish();
  return {};
}

namespace {

// Opened and taken out of the context; null where there are none.
Result<Json> labels_in(Sm4Gcm& cipher, EnvelopeHeader& header) {
  const Json* sealed = header.context.find(kLabelsMember);
  if (!sealed) return Json();
  if (!sealed->is_string()) return malformed_envelope("labels");
  auto bytes = from_base64(sealed->as_string());
  if (!bytes || bytes->size() < kGcmTagBytes) return malformed_envelope("labels");
  Bytes plain(bytes->size() - kGcmTagBytes);
  if (!cipher.open_into(labels_nonce(), labels_place(header.recipient), *bytes, plain)) return tampered_envelope();
  auto labels = parse_json(text(plain), kEnvelopeHeaderBytesMax);
  if (!labels || !labels->is_object()) return malformed_envelope("labels");
  header.context.erase(kLabelsMember);
  return labels;
}

}  // namespace

Result<EnvelopeHeader> read_envelope_header(const ByteFeed& source) { return TRY(read_header(source)).header; }

Result<OpenedEnvelope> open_envelope(const Sm2PrivateKey& key, const ByteFeed& source, const ByteSink& sink) {
  ReadHeader head = TRY(read_header(source));
  if (head.header.recipient != sm2_key_id(key.public_key())) return fail(Errc::refused, "envelope.not_for_this_key");
  auto unwrapped = sm2_decrypt(key, head.header.wrapped_key);
  if (!unwrapped || unwrapped->size() != kSm4KeyBytes) return tampered_envelope();
  Sm4Gcm cipher = TRY(Sm4Gcm::create(SecretBytes(std::move(*unwrapped))));

  size_t sealed_size = static_cast<size_t>(head.header.chunk_bytes) + kGcmTagBytes;
  Bytes current(sealed_size), next(sealed_size), plain(sealed_size - kGcmTagBytes);
  Sm3 hash;
  Json labels = TRY(labels_in(cipher, head.header));
  OpenedEnvelope out{std::move(head.header), std::move(labels), 0, {}};
  size_t have = TRY(fill(source, current));
  for (uint64_t number = 0;; number++) {
    // The chunk is the last one exactly when nothing follows it; the flag in its associated data must agree.
    size_t following = have == sealed_size ? TRY(fill(source, next)) : 0;
    if (have < kGcmTagBytes) return tampered_envelope();
    std::span<uint8_t> body = std::span(plain).first(have - kGcmTagBytes);
    uint8_t last = following == 0 ? 1 : 0;
    if (!cipher.open_into(chunk_nonce(number), chunk_place(head.digest, number, last), ByteView(current).first(have), body))
      return tampered_envelope();
    hash.update(body);
    out.plain_bytes += body.size();
    TRY(sink(body));
    if (last) break;
    std::swap(current, next);
    have = following;
  }
  wipe(plain.data(), plain.size());
  out.plain_digest = hash.finish();
  return out;
}

}  // namespace sluice
