#include "crypto/envelope.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "crypto/keyfile.h"

namespace sluice {
namespace {

ByteSink sink_to(Bytes& out) {
  return [&out](ByteView bytes) -> Status {
    put(out, bytes);
    return {};
  };
}

// Hands out at most `step` bytes a call, as pipes do.
ByteFeed source_of(ByteView bytes, size_t step = 70001) {
  return [bytes, step, at = size_t{0}](std::span<uint8_t> buffer) mutable -> Result<size_t> {
    size_t n = std::min({buffer.size(), bytes.size() - at, step});
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(at), n, buffer.begin());
    at += n;
    return n;
  };
}

const Sm2PrivateKey& recipient() {
  static const Sm2PrivateKey key = Sm2PrivateKey::generate();
  return key;
}

Bytes sealed_from(ByteView plain, std::string_view release = "rl_1") {
  Bytes out;
  auto writer = EnvelopeWriter::create(recipient().public_key(), Json::object({{"release", Json(release)}}), sink_to(out));
  for (size_t at = 0; at < plain.size(); at += 300000) EXPECT_TRUE(writer->write(plain.subspan(at, std::min<size_t>(300000, plain.size() - at))));
  EXPECT_TRUE(writer->finish());
  EXPECT_EQ(writer->sealed_digest(), sm3(out));
  EXPECT_EQ(writer->plain_digest(), sm3(plain));
  EXPECT_EQ(writer->sealed_bytes(), out.size());
  return out;
}

std::string reason_of_opening(ByteView sealed) {
  Bytes plain;
  auto opened = open_envelope(recipient(), source_of(sealed), sink_to(plain));
  return opened ? "opened" : std::string(opened.error().reason);
}

size_t header_bytes(ByteView sealed) {
  ByteReader reader(sealed.subspan(kEnvelopeFormat.size() + 1));
  return kEnvelopeFormat.size() + 1 + 4 + *reader.u32();
}

TEST(Envelope, OpensToTheSameBytesAtEveryChunkEdge) {
  SeededRandom random(3);
  for (size_t size : {size_t{0}, size_t{1}, kEnvelopeChunkBytes - 1, kEnvelopeChunkBytes, kEnvelopeChunkBytes + 1, 3 * kEnvelopeChunkBytes}) {
    Bytes plain = random_bytes(random, size), sealed = sealed_from(plain), back;
    auto opened = open_envelope(recipient(), source_of(sealed), sink_to(back));
    ASSERT_TRUE(opened) << size;
    EXPECT_EQ(back, plain);
    EXPECT_EQ(opened->plain_bytes, size);
    EXPECT_EQ(*opened->header.context.get_string("release"), "rl_1");
  }
}

TEST(Envelope, TruncationAtAnyChunkIsFound) {
  Bytes sealed = sealed_from(Bytes(2 * kEnvelopeChunkBytes + 100, 5));
  size_t head = header_bytes(sealed), chunk = kEnvelopeChunkBytes + kGcmTagBytes;
  for (size_t cut : {head, head + 10, head + chunk, head + 2 * chunk, sealed.size() - 1}) EXPECT_EQ(reason_of_opening(ByteView(sealed).first(cut)), "envelope.tampered") << cut;
  EXPECT_EQ(reason_of_opening(ByteView(sealed).first(head - 1)), "envelope.malformed");
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_EQ(reason_of_opening(longer), "envelope.tampered");
}

TEST(Envelope, SwappedRepeatedAndForeignPartsAreFound) {
  SeededRandom random(4);
  Bytes sealed = sealed_from(random_bytes(random, 2 * kEnvelopeChunkBytes + 100)), other = sealed_from(random_bytes(random, 100), "rl_2");
  ptrdiff_t head = static_cast<ptrdiff_t>(header_bytes(sealed)), chunk = static_cast<ptrdiff_t>(kEnvelopeChunkBytes + kGcmTagBytes);
  Bytes swapped = sealed;
  std::swap_ranges(swapped.begin() + head, swapped.begin() + head + chunk, swapped.begin() + head + chunk);
  EXPECT_EQ(reason_of_opening(swapped), "envelope.tampered");
  Bytes repeated(sealed.begin(), sealed.begin() + head + chunk);
  repeated.insert(repeated.end(), sealed.begin() + head, sealed.end());
  EXPECT_EQ(reason_of_opening(repeated), "envelope.tampered");
  Bytes foreign_header(other.begin(), other.begin() + static_cast<ptrdiff_t>(header_bytes(other)));
  foreign_header.insert(foreign_header.end(), sealed.begin() + head, sealed.end());
  EXPECT_EQ(reason_of_opening(foreign_header), "envelope.tampered");
  Bytes edited = sealed;  // another context, same length
  auto at = std::search(edited.begin(), edited.end(), view("rl_1").begin(), view("rl_1").end());
  *(at + 3) = '9';
  EXPECT_EQ(reason_of_opening(edited), "envelope.tampered");
}

TEST(Envelope, AnyChangedByteOfASmallOneIsFound) {
  Bytes sealed = sealed_from(Bytes(20, 9));
  for (size_t i = 0; i < sealed.size(); i++) {
    Bytes bad = sealed;
    bad[i] ^= 1;
    EXPECT_NE(reason_of_opening(bad), "opened") << i;
  }
}

TEST(Envelope, LabelsAreForTheRecipientAloneAndCannotBeChanged) {
  Bytes sealed, plain;
  Json labels = Json::object({{"level", int64_t{4}}, {"title", Json("住院明细")}});
  auto writer = EnvelopeWriter::create(recipient().public_key(), Json::object({{"release", Json("rl_1")}}), sink_to(sealed), labels);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write(Bytes(50, 7)));
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(text(sealed).find("住院"), std::string_view::npos) << "sealed as the content is";
  auto opened = open_envelope(recipient(), source_of(sealed), sink_to(plain));
  ASSERT_TRUE(opened);
  EXPECT_EQ(canonical(opened->labels), canonical(labels));
  EXPECT_EQ(opened->header.context.find("labels"), nullptr);
  EXPECT_EQ(*opened->header.context.get_string("release"), "rl_1");
  for (size_t i = 0; i < header_bytes(sealed); i++) {
    Bytes bad = sealed;
    bad[i] ^= 1;
    EXPECT_NE(reason_of_opening(bad), "opened") << i;
  }
  Bytes without = sealed_from(Bytes(20, 9));
  EXPECT_TRUE(open_envelope(recipient(), source_of(without), sink_to(plain))->labels.is_null());
}

