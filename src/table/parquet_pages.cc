#include "table/parquet_pages.h"

#include <algorithm>

#include "table/page_codec.h"
#include "table/text_check.h"

namespace sluice::table {

namespace {

tl::unexpected<Error> other_pages() { return fail(Errc::invalid, "table.wrong_shape"); }

class ChunkParser {
 public:
  ChunkParser(std::string_view bytes, const ParquetLeaf& leaf, const ParquetChunk& chunk, Codes codes) : bytes_(bytes), leaf_(leaf), chunk_(chunk), codes_(codes) {}

  Result<ChunkCells> run() {
    for (size_t at = 0; at < bytes_.size();) {
      size_t used = 0;
      padding_ = Padding::zero;
      const ParquetPage header = TRY(read_parquet_page(bytes_.substr(at), used));
      at += used;
      if (header.bytes > bytes_.size() - at || (plain_ += header.bytes_plain) > kParquetChunkBytesMax) return other_pages();
      ChunkPage page{header, bytes_.substr(at, header.bytes)};
      at += header.bytes;
      TRY(header.kind == ParquetPageKind::dictionary ? dictionary(page) : data(page));
      out_.pages.push_back(page);
    }
    if (out_.rows != chunk_.values) return other_pages();
    return std::move(out_);
  }

 private:
  Result<std::string_view> unpack(std::string_view packed, size_t bytes_plain) {
    if (chunk_.codec == ParquetCodec::none) return packed.size() == bytes_plain ? Result<std::string_view>(packed) : other_pages();
    out_.memory.push_back(std::make_unique_for_overwrite<char[]>(bytes_plain));
    char* to = out_.memory.back().get();
    TRY(unpack_page(chunk_.codec, packed, to, bytes_plain));
    return std::string_view(to, bytes_plain);
  }

  Status dictionary(const ChunkPage& page) {
    if (!out_.pages.empty() || page.header.encoding == ParquetEncoding::rle_dictionary || leaf_.type == ParquetType::boolean) return other_pages();
    TRY(plain_values(TRY(unpack(page.body, page.header.bytes_plain)), page.header.values));
    out_.entries = page.header.values;
    out_.used.assign(out_.entries, 0);
    return {};
  }

  // Levels and values of a data page, apart.
  struct Parts {
    std::string_view levels{}, values{};
  };
  Result<Parts> parts_of(const ChunkPage& page) {
    const ParquetPage& header = page.header;
    if (header.kind == ParquetPageKind::data_2) {
      const std::string_view rest = page.body.substr(header.level_bytes);
      const size_t plain = header.bytes_plain - header.level_bytes;
      if (plain == 0 && rest.empty()) return Parts{page.body, {}};
      if (!header.compressed && rest.size() != plain) return other_pages();
      return Parts{page.body.substr(0, header.level_bytes), header.compressed ? TRY(unpack(rest, plain)) : rest};
    }
    const std::string_view whole = TRY(unpack(page.body, header.bytes_plain));
    if (!leaf_.optional) return Parts{{}, whole};
    if (whole.size() < 4 || load_le32(whole.data()) > whole.size() - 4) return other_pages();
    const size_t n = load_le32(whole.data());
    return Parts{whole.substr(4, n), whole.substr(4 + n)};
  }

  // How many cells of the page have a value; levels_ holds which, unless all have.
  Result<size_t> read_levels(std::string_view levels, size_t rows) {
    levels_.clear();
    if (!leaf_.optional) return levels.empty() ? Result<size_t>(rows) : other_pages();
    if (is_run_of_ones(levels, rows)) return rows;
    levels_.resize(rows);
    note(TRY(unpack_hybrid(levels, 1, rows, levels_.data())));
    return static_cast<size_t>(std::count(levels_.begin(), levels_.end(), 1u));
  }

  Status data(ChunkPage& page) {
    const size_t rows = page.header.values;
    if (rows > chunk_.values - out_.rows) return other_pages();
    const Parts parts = TRY(parts_of(page));
    const size_t present = TRY(read_levels(parts.levels, rows));
    if (page.header.kind == ParquetPageKind::data_2 && page.header.nulls != rows - present) return other_pages();
    page_codes_.clear();
    if (page.header.encoding == ParquetEncoding::plain) {
      const auto first = static_cast<uint32_t>(out_.texts.size());
      TRY(plain_values(parts.values, present));
      if (codes_ == Codes::wanted)
        for (size_t i = 0; i < present; i++) page_codes_.push_back(first + static_cast<uint32_t>(i));
    } else {
      TRY(dictionary_values(parts.values, present));
    }
    out_.rows += rows;
    out_.nulls += rows - present;
    if (codes_ == Codes::wanted) {
      spread_codes(rows);
    } else if (padding_ == Padding::leftovers) {
      return make_anew(page, parts.values);
    }
    return {};
  }
  void note(Padding padding) {
    if (padding == Padding::leftovers) padding_ = padding;
  }

