// CSV and TSV: reading any size in bounded memory, in blocks that can be parsed in parallel, and writing (RFC 4180).
//
// Grammar: records end with LF or CRLF; a field that begins with the quote runs to its closing quote, and may hold
// delimiters, line ends and doubled quotes; a quote inside a field that did not begin with one is data. The last record
// may lack its line end. Empty lines are skipped (but for files of one column). Every record has the same number of
// fields.
//
// Encodings: UTF-8 with or without BOM, GB18030 (GBK, GB2312). `automatic` decides by the first block: valid UTF-8 is
// UTF-8, else GB18030. Text given out is always valid UTF-8 without NUL.
//
// Errors name record (1-based, header included) and byte offset in the file, never a value: "csv.ragged",
// "csv.unterminated_quote", "csv.quote_misplaced" (text after a closing quote), "csv.nul_byte", "csv.bad_encoding",
// "csv.mixed_encoding" (valid so far with several non-ASCII characters, then not), "csv.record_too_long",
// "csv.field_too_long", "csv.too_many_columns", "csv.no_header", "csv.empty", "csv.bad_dialect".
//
// Threads: a CsvSplitter and a CsvReader belong to one thread; parse_csv_block is pure, so blocks can be parsed by many.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace sluice {

enum class Encoding { automatic, utf8, gb18030 };
constexpr std::array<std::string_view, 3> enum_names(Encoding) { return {"auto", "utf-8", "gb18030"}; }

struct CsvDialect {
  char delimiter = ',';
  char quote = '"';  // '\0': nothing is quoted
  bool header = true;
  Encoding encoding = Encoding::automatic;
};

// Where bytes come from. read() gives 0 at the end; "file.unreadable" on an I/O error.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual Result<size_t> read(std::span<char> into) = 0;
};
// Does not own the descriptor or the memory.
std::unique_ptr<ByteSource> bytes_of_fd(int fd);
std::unique_ptr<ByteSource> bytes_of_memory(std::string_view memory);

// The separator of a text's first record, among comma, semicolon, tab and bar, whichever occurs most outside quotes; where some occur alike,
// the one that most of the next records have as often too; a comma when none occurs. By the first 64 KiB. Of a file: "file.not_found", "file.unreadable".
char find_delimiter(std::string_view head);
Result<char> find_delimiter_of_file(const std::string& path);
// The separator of a hierarchy in ARX's form, which has no header and as many levels in each line: a semicolon wherever each whole line of the
// head has as many of them, at least one, since labels such as [20, 40[ hold commas; else as above.
char find_hierarchy_delimiter(std::string_view head);
Result<char> find_hierarchy_delimiter_of_file(const std::string& path);

// Whole records as they lie in the file.
struct RawCsvBlock {
  std::vector<char> bytes;
  uint64_t offset = 0;        // of the first byte in the file
  Encoding encoding = Encoding::utf8;
};

struct CsvCell {
  uint32_t at = 0;    // into CsvBlock::text
  uint32_t size = 0;
};

// Parsed records: `cells` row by row, all rows of `columns` cells. Text is UTF-8, quotes taken off.
struct CsvBlock {
  std::vector<char> text;
  std::vector<CsvCell> cells;
  size_t columns = 0;
  size_t rows = 0;
  bool non_ascii = false;

  std::string_view cell(size_t row, size_t column) const {
    const CsvCell& c = cells[row * columns + column];
    return {text.data() + c.at, c.size};
  }
};

// What went wrong inside a block, before it is known how many records preceded it.
struct CsvFault {
  std::string_view reason;
  size_t record = 0;   // 0-based in the block
  uint64_t offset = 0; // in the file
  Error error(uint64_t records_before) const;
};

// Parses one block. `columns` 0 takes the number from the first record. Reuses the memory of `out`.
std::optional<CsvFault> parse_csv_block(RawCsvBlock& raw, const CsvDialect& dialect, size_t columns, CsvBlock& out);

// Cuts a stream into blocks at record ends. Memory: about twice block_bytes, or one record of kCsvRecordBytesMax.
class CsvSplitter {
 public:
  CsvSplitter(ByteSource& source, const CsvDialect& dialect, size_t block_bytes = 1u << 20);
  // Fills `out` (its memory is reused); false at the end of the stream.
  Result<bool> next(RawCsvBlock& out);
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  Status fill();
  std::optional<size_t> record_end();
  Status start();

  ByteSource& source_;
  CsvDialect dialect_;
  size_t block_bytes_;
  std::vector<char> buffer_;
  size_t filled_ = 0;
  size_t scanned_ = 0;      // quote state is known up to here
  bool in_quotes_ = false;
  bool at_end_ = false;
  bool started_ = false;
  std::optional<size_t> last_end_;  // one past the last line end outside quotes
  uint64_t offset_ = 0;     // of buffer_[0] in the file
  uint64_t bytes_read_ = 0;
};

// The simple way: header, then rows one block at a time, on one thread.
class CsvReader {
 public:
  // Reads the header when the dialect has one ("csv.empty" without any record, "csv.no_header").
  static Result<CsvReader> open(ByteSource& source, const CsvDialect& dialect, size_t block_bytes = 1u << 20);
  const std::vector<std::string>& header() const { return header_; }  // empty when there is none
  size_t columns() const { return columns_; }
  // The next block that has rows; nothing at the end. The block stays valid until the next call.
  Result<const CsvBlock*> next();
  uint64_t rows_read() const { return records_; }

 private:
  CsvReader(ByteSource& source, const CsvDialect& dialect, size_t block_bytes) : splitter_(source, dialect, block_bytes), dialect_(dialect) {}
  CsvSplitter splitter_;
  CsvDialect dialect_;
  std::vector<std::string> header_;
  size_t columns_ = 0;
  uint64_t records_ = 0;
  RawCsvBlock raw_;
  CsvBlock block_;
  bool pending_ = false;
};

// What spreadsheets do with a cell that begins with = + - @ tab or CR: `prefix_quote` writes an apostrophe before it.
enum class FormulaGuard { none, prefix_quote };

// Appends records to a string; quotes a field only where it must be (delimiter, quote, CR, LF, leading or trailing
// space, and the empty field of a one-column file).
class CsvWriter {
 public:
  explicit CsvWriter(std::string& out, char delimiter = ',', FormulaGuard guard = FormulaGuard::none)
      : out_(out), delimiter_(delimiter), guard_(guard) {}
  void field(std::string_view text);
  void end_record();  // writes LF
  void record(std::span<const std::string_view> fields);

 private:
  std::string& out_;
  char delimiter_;
  FormulaGuard guard_;
  size_t fields_ = 0;
  size_t record_start_ = 0;
};

// Text in another encoding: "csv.bad_encoding" when it is not valid there (detail: byte offset).
Result<std::string> gb18030_to_utf8(std::string_view text);
Result<std::string> utf8_to_gb18030(std::string_view text);

}  // namespace sluice
