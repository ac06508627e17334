#include "table/parquet_meta.h"

#include <algorithm>
#include <set>

#include "table/limits.h"
#include "table/thrift_compact.h"

namespace sluice::table {

namespace {

constexpr uint64_t kGroupRowsMax = 4u << 20;
constexpr size_t kChunksMax = 250'000;  // of a whole file: a footer of lies must not fill the memory
constexpr int32_t kRequired = 0, kOptional = 1;

tl::unexpected<Error> other_form() { return fail(Errc::invalid, "table.wrong_shape"); }

// Annotations, by their numbers in parquet.thrift.
enum Converted : int32_t { kUtf8 = 0, kDecimal = 5, kDate = 6, kMillis = 9, kMicros = 10, kUint8 = 11, kUint32 = 13, kInt8 = 15, kInt32 = 17, kInt64 = 18 };
enum Logical : int32_t { kNone = 0, kString = 1, kExact = 5, kDay = 6, kMoment = 8, kWhole = 10 };

struct SchemaElement {
  ParquetLeaf leaf{};
  std::optional<int32_t> type{}, repetition{}, children{}, scale{}, precision{};
};

void read_unit(CompactReader& in, ParquetLeaf& leaf) {
  in.structure([&](int32_t id, ThriftType) { leaf.unit = id; });
}

void read_logical(CompactReader& in, SchemaElement& element) {
  ParquetLeaf& leaf = element.leaf;
  in.structure([&](int32_t kind, ThriftType type) {
    leaf.logical = kind;
    if (type != ThriftType::structure) return in.fail();
    in.structure([&](int32_t id, ThriftType t) {
      if (kind == kExact && id == 1) leaf.scale = static_cast<int32_t>(in.integer(t));
      if (kind == kExact && id == 2) leaf.precision = static_cast<int32_t>(in.integer(t));
      if (kind == kMoment && id == 1) leaf.utc = CompactReader::truth(t);
      if (kind == kMoment && id == 2) read_unit(in, leaf);
      if (kind == kWhole && id == 1) leaf.bits = static_cast<int32_t>(in.byte_value(t));
      if (kind == kWhole && id == 2) leaf.is_signed = CompactReader::truth(t);
    });
  });
}

SchemaElement read_element(CompactReader& in) {
  SchemaElement out;
  in.structure([&](int32_t id, ThriftType type) {
    auto number = [&] { return static_cast<int32_t>(in.integer(type)); };
    switch (id) {
      case 1: out.type = number(); break;
      case 2: out.leaf.width = number(); break;
      case 3: out.repetition = number(); break;
      case 4: out.leaf.name = in.binary(type); break;
      case 5: out.children = number(); break;
      case 6: out.leaf.converted = number(); break;
      case 7: out.scale = number(); break;
      case 8: out.precision = number(); break;
      case 10: read_logical(in, out); break;
      default: break;
    }
  });
  return out;
}

std::optional<ParquetKind> kind_by_converted(const ParquetLeaf& leaf) {
  const bool narrow = leaf.type == ParquetType::int32, wide = leaf.type == ParquetType::int64, text = leaf.type == ParquetType::bytes;
  if (!leaf.converted) {
    if (text) return ParquetKind::text;
    if (narrow || wide) return ParquetKind::integer;
    return leaf.type == ParquetType::boolean ? std::optional(ParquetKind::other) : std::nullopt;
  }
  const int32_t c = *leaf.converted;
  if (c == kUtf8 && text) return ParquetKind::text;
  if (c == kDecimal) return ParquetKind::decimal;
  if ((c == kDate && narrow) || ((c == kMillis || c == kMicros) && wide)) return ParquetKind::other;
  if (c >= kUint8 && c <= kUint32 && narrow) return ParquetKind::unsigned_integer;
  if ((c >= kInt8 && c <= kInt32 && narrow) || (c == kInt64 && wide)) return ParquetKind::integer;
  return std::nullopt;
}

std::optional<ParquetKind> kind_by_logical(const ParquetLeaf& leaf) {
  const bool narrow = leaf.type == ParquetType::int32, wide = leaf.type == ParquetType::int64;
  switch (leaf.logical) {
    case kString: return leaf.type == ParquetType::bytes ? std::optional(ParquetKind::text) : std::nullopt;
    case kExact: return ParquetKind::decimal;
    case kDay: return narrow ? std::optional(ParquetKind::other) : std::nullopt;
    case kMoment: return wide && leaf.unit >= 1 && leaf.unit <= 3 ? std::optional(ParquetKind::other) : std::nullopt;
    case kWhole:
      if (narrow && leaf.bits >= 8 && leaf.bits <= 32) return leaf.is_signed ? ParquetKind::integer : ParquetKind::unsigned_integer;
      return wide && leaf.bits == 64 && leaf.is_signed ? std::optional(ParquetKind::integer) : std::nullopt;
    default: return std::nullopt;
  }
}

bool is_exact_number(const ParquetLeaf& leaf) {
  const int32_t digits_max = leaf.type == ParquetType::int32 ? 9 : 18;
  const bool stored = leaf.type == ParquetType::int32 || leaf.type == ParquetType::int64 || (leaf.type == ParquetType::fixed_bytes && leaf.width >= 1 && leaf.width <= 16);
  return stored && leaf.precision >= 1 && leaf.precision <= digits_max && leaf.scale >= 0 && leaf.scale <= leaf.precision;
}

// The leaf understood, or nothing.
Result<ParquetLeaf> leaf_of(const SchemaElement& element) {
  ParquetLeaf leaf = element.leaf;
  const int32_t type = element.type.value_or(-1), repetition = element.repetition.value_or(-1);
  if (element.children.value_or(0) != 0 || leaf.name.empty() || leaf.name.find('\0') != std::string::npos) return other_form();
  if (repetition != kRequired && repetition != kOptional) return other_form();
  if (type != 0 && type != 1 && type != 2 && type != 6 && type != 7) return other_form();
  leaf.type = static_cast<ParquetType>(type);
  leaf.optional = repetition == kOptional;
  if (leaf.type != ParquetType::fixed_bytes) leaf.width = leaf.type == ParquetType::int32 ? 4 : leaf.type == ParquetType::int64 ? 8 : 0;
  if (leaf.logical == kExact && leaf.converted && (element.scale.value_or(0) != leaf.scale || element.precision.value_or(0) != leaf.precision)) return other_form();
  if (leaf.logical != kExact) leaf.scale = element.scale.value_or(0), leaf.precision = element.precision.value_or(0);
  auto kind = leaf.logical == kNone || leaf.converted ? kind_by_converted(leaf) : kind_by_logical(leaf);
  if (!kind || (leaf.logical != kNone && kind != kind_by_logical(leaf))) return other_form();
  leaf.kind = *kind;
  if (leaf.kind == ParquetKind::decimal && !is_exact_number(leaf)) return other_form();
  if (leaf.kind == ParquetKind::text) leaf.converted = kUtf8, leaf.logical = kString;
  return leaf;
}

struct ReadChunk {
  ParquetChunk chunk{};
  int64_t type = -1, codec = -1, values = -1, bytes_plain = -1, bytes = -1, data_page = -1, dictionary_page = -1;
  std::vector<std::string_view> path{};
  bool elsewhere = false;
};

void read_chunk_meta(CompactReader& in, ReadChunk& out) {
  auto step = [&] {
    const std::string_view name = in.binary(ThriftType::binary);
    if (out.path.size() < 2) out.path.push_back(name);  // more than one is nested
  };
  in.structure([&](int32_t id, ThriftType type) {
    switch (id) {
      case 1: out.type = in.integer(type); break;
      case 3: in.list(type, ThriftType::binary, step); break;
      case 4: out.codec = in.integer(type); break;
      case 5: out.values = in.integer(type); break;
      case 6: out.bytes_plain = in.integer(type); break;
      case 7: out.bytes = in.integer(type); break;
      case 9: out.data_page = in.integer(type); break;
      case 11: out.dictionary_page = in.integer(type); break;
      default: break;
    }
  });
}

ReadChunk read_chunk(CompactReader& in) {
  ReadChunk out;
  in.structure([&](int32_t id, ThriftType type) {
    if (id == 3 && type == ThriftType::structure) read_chunk_meta(in, out);
    if (id == 1 || id == 8 || id == 9) out.elsewhere = true;  // another file's, or encrypted
  });
  return out;
}

Result<ParquetChunk> chunk_of(const ReadChunk& read, const ParquetLeaf& leaf, uint64_t rows, uint64_t pages_end) {
  const bool known_codec = read.codec == 0 || read.codec == 1 || read.codec == 6;
  if (read.elsewhere || !known_codec || read.type != static_cast<int64_t>(leaf.type) || read.path.size() != 1 || read.path[0] != leaf.name) return other_form();
  if (read.values < 0 || static_cast<uint64_t>(read.values) != rows || read.data_page < 4 || read.bytes <= 0 || read.bytes_plain < 0) return other_form();
  ParquetChunk out{.codec = static_cast<ParquetCodec>(read.codec), .values = rows};
  out.bytes = static_cast<uint64_t>(read.bytes);
  out.bytes_plain = static_cast<uint64_t>(read.bytes_plain);
  out.data_page = static_cast<uint64_t>(read.data_page);
  uint64_t begin = out.data_page;
  if (read.dictionary_page >= 4 && read.dictionary_page < read.data_page) begin = *(out.dictionary_page = static_cast<uint64_t>(read.dictionary_page));
  if (out.bytes > kParquetChunkBytesMax || out.bytes_plain > kParquetChunkBytesMax || begin > pages_end || out.bytes > pages_end - begin) return other_form();
  return out;
}

struct ReadGroup {
  int64_t rows = -1;
  std::vector<ReadChunk> chunks{};
};

ReadGroup read_group(CompactReader& in, size_t& chunks) {
  ReadGroup out;
  auto one = [&] {
    out.chunks.push_back(read_chunk(in));
    if (++chunks > kChunksMax) in.fail();
  };
  in.structure([&](int32_t id, ThriftType type) {
    if (id == 1) in.list(type, ThriftType::structure, one);
    if (id == 3) out.rows = in.integer(type);
  });
  return out;
}

Result<std::vector<ParquetLeaf>> leaves_of(const std::vector<SchemaElement>& schema) {
  if (schema.size() < 2 || schema.size() - 1 > kTableColumnsMax || schema[0].type || schema[0].children != static_cast<int32_t>(schema.size() - 1)) return other_form();
  std::vector<ParquetLeaf> out;
  std::set<std::string> names;  // the engine takes names that differ in case for the same
  for (size_t i = 1; i < schema.size(); i++) {
    out.push_back(TRY(leaf_of(schema[i])));
    std::string name = out.back().name;
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!names.insert(std::move(name)).second) return other_form();
  }
  return out;
}

void write_logical(CompactWriter& out, const ParquetLeaf& leaf) {
  out.begin_structure(10);
  out.begin_structure(leaf.logical);
  if (leaf.logical == kExact) out.i32(1, leaf.scale), out.i32(2, leaf.precision);
  if (leaf.logical == kMoment) {
    out.truth(1, leaf.utc);
    out.begin_structure(2);
    out.begin_structure(leaf.unit);
    out.end();
    out.end();
  }
  if (leaf.logical == kWhole) out.byte(1, static_cast<int8_t>(leaf.bits)), out.truth(2, leaf.is_signed);
  out.end();
  out.end();
}

void write_leaf(CompactWriter& out, const ParquetLeaf& leaf) {
  out.begin_element();
  out.i32(1, static_cast<int32_t>(leaf.type));
  if (leaf.type == ParquetType::fixed_bytes) out.i32(2, leaf.width);
  out.i32(3, leaf.optional ? kOptional : kRequired);
  out.binary(4, leaf.name);
  if (leaf.converted) out.i32(6, *leaf.converted);
  if (leaf.kind == ParquetKind::decimal) out.i32(7, leaf.scale), out.i32(8, leaf.precision);
  if (leaf.logical != kNone) write_logical(out, leaf);
  out.end();
}

void write_chunk(CompactWriter& out, const ParquetLeaf& leaf, const ParquetChunk& chunk) {
  out.begin_element();
  out.i64(2, 0);
  out.begin_structure(3);
  out.i32(1, static_cast<int32_t>(leaf.type));
  out.begin_list(2, ThriftType::i32, chunk.encodings.size());
  for (ParquetEncoding e : chunk.encodings) out.element(static_cast<int32_t>(e));
  out.begin_list(3, ThriftType::binary, 1);
  out.element(std::string_view(leaf.name));
  out.i32(4, static_cast<int32_t>(chunk.codec));
  out.i64(5, static_cast<int64_t>(chunk.values));
  out.i64(6, static_cast<int64_t>(chunk.bytes_plain));
  out.i64(7, static_cast<int64_t>(chunk.bytes));
  out.i64(9, static_cast<int64_t>(chunk.data_page));
  if (chunk.dictionary_page) out.i64(11, static_cast<int64_t>(*chunk.dictionary_page));
  out.begin_structure(12);
  out.i64(3, static_cast<int64_t>(chunk.nulls));
  out.end();
  out.end();
  out.end();
}

}  // namespace