TEST(Envelope, LabelsBeyondTheHeaderAreRefusedBeforeAnythingIsWritten) {
  Bytes out;
  Json labels = Json::object({{"columns", Json(std::string(kEnvelopeHeaderBytesMax, 'x'))}});
  EXPECT_EQ(EnvelopeWriter::create(recipient().public_key(), Json::object(), sink_to(out), labels).error().reason, "envelope.header_too_large");
  EXPECT_TRUE(out.empty());
}

TEST(Envelope, OtherRecipientIsToldSo) {
  Bytes sealed = sealed_from(Bytes(20, 9)), plain;
  auto stranger = Sm2PrivateKey::generate();
  EXPECT_EQ(open_envelope(stranger, source_of(sealed), sink_to(plain)).error().reason, "envelope.not_for_this_key");
  EXPECT_EQ(read_envelope_header(source_of(sealed))->recipient, sm2_key_id(recipient().public_key()));
  EXPECT_TRUE(plain.empty());
}

TEST(Envelope, OversizedContextIsRefused) {
  Bytes out;
  Json context = Json::object({{"note", Json(std::string(kEnvelopeHeaderBytesMax, 'x'))}});
  EXPECT_EQ(EnvelopeWriter::create(recipient().public_key(), context, sink_to(out)).error().reason, "envelope.header_too_large");
}

}  // namespace
}  // namespace sluice
