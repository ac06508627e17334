// The metadata of Parquet files of the common form, read and written by us: flat columns, one file, nothing encrypted
// (parquet.thrift of Apache Parquet). What is written comes from what is understood alone: key-value metadata, statistics of values,
// bloom filters, page indexes, sort orders and fields of later versions do not get from one file into another.
//
// Everything else about a file is "table.wrong_shape", which also stands for what is malformed: the engine then says what is wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::table {

// A chunk is held in memory, packed and plain; larger ones are left to the engine and its memory limit.
constexpr uint64_t kParquetChunkBytesMax = 64u << 20;

enum class ParquetType : int32_t { boolean = 0, int32 = 1, int64 = 2, real = 4, twice_real = 5, bytes = 6, fixed_bytes = 7 };
enum class ParquetEncoding : int32_t { plain = 0, plain_dictionary = 2, rle = 3, rle_dictionary = 8 };
enum class ParquetCodec : int32_t { none = 0, snappy = 1, zstd = 6 };

// What the cells of a column are, as far as reading them as numbers goes. `other`: dates, moments, truths.
enum class ParquetKind : uint8_t { text, integer, unsigned_integer, decimal, other };

struct ParquetLeaf {
  std::string name;
  ParquetType type = ParquetType::bytes;
  int32_t width = 0;  // bytes of a value; 0 where it varies or is a bit
  bool optional = true;
  ParquetKind kind = ParquetKind::text;
  int32_t scale = 0, precision = 0;  // decimals
  // The annotations in their place: the old one, and of the new one its number in the union with its parameters.
  std::optional<int32_t> converted{};
  int32_t logical = 0, bits = 0, unit = 0;
  bool is_signed = false, utc = false;
};

struct ParquetChunk {
  ParquetCodec codec = ParquetCodec::none;
  uint64_t values = 0, bytes = 0, bytes_plain = 0;  // nulls included; with page headers
  uint64_t data_page = 0;                           // offsets in the file
  std::optional<uint64_t> dictionary_page{};
  uint64_t nulls = 0;                               // written, not read
  std::vector<ParquetEncoding> encodings{};         // written, not read
};

struct ParquetGroup {
  uint64_t rows = 0;
  std::vector<ParquetChunk> chunks{};
};

struct ParquetMeta {
  std::vector<ParquetLeaf> leaves{};
  std::vector<ParquetGroup> groups{};
};

// A column of text as we write it.
ParquetLeaf text_leaf(std::string name);

// Of the footer between the pages and its length. Every count is consistent, every chunk lies inside the first `file_bytes`.
Result<ParquetMeta> read_parquet_meta(std::string_view footer, uint64_t file_bytes);
std::string write_parquet_meta(const ParquetMeta& meta);

enum class ParquetPageKind : int32_t { data = 0, dictionary = 2, data_2 = 3 };

struct ParquetPage {
  ParquetPageKind kind = ParquetPageKind::data;
  uint32_t bytes_plain = 0, bytes = 0, values = 0;
  ParquetEncoding encoding = ParquetEncoding::plain;
  // data_2: levels lie before the values, uncompressed.
  uint32_t level_bytes = 0, nulls = 0;
  bool compressed = true;
};

// The header that begins at `bytes`, and its length in `used`.
Result<ParquetPage> read_parquet_page(std::string_view bytes, size_t& used);
std::string write_parquet_page(const ParquetPage& page);

}  // namespace sluice::table
