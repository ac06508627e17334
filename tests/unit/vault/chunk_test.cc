#include "vault/chunk.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/file.h"
#include "tests/support/random_table.h"
#include "vault/bitpack.h"
#include "vault/manifest.h"

namespace sluice::vault {
namespace {

using sluice::testing::every_type;
using sluice::testing::random_batch;
using table::Column;
using table::ColumnBuilder;
using table::ColumnSpec;
using table::Type;

TEST(Bitpack, UnpackingGivesBackWhatNaiveBitsSay) {
  SeededRandom random(5);
  for (unsigned width : {0u, 1u, 2u, 3u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 32u, 33u, 47u, 55u, 56u, 60u, 64u}) {
    for (size_t n : {size_t{1}, size_t{2}, size_t{7}, size_t{64}, size_t{1001}}) {
      std::vector<uint64_t> values(n);
      uint64_t low = random.next(), high = low;
      for (uint64_t& v : values) {
        uint64_t step = width == 0 ? 0 : random.next() >> (64 - width);
        v = low + step;
        high = std::max(high - low, step) + low;
      }
      PackedShape shape = packed_shape(low, high);
      Bytes out;
      put_packed(out, shape, std::span<const uint64_t>(values));
      ByteReader in(out);
      auto run = read_packed(in, n);
      ASSERT_TRUE(run);
      EXPECT_TRUE(in.done());
      std::vector<int64_t> back(n);
      unpack(*run, back.data());
      for (size_t i = 0; i < n; i++) {
        uint64_t naive = 0;  // bit by bit
        for (unsigned b = 0; b < shape.width; b++) {
          size_t bit = i * shape.width + b;
          naive |= static_cast<uint64_t>(run->bits[bit / 8] >> (bit % 8) & 1) << b;
        }
        ASSERT_EQ(static_cast<uint64_t>(back[i]), values[i]) << width << " " << i;
        ASSERT_EQ(naive + shape.base, values[i]);
      }
    }
  }
}

TEST(Chunk, DecodeUndoesEncodeForEveryTypeAndSize) {
  SeededRandom random(11);
  for (size_t rows : {1, 2, 63, 64, 65, 1000, 70000})
    for (uint64_t null_one_in : {0, 2, 50}) {
      table::Batch batch = random_batch(every_type(), random, rows, null_one_in);
      for (size_t c = 0; c < every_type().size(); c++) {
        Bytes plain = encode_chunk(batch.columns[c]).value();
        auto back = decode_chunk(plain, every_type()[c], rows);
        ASSERT_TRUE(back) << every_type()[c].name << " " << rows;
        ASSERT_TRUE(back->same_values(batch.columns[c])) << every_type()[c].name << " " << rows;
      }
    }
}

TEST(Chunk, ExtremesComeBack) {
  ColumnBuilder builder(Type::int64);
  for (int64_t v : {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), int64_t{0}, int64_t{-1}})
    builder.append_int(v);
  Column column = builder.finish();
  EXPECT_TRUE(decode_chunk(encode_chunk(column).value(), {"n", Type::int64, 0}, 4)->same_values(column));
}

TEST(Chunk, ADictionaryHoldsOnlyTextsThatOccur) {
  table::ColumnParts parts;
  parts.rows = 3;
  std::string texts = "onetwosecret";
  parts.arena.assign(texts.begin(), texts.end());
  parts.offsets = {0, 3, 6, 12};
  parts.codes = {1, 0, 1};
  Bytes body = encode_body(Column(std::move(parts)));
  EXPECT_EQ(text(body).find("secret"), std::string_view::npos);
  EXPECT_NE(text(body).find("twoone"), std::string_view::npos);
}

TEST(Chunk, AnotherTypeScaleOrRowCountIsMalformed) {
  ColumnBuilder builder(Type::decimal, 2);
  for (int i = 0; i < 10; i++) builder.append_int(i);
  Bytes plain = encode_chunk(builder.finish()).value();
  EXPECT_TRUE(decode_chunk(plain, {"m", Type::decimal, 2}, 10));
  EXPECT_FALSE(decode_chunk(plain, {"m", Type::decimal, 3}, 10));
  EXPECT_FALSE(decode_chunk(plain, {"m", Type::int64, 0}, 10));
  EXPECT_FALSE(decode_chunk(plain, {"m", Type::decimal, 2}, 9));
  EXPECT_FALSE(decode_chunk(plain, {"m", Type::decimal, 2}, 11));
}

TEST(Chunk, EveryCutAndEveryChangedByteIsAColumnOrMalformed) {
  SeededRandom random(13);
  table::Batch batch = random_batch(every_type(), random, 40, 5);
  for (size_t c = 0; c < every_type().size(); c++) {
    Bytes plain = encode_chunk(batch.columns[c]).value();
    for (size_t cut = 0; cut < plain.size(); cut++)
      EXPECT_FALSE(decode_chunk(ByteView(plain).first(cut), every_type()[c], 40));
    for (size_t at = 0; at < plain.size(); at++)
      for (uint8_t bit : {0x01, 0x80, 0xff}) {
        Bytes changed = plain;
        changed[at] ^= bit;
        auto column = decode_chunk(changed, every_type()[c], 40);
        if (column) {
          EXPECT_EQ(column->rows(), 40u);
        }
      }
  }
}

// The golden file: one case for each encoding, small enough that packing is 0 and bytes are ours to the last.
struct GoldenCase {
  std::string encoding;
  std::string key;
  std::string dataset, version, column;
  table::Type type = Type::text;
  int64_t scale = 0;
  int64_t number = 0;
  std::vector<Json> values;
  std::string sealed;
  static constexpr auto fields = field_list(
      field("encoding", &GoldenCase::encoding), field("key", &GoldenCase::key), field("dataset", &GoldenCase::dataset),
      field("version", &GoldenCase::version), field("column", &GoldenCase::column), field("type", &GoldenCase::type),
      field("scale", &GoldenCase::scale), field("number", &GoldenCase::number), field("values", &GoldenCase::values),
      field("sealed", &GoldenCase::sealed));
};

Column column_of(const GoldenCase& c) {
  ColumnBuilder builder(c.type, static_cast<uint8_t>(c.scale));
  for (const Json& v : c.values) {
    if (v.is_null()) builder.append_null();
    else if (v.is_string()) builder.append_text(v.as_string());
    else builder.append_int(v.as_int());
  }
  return builder.finish();
}

ChunkPlace place_of(const GoldenCase& c) {
  return {.dataset = c.dataset, .version = c.version, .column = c.column,
          .number = static_cast<uint64_t>(c.number), .rows = static_cast<uint32_t>(c.values.size())};
}

TEST(ChunkGolden, SealedBytesAreThoseOfTheFormat) {
  std::string file = read_text_file(std::string(SLUICE_ROOT) + "/tests/golden/sealed-chunk.json", 1 << 20).value();
  auto cases = decode<std::vector<GoldenCase>>(parse_json(file).value());
  ASSERT_TRUE(cases) << cases.error().detail;
  EXPECT_GE(cases->size(), 6u);
  for (const GoldenCase& c : *cases) {
    Column column = column_of(c);
    SecretBytes key(from_hex(c.key).value());
    Bytes sealed = seal_chunk(key, place_of(c), encode_chunk(column).value()).value();
    EXPECT_EQ(hex(sealed), c.sealed) << c.encoding;
    Bytes plain;
    ASSERT_TRUE(open_chunk(key, place_of(c), from_hex(c.sealed).value(), plain)) << c.encoding;
    EXPECT_TRUE(decode_chunk(plain, {c.column, c.type, static_cast<uint8_t>(c.scale)}, c.values.size())
                    ->same_values(column));
  }
}

TEST(ChunkGolden, AChunkOpensOnlyInItsPlace) {
  ColumnBuilder builder(Type::int64);
  builder.append_int(1);
  SecretBytes key(Bytes(16, 9));
  ChunkPlace home{.dataset = "ds_a", .version = "ver_a", .column = "c", .number = 3, .rows = 1};
  Bytes sealed = seal_chunk(key, home, encode_chunk(builder.finish()).value()).value();
  Bytes plain;
  EXPECT_TRUE(open_chunk(key, home, sealed, plain));
  auto refused = [&](ChunkPlace place) { return !open_chunk(key, place, sealed, plain); };
  ChunkPlace p = home;
  p.dataset = "ds_b";
  EXPECT_TRUE(refused(p));
  p = home;
  p.version = "ver_b";
  EXPECT_TRUE(refused(p));
  p = home;
  p.column = "d";
  EXPECT_TRUE(refused(p));
  p = home;
  p.number = 4;
  EXPECT_TRUE(refused(p));
  p = home;
  p.rows = 2;
  EXPECT_TRUE(refused(p));
  // Lengths are part of what is bound: moving a letter from one id to the next is another place.
  p = home;
  p.dataset = "ds_av";
  p.version = "er_a";
  EXPECT_TRUE(refused(p));
}

}  // namespace
}  // namespace sluice::vault