ParquetLeaf text_leaf(std::string name) {
  ParquetLeaf out;
  out.name = std::move(name);
  out.converted = kUtf8;
  out.logical = kString;
  return out;
}

Result<ParquetMeta> read_parquet_meta(std::string_view footer, uint64_t file_bytes) {
  CompactReader in(footer);
  std::vector<SchemaElement> schema;
  std::vector<ReadGroup> groups;
  int64_t rows = -1;
  bool encrypted = false;
  size_t chunks = 0;
  auto element = [&] {
    schema.push_back(read_element(in));
    if (schema.size() > kTableColumnsMax + 1) in.fail();
  };
  auto group = [&] {
    groups.push_back(read_group(in, chunks));
    if (groups.size() > kChunksMax) in.fail();
  };
  in.structure([&](int32_t id, ThriftType type) {
    if (id == 2) in.list(type, ThriftType::structure, element);
    if (id == 3) rows = in.integer(type);
    if (id == 4) in.list(type, ThriftType::structure, group);
    if (id == 8 || id == 9) encrypted = true;
  });
  if (!in.ok() || encrypted) return other_form();
  ParquetMeta out{.leaves = TRY(leaves_of(schema))};
  uint64_t rows_seen = 0;
  for (const ReadGroup& read : groups) {
    if (read.rows <= 0 || static_cast<uint64_t>(read.rows) > kGroupRowsMax || read.chunks.size() != out.leaves.size()) return other_form();
    ParquetGroup made{.rows = static_cast<uint64_t>(read.rows)};
    for (size_t c = 0; c < read.chunks.size(); c++) made.chunks.push_back(TRY(chunk_of(read.chunks[c], out.leaves[c], made.rows, file_bytes)));
    rows_seen += made.rows;
    out.groups.push_back(std::move(made));
  }
  if (rows < 0 || rows_seen != static_cast<uint64_t>(rows)) return other_form();
  return out;
}

