#include "codec/csv.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/owned_fd.h"
#include "codec/csv_scan.h"
#include "codec/json.h"

namespace sluice {

namespace {

constexpr size_t kPadding = 64;

// Splits padded UTF-8 text into cells. Quoted fields are unescaped in place, so positions stay those of the text.
class Tokenizer {
 public:
  Tokenizer(std::vector<char>& text, size_t size, const CsvDialect& dialect, size_t columns, std::vector<CsvCell>& cells)
      : text_(text.data()), size_(size), delimiter_(dialect.delimiter), quote_(dialect.quote), columns_(columns), cells_(cells) {}

  // The reason of a fault, or empty. `fault_at` then says where, `rows` how many whole records came before it.
  std::string_view run();
  size_t rows = 0;
  size_t fault_at = 0;
  size_t columns() const { return columns_; }

 private:
  void seek(size_t at) {
    base_ = at & ~size_t{63};
    mask_ = load() & (~uint64_t{0} << (at & 63));
  }
  uint64_t load() const {
    return csv_scan::mask64(text_ + base_, delimiter_, '\n', quote_ == '\0' ? '\n' : quote_);
  }
  size_t next() {
    while (mask_ == 0) {
      base_ += 64;
      if (base_ >= size_) return size_;
      mask_ = load();
    }
    size_t at = base_ + static_cast<size_t>(__builtin_ctzll(mask_));
    mask_ &= mask_ - 1;
    return std::min(at, size_);
  }
  std::string_view quoted(size_t start, size_t& end);
  std::string_view end_record(size_t record_start, size_t end, size_t first_cell);

  char* text_;
  size_t size_;
  char delimiter_, quote_;
  size_t columns_;
  std::vector<CsvCell>& cells_;
  size_t base_ = 0;
  uint64_t mask_ = 0;
};

// The field whose opening quote is at `start`: pushes its cell; `end` is the delimiter, line end or end after it.
std::string_view Tokenizer::quoted(size_t start, size_t& end) {
  size_t from = start + 1, to = from;  // the text moves down over the doubled quotes
  size_t at = from;
  while (true) {
    const void* found = std::memchr(text_ + at, quote_, size_ - at);
    if (!found) {
      fault_at = start;
      return "csv.unterminated_quote";
    }
    size_t close = static_cast<size_t>(static_cast<const char*>(found) - text_);
    bool doubled = close + 1 < size_ && text_[close + 1] == quote_;
    size_t n = close - at + (doubled ? 1 : 0);
    if (to != at) std::memmove(text_ + to, text_ + at, n);
    to += n;
    at = close + (doubled ? 2 : 1);
    if (!doubled) break;
  }
  cells_.push_back({static_cast<uint32_t>(from), static_cast<uint32_t>(to - from)});
  end = at;
  if (end < size_ && text_[end] == '\r' && (end + 1 == size_ || text_[end + 1] == '\n')) end++;
  if (end < size_ && text_[end] != delimiter_ && text_[end] != '\n') {
    fault_at = at;
    return "csv.quote_misplaced";
  }
  seek(std::min(end + 1, size_));
  if (end + 1 >= size_) mask_ = 0, base_ = size_;
  return {};
}

std::string_view Tokenizer::end_record(size_t record_start, size_t end, size_t first_cell) {
  size_t n = cells_.size() - first_cell;
  fault_at = record_start;
  if (end - record_start > kCsvRecordBytesMax) return "csv.record_too_long";
  if (n == 1 && columns_ != 1 && cells_.back().size == 0) {
    cells_.pop_back();  // an empty line
    return {};
  }
  if (columns_ == 0) columns_ = n;
  if (n > kColumnsMax) return "csv.too_many_columns";
  if (n != columns_) return "csv.ragged";
  rows++;
  return {};
}

std::string_view Tokenizer::run() {
  if (size_ == 0) return {};
  seek(0);
  size_t start = 0, record_start = 0, first_cell = 0;
  while (true) {
    size_t end;
    if (quote_ != '\0' && start < size_ && text_[start] == quote_) {
      std::string_view reason = quoted(start, end);
      if (!reason.empty()) return reason;
    } else {
      end = next();
      while (end < size_ && text_[end] == quote_ && quote_ != '\0') end = next();
      size_t stop = end;
      if ((end == size_ || text_[end] == '\n') && stop > start && text_[stop - 1] == '\r') stop--;
      cells_.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(stop - start)});
    }
    if (cells_.back().size > kCsvFieldBytesMax) {
      fault_at = start;
      return "csv.field_too_long";
    }
    bool record_ends = end >= size_ || text_[end] == '\n';
    start = end + 1;
    if (!record_ends) continue;
    std::string_view reason = end_record(record_start, end, first_cell);
    if (!reason.empty()) return reason;
    first_cell = cells_.size();
    record_start = start;
    if (start >= size_) return {};
  }
}