  // The page from its levels and values alone.
  Status make_anew(ChunkPage& page, std::string_view old_values) {
    ParquetPage& header = page.header;
    const bool second = header.kind == ParquetPageKind::data_2;
    std::string levels, values(old_values);
    if (leaf_.optional) pack_hybrid(levels_.empty() ? std::vector<uint32_t>(header.values, 1) : levels_, 1, levels);
    if (header.encoding != ParquetEncoding::plain && !values.empty()) {
      values.resize(1);
      pack_hybrid(page_codes_, static_cast<uint8_t>(values[0]), values);
    }
    std::string plain;
    if (leaf_.optional && !second) put_le32(plain, static_cast<uint32_t>(levels.size()));
    if (!second) plain += levels;
    plain += values;
    std::string& body = out_.made.emplace_back(second ? levels : std::string());
    TRY(pack_page(second && !header.compressed ? ParquetCodec::none : chunk_.codec, plain, body));
    if (second) header.level_bytes = static_cast<uint32_t>(levels.size());
    header.bytes_plain = static_cast<uint32_t>(plain.size()) + header.level_bytes;
    header.bytes = static_cast<uint32_t>(body.size());
    page.body = body;
    return {};
  }

  Status plain_values(std::string_view plain, size_t n) {
    if (leaf_.type == ParquetType::boolean) return truths(plain, n);
    if (leaf_.type != ParquetType::bytes) {
      if (plain.size() != n * static_cast<size_t>(leaf_.width)) return other_pages();
      out_.numbers.push_back(plain);
      return {};
    }
    if (n > plain.size() / 4) return other_pages();
    out_.texts.reserve(out_.texts.size() + n);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
      if (plain.size() - at < 4) return other_pages();
      const size_t length = load_le32(plain.data() + at);
      at += 4;
      if (length > plain.size() - at) return other_pages();
      out_.texts.push_back(plain.substr(at, length));
      if (!text_is_utf8(out_.texts.back())) return other_pages();
      at += length;
    }
    return at == plain.size() ? Status() : other_pages();
  }

  static Status truths(std::string_view bits, size_t n) {
    const bool fits = bits.size() == (n + 7) / 8 && (n % 8 == 0 || static_cast<uint8_t>(bits.back()) >> n % 8 == 0);
    return fits ? Status() : other_pages();
  }

  Status dictionary_values(std::string_view packed, size_t n) {
    if (out_.entries == 0 && n > 0) return other_pages();
    if (packed.empty()) return n == 0 ? Status() : other_pages();
    page_codes_.resize(n);
    note(TRY(unpack_hybrid(packed.substr(1), static_cast<uint8_t>(packed[0]), n, page_codes_.data())));
    for (uint32_t code : page_codes_) {
      if (code >= out_.entries) return other_pages();
      out_.used[code]++;
    }
    return {};
  }

  void spread_codes(size_t rows) {
    if (levels_.empty()) {
      out_.codes.insert(out_.codes.end(), page_codes_.begin(), page_codes_.end());
      return;
    }
    size_t next = 0;
    for (size_t i = 0; i < rows; i++) out_.codes.push_back(levels_[i] ? page_codes_[next++] : kNullCode);
  }

  const std::string_view bytes_;
  const ParquetLeaf& leaf_;
  const ParquetChunk& chunk_;
  const Codes codes_;
  uint64_t plain_ = 0;
  Padding padding_ = Padding::zero;  // of the page that is read
  std::vector<uint32_t> levels_, page_codes_;
  ChunkCells out_;
};

}  // namespace

bool ChunkCells::all_used() const {
  return std::all_of(used.begin(), used.end(), [](uint64_t n) { return n > 0; });
}

Result<ChunkCells> read_chunk_cells(std::string_view bytes, const ParquetLeaf& leaf, const ParquetChunk& chunk, Codes codes) {
  return ChunkParser(bytes, leaf, chunk, codes).run();
}

}  // namespace sluice::table