std::string write_parquet_meta(const ParquetMeta& meta) {
  CompactWriter out;
  int64_t rows = 0;
  for (const ParquetGroup& group : meta.groups) rows += static_cast<int64_t>(group.rows);
  out.i32(1, 1);
  out.begin_list(2, ThriftType::structure, meta.leaves.size() + 1);
  out.begin_element();
  out.binary(4, "schema");
  out.i32(5, static_cast<int32_t>(meta.leaves.size()));
  out.end();
  for (const ParquetLeaf& leaf : meta.leaves) write_leaf(out, leaf);
  out.i64(3, rows);
  out.begin_list(4, ThriftType::structure, meta.groups.size());
  for (const ParquetGroup& group : meta.groups) {
    int64_t bytes_plain = 0;
    for (const ParquetChunk& chunk : group.chunks) bytes_plain += static_cast<int64_t>(chunk.bytes_plain);
    out.begin_element();
    out.begin_list(1, ThriftType::structure, group.chunks.size());
    for (size_t c = 0; c < group.chunks.size(); c++) write_chunk(out, meta.leaves[c], group.chunks[c]);
    out.i64(2, bytes_plain);
    out.i64(3, static_cast<int64_t>(group.rows));
    out.end();
  }
  out.binary(6, "sluice");
  out.end();
  return std::move(out).finish();
}