// The fault of a byte that is no text, with the records before it counted.
CsvFault encoding_fault(std::vector<char>& text, size_t at, std::string_view reason, uint64_t offset, const CsvDialect& dialect) {
  std::vector<CsvCell> cells;
  std::vector<char> prefix(text.begin(), text.begin() + static_cast<ptrdiff_t>(at));
  prefix.resize(at + kPadding);
  size_t line = 0;
  for (size_t i = at; i > 0 && line == 0; i--)
    if (prefix[i - 1] == '\n') line = i;
  Tokenizer tokens(prefix, line, dialect, 0, cells);
  (void)tokens.run();
  return {reason, tokens.rows, offset};
}

constexpr std::string_view kDelimiters = ",;\t|";
constexpr size_t kDelimiterSearchBytes = 64u << 10;

std::optional<CsvFault> take_utf8(RawCsvBlock& raw, const CsvDialect& dialect, CsvBlock& out) {
  size_t multibyte, size = raw.bytes.size();
  size_t good = csv_scan::utf8_prefix(raw.bytes.data(), size, multibyte);
  if (good < size) {
    std::string_view reason = raw.bytes[good] == '\0' ? "csv.nul_byte" : multibyte >= 4 ? "csv.mixed_encoding" : "csv.bad_encoding";
    return encoding_fault(raw.bytes, good, reason, raw.offset + good, dialect);
  }
  out.non_ascii = multibyte > 0;
  std::swap(out.text, raw.bytes);
  return std::nullopt;
}

std::optional<CsvFault> take_gb18030(RawCsvBlock& raw, const CsvDialect& dialect, CsvBlock& out) {
  std::string_view bytes(raw.bytes.data(), raw.bytes.size());
  size_t ascii = csv_scan::ascii_prefix(bytes.data(), bytes.size());
  out.non_ascii = ascii < bytes.size();
  if (!out.non_ascii) {
    std::swap(out.text, raw.bytes);
    return std::nullopt;
  }
  size_t nul = bytes.find('\0');
  if (nul != std::string_view::npos) return encoding_fault(raw.bytes, nul, "csv.nul_byte", raw.offset + nul, dialect);
  auto text = gb18030_to_utf8(bytes);
  if (text) {
    out.text.assign(text->begin(), text->end());
    return std::nullopt;
  }
  // iconv says where it stopped.
  size_t at = 0;
  for (char c : text.error().detail)
    if (c >= '0' && c <= '9') at = at * 10 + static_cast<size_t>(c - '0');
  size_t multibyte;
  bool looks_utf8 = csv_scan::utf8_prefix(bytes.data(), bytes.size(), multibyte) == bytes.size() && multibyte > 0;
  return encoding_fault(raw.bytes, at, looks_utf8 ? "csv.mixed_encoding" : "csv.bad_encoding", raw.offset + at, dialect);
}

}  // namespace

char find_delimiter(std::string_view head) {
  std::array<size_t, kDelimiters.size()> header{}, record{}, alike{};
  bool quoted = false, in_header = true;
  for (size_t at = 0; at <= head.size() && at < kDelimiterSearchBytes; at++) {
    const char c = at < head.size() ? head[at] : '\n';
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (size_t i = kDelimiters.find(c); i != std::string_view::npos) record[i]++;
    if (c != '\n') continue;
    if (in_header) {
      header = record;
      auto most = std::max_element(header.begin(), header.end());
      if (*most == 0 || std::count(header.begin(), header.end(), *most) == 1) break;
    } else {
      for (size_t i = 0; i < record.size(); i++) alike[i] += record[i] == header[i];
    }
    in_header = false;
    record = {};
  }
  if (in_header) header = record;
  size_t best = 0;
  for (size_t i = 1; i < header.size(); i++)
    if (header[i] > header[best] || (header[i] == header[best] && header[i] > 0 && alike[i] > alike[best])) best = i;
  return kDelimiters[best];
}

char find_hierarchy_delimiter(std::string_view head) {
  const bool whole = head.size() < kDelimiterSearchBytes;
  head = head.substr(0, kDelimiterSearchBytes);
  std::optional<size_t> levels;
  size_t semicolons = 0;
  bool quoted = false, begun = false;
  for (size_t at = 0; at <= head.size(); at++) {
    if (at == head.size() && (!whole || !begun)) break;
    const char c = at < head.size() ? head[at] : '\n';
    if (c == '"') quoted = !quoted;
    if (quoted && at < head.size()) continue;
    semicolons += c == ';';
    if (c != '\n') {
      begun = begun || c != '\r';
      continue;
    }
    if (begun && semicolons != levels.value_or(semicolons)) return find_delimiter(head);
    if (begun) levels = semicolons;
    semicolons = 0;
    begun = false;
  }
  return levels.value_or(0) > 0 ? ';' : find_delimiter(head);
}

