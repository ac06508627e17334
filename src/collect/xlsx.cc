#include "collect/xlsx.h"

#include <algorithm>
#include <charconv>
#include <deque>

#include "collect/xlsx_parts.h"

namespace sluice::collect {

namespace {

// Rows of a sheet as they are parsed; finished rows wait in `rows`.
class SheetPart final : public XmlPart {
 public:
  explicit SheetPart(const Workbook& book) : XmlPart("sheet"), book_(book) {}

  struct Row {
    uint64_t number = 0;
    std::vector<std::string> cells;
  };
  std::deque<Row> rows;

  void begin(std::string_view name, Attributes a) override {
    if (name == "row") return begin_row(a);
    if (name == "c") return begin_cell(a);
    if (name == "rPh") phonetic_ = true;
    in_value_ = in_cell_ && (name == "v" || (name == "t" && !phonetic_));
  }
  void end(std::string_view name) override {
    in_value_ = false;
    if (name == "rPh") phonetic_ = false;
    if (name == "c" && in_cell_) end_cell();
    if (name == "row") end_row();
  }
  void text(std::string_view s) override {
    if (!in_value_) return;
    if (value_.size() + s.size() > XlsxLimits::kCellBytesMax) return too_large();
    value_ += s;
  }

 private:
  void too_large() { fault = fail(Errc::exhausted, "xlsx.too_large", at_row()); }
  void too_many(const char* of, size_t most) { fault = fail(Errc::exhausted, "xlsx.too_large", std::string(of) + " > " + std::to_string(most)); }
  void bad_cell() { fault = fail(Errc::invalid, "xlsx.bad_cell", at_row()); }
  std::string at_row() const { return "row " + std::to_string(row_.number); }

  void begin_row(Attributes a) {
    std::string_view r = attribute(a, "r");
    uint64_t number = last_row_ + 1;
    if (!r.empty()) std::from_chars(r.data(), r.data() + r.size(), number);
    row_ = Row{number, {}};
    if (number > XlsxLimits::kRowsMax) return too_many("rows", XlsxLimits::kRowsMax);
    if (number <= last_row_) fault = fail(Errc::invalid, "xlsx.malformed", "row order");
    last_row_ = number;
    row_bytes_ = 0;
  }
  void begin_cell(Attributes a) {
    in_cell_ = true;
    value_.clear();
    type_ = attribute(a, "t");
    std::string_view style = attribute(a, "s");
    style_ = 0;
    std::from_chars(style.data(), style.data() + style.size(), style_);
    column_ = row_.cells.size();
    if (std::string_view r = attribute(a, "r"); !r.empty()) column_ = column_of(r);
    if (column_ >= XlsxLimits::kColumnsMax) return too_many("columns", XlsxLimits::kColumnsMax);
    if (column_ < row_.cells.size()) bad_cell();
  }
  static size_t column_of(std::string_view reference) {
    size_t column = 0, letters = 0;
    while (letters < reference.size() && letters < 4 && reference[letters] >= 'A' && reference[letters] <= 'Z')
      column = column * 26 + static_cast<size_t>(reference[letters++] - 'A' + 1);
    return letters == 0 || letters > 3 ? XlsxLimits::kColumnsMax : column - 1;
  }
  void end_cell() {
    in_cell_ = false;
    std::string cell;
    if (!cell_text(cell)) return bad_cell();
    if (cell.empty()) return;
    row_bytes_ += cell.size();
    if (row_bytes_ > 4 * XlsxLimits::kCellBytesMax) return too_large();
    row_.cells.resize(column_ + 1);
    row_.cells[column_] = std::move(cell);
  }
  bool cell_text(std::string& out) {
    if (value_.empty()) return true;
    if (type_ == "s") {
      size_t index = 0;
      auto [end, error] = std::from_chars(value_.data(), value_.data() + value_.size(), index);
      if (error != std::errc() || end != value_.data() + value_.size() || index >= book_.shared.size()) return false;
      out = book_.shared[index];
    } else if (type_ == "b") {
      out = value_ == "1" || value_ == "true" ? "true" : "false";
    } else if (type_.empty() || type_ == "n") {
      bool date = style_ < book_.date_style.size() && book_.date_style[style_];
      if (!(date && date_of_serial(value_, book_.epoch_1904, out)) && !plain_number(value_, out)) return false;
    } else {
      out = value_;  // inlineStr, str, d, e
    }
    return out.find('\0') == std::string::npos;
  }
  void end_row() {
    if (!row_.cells.empty()) rows.push_back(std::move(row_));
    row_ = {};
  }