Result<ParquetPage> read_parquet_page(std::string_view bytes, size_t& used) {
  CompactReader in(bytes);
  int64_t kind = -1, plain = -1, packed = -1, values = -1, encoding = -1, level_encoding = 3, nulls = 0, level_bytes = 0, repetition_bytes = 0;
  bool compressed = true;
  in.structure([&](int32_t id, ThriftType type) {
    if (id == 1) kind = in.integer(type);
    if (id == 2) plain = in.integer(type);
    if (id == 3) packed = in.integer(type);
    if ((id != 5 && id != 7 && id != 8) || type != ThriftType::structure) return;
    in.structure([&](int32_t inner, ThriftType t) {
      if (inner == 1) values = in.integer(t);
      if (id != 8 && inner == 2) encoding = in.integer(t);
      if (id == 5 && inner == 3) level_encoding = in.integer(t);
      if (id == 8 && inner == 2) nulls = in.integer(t);
      if (id == 8 && inner == 4) encoding = in.integer(t);
      if (id == 8 && inner == 5) level_bytes = in.integer(t);
      if (id == 8 && inner == 6) repetition_bytes = in.integer(t);
      if (id == 8 && inner == 7) compressed = CompactReader::truth(t);
    });
  });
  const bool known = (kind == 0 || kind == 2 || kind == 3) && (encoding == 0 || encoding == 2 || encoding == 8) && level_encoding == 3;
  auto fits = [](int64_t v) { return v >= 0 && static_cast<uint64_t>(v) <= kParquetChunkBytesMax; };
  if (!in.ok() || !known || !fits(plain) || !fits(packed) || !fits(values) || !fits(nulls) || !fits(level_bytes) || repetition_bytes != 0) return other_form();
  used = in.position();
  ParquetPage out{.kind = static_cast<ParquetPageKind>(kind), .bytes_plain = static_cast<uint32_t>(plain)};
  out.bytes = static_cast<uint32_t>(packed);
  out.values = static_cast<uint32_t>(values);
  out.encoding = static_cast<ParquetEncoding>(encoding);
  out.level_bytes = static_cast<uint32_t>(level_bytes);
  out.nulls = static_cast<uint32_t>(nulls);
  out.compressed = compressed;
  if (out.level_bytes > out.bytes || out.level_bytes > out.bytes_plain) return other_form();
  return out;
}

std::string write_parquet_page(const ParquetPage& page) {
  CompactWriter out;
  auto number = [&](int id, uint32_t v) { out.i32(id, static_cast<int32_t>(v)); };
  const auto encoding = static_cast<int32_t>(page.encoding), rle = static_cast<int32_t>(ParquetEncoding::rle);
  out.i32(1, static_cast<int32_t>(page.kind));
  number(2, page.bytes_plain);
  number(3, page.bytes);
  out.begin_structure(page.kind == ParquetPageKind::data ? 5 : page.kind == ParquetPageKind::dictionary ? 7 : 8);
  number(1, page.values);
  if (page.kind == ParquetPageKind::data) {
    out.i32(2, encoding);
    out.i32(3, rle);
    out.i32(4, rle);
  } else if (page.kind == ParquetPageKind::dictionary) {
    out.i32(2, encoding);
  } else {
    number(2, page.nulls);
    number(3, page.values);
    out.i32(4, encoding);
    number(5, page.level_bytes);
    number(6, 0);
    out.truth(7, page.compressed);
  }
  out.end();
  out.end();
  return std::move(out).finish();
}

}  // namespace sluice::table