static Result<std::string> head_of_file(const std::string& path) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return tl::unexpected(last_os_error(errno == ENOENT ? "file.not_found" : "file.unreadable"));
  std::string head(kDelimiterSearchBytes, '\0');
  ssize_t n = ::read(fd.get(), head.data(), head.size());
  if (n < 0) return tl::unexpected(last_os_error("file.unreadable"));
  head.resize(static_cast<size_t>(n));
  return head;
}

Result<char> find_delimiter_of_file(const std::string& path) { return find_delimiter(TRY(head_of_file(path))); }
Result<char> find_hierarchy_delimiter_of_file(const std::string& path) { return find_hierarchy_delimiter(TRY(head_of_file(path))); }

Error CsvFault::error(uint64_t records_before) const {
  return Error{Errc::invalid, reason,
               "record " + std::to_string(records_before + record + 1) + ", byte " + std::to_string(offset)};
}

std::optional<CsvFault> parse_csv_block(RawCsvBlock& raw, const CsvDialect& dialect, size_t columns, CsvBlock& out) {
  bool gb = raw.encoding == Encoding::gb18030;
  out.cells.clear();
  out.rows = 0;
  auto fault = gb ? take_gb18030(raw, dialect, out) : take_utf8(raw, dialect, out);
  if (fault) return fault;
  size_t size = out.text.size();
  out.text.resize(size + kPadding);
  std::memset(out.text.data() + size, 0, kPadding);
  Tokenizer tokens(out.text, size, dialect, columns, out.cells);
  std::string_view reason = tokens.run();
  out.columns = tokens.columns();
  out.rows = tokens.rows;
  if (reason.empty()) return std::nullopt;
  uint64_t at = tokens.fault_at;
  if (gb && out.non_ascii)
    if (auto before = utf8_to_gb18030({out.text.data(), at})) at = before->size();
  return CsvFault{reason, tokens.rows, raw.offset + at};
}

Result<CsvReader> CsvReader::open(ByteSource& source, const CsvDialect& dialect, size_t block_bytes) {
  CsvReader reader(source, dialect, block_bytes);
  while (reader.columns_ == 0) {
    bool more = TRY(reader.splitter_.next(reader.raw_));
    if (!more) return fail(Errc::invalid, "csv.empty");
    if (auto fault = parse_csv_block(reader.raw_, dialect, 0, reader.block_)) return tl::unexpected(fault->error(0));
    if (reader.block_.rows > 0) reader.columns_ = reader.block_.columns;
  }
  if (dialect.header) {
    for (size_t c = 0; c < reader.columns_; c++) reader.header_.emplace_back(reader.block_.cell(0, c));
    reader.records_ = 1;
    auto& cells = reader.block_.cells;
    cells.erase(cells.begin(), cells.begin() + static_cast<ptrdiff_t>(reader.columns_));
    reader.block_.rows--;
  }
  reader.pending_ = true;
  return reader;
}

Result<const CsvBlock*> CsvReader::next() {
  while (true) {
    if (pending_) {
      pending_ = false;
    } else {
      bool non_ascii = block_.non_ascii;
      bool more = TRY(splitter_.next(raw_));
      if (!more) return nullptr;
      if (auto fault = parse_csv_block(raw_, dialect_, columns_, block_)) {
        if (non_ascii && fault->reason == "csv.bad_encoding") fault->reason = "csv.mixed_encoding";
        return tl::unexpected(fault->error(records_));
      }
    }
    records_ += block_.rows;
    if (block_.rows > 0) return &block_;
  }
}

void CsvWriter::field(std::string_view text) {
  if (fields_ == 0)
    record_start_ = out_.size();
  else
    out_ += delimiter_;
  fields_++;
  bool guard = guard_ == FormulaGuard::prefix_quote && !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  bool quote = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  for (char c : text) quote |= c == delimiter_ || c == '"' || c == '\n' || c == '\r';
  if (!quote) {
    if (guard) out_ += '\'';
    out_.append(text);
    return;
  }
  out_ += '"';
  if (guard) out_ += '\'';
  for (char c : text) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
}

void CsvWriter::end_record() {
  if (fields_ == 1 && out_.size() == record_start_) out_ += "\"\"";
  out_ += '\n';
  fields_ = 0;
}

void CsvWriter::record(std::span<const std::string_view> fields) {
  for (std::string_view f : fields) field(f);
  end_record();
}

}  // namespace sluice