  const Workbook& book_;
  Row row_;
  std::string value_, type_;
  size_t column_ = 0, style_ = 0, row_bytes_ = 0;
  uint64_t last_row_ = 0;
  bool in_cell_ = false, in_value_ = false, phonetic_ = false;
};

class XlsxRows final : public BlockSource {
 public:
  XlsxRows(std::string bytes, ZipArchive archive, Workbook book, ZipArchive::Reader reader)
      : bytes_(std::move(bytes)), archive_(std::move(archive)), book_(std::move(book)), reader_(std::move(reader)), sheet_(book_) {}

  const std::vector<std::string>& header() const override { return header_; }

  Status read_header() {
    TRY(until_rows(1));
    if (sheet_.rows.empty()) return fail(Errc::invalid, "xlsx.empty");
    header_ = std::move(sheet_.rows.front().cells);
    sheet_.rows.pop_front();
    for (const std::string& name : header_)
      if (name.empty()) return fail(Errc::invalid, "xlsx.no_header");
    return {};
  }

  Result<bool> next(CsvBlock& out) override {
    BlockBuilder builder(out);
    out.columns = header_.size();
    while (!builder.full()) {
      TRY(until_rows(1));
      if (sheet_.rows.empty()) break;
      const SheetPart::Row& row = sheet_.rows.front();
      if (row.cells.size() > header_.size()) return fail(Errc::invalid, "xlsx.ragged", "row " + std::to_string(row.number));
      for (size_t c = 0; c < header_.size(); c++) builder.cell(c < row.cells.size() ? std::string_view(row.cells[c]) : std::string_view());
      builder.end_row();
      sheet_.rows.pop_front();
    }
    return out.rows > 0;
  }

 private:
  Status until_rows(size_t n) {
    while (sheet_.rows.size() < n && !at_end_) {
      std::string_view piece = TRY(reader_.next());
      at_end_ = piece.empty();
      TRY(sheet_.feed(piece, at_end_));
    }
    return {};
  }

  std::string bytes_;
  ZipArchive archive_;
  Workbook book_;
  ZipArchive::Reader reader_;
  SheetPart sheet_;
  std::vector<std::string> header_;
  bool at_end_ = false;
};

Result<std::string> read_all(ByteSource& bytes) {
  std::string out;
  while (true) {
    size_t had = out.size();
    out.resize(had + (1u << 20));
    auto got = bytes.read({out.data() + had, out.size() - had});
    out.resize(had + (got ? *got : 0));
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return out;
    if (out.size() > XlsxLimits::kFileMax) return fail(Errc::exhausted, "xlsx.too_large", "file");
  }
}

}  // namespace

Result<std::unique_ptr<BlockSource>> xlsx_rows(ByteSource& bytes) {
  // The archive and its readers look into the file's bytes, which stay where they are: a string this long is never moved.
  auto file = std::make_unique<std::string>(TRY(read_all(bytes)));
  auto archive = TRY(ZipArchive::open(*file));
  Workbook book = TRY(read_workbook(archive));
  auto reader = TRY(archive.read(*archive.find(book.sheet_part)));
  auto rows = std::make_unique<XlsxRows>(std::move(*file), std::move(archive), std::move(book), std::move(reader));
  TRY(rows->read_header());
  return std::unique_ptr<BlockSource>(std::move(rows));
}

}  // namespace sluice::collect
