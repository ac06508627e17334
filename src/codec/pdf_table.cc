#include "codec/pdf_table.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "codec/truetype.h"

namespace sluice {

namespace {

constexpr double kPageWidth = 842, kPageHeight = 595, kMargin = 28, kBody = 6.5, kTitle = 13, kPad = 2.5;
constexpr double kLine = kBody * 1.35;
constexpr size_t kLinesMax = 12;  // of one cell; what is longer ends with …
constexpr const char* kFonts[] = {"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
                                  "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "/usr/share/fonts/truetype/arphic/uming.ttc",
                                  "/usr/share/fonts/truetype/arphic/ukai.ttc"};

Result<TrueType> open_font(const std::string& chosen) {
  std::error_code error;
  std::string path = chosen;
  for (const char* candidate : kFonts)
    if (path.empty() && std::filesystem::exists(candidate, error)) path = candidate;
  if (path.empty()) return fail(Errc::not_found, "pdf.no_font", "fonts-wqy-microhei");
  return TrueType::parse(TRY(read_text_file(path, size_t{64} << 20)));
}

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (size_t i = 0; i < text.size();) {
    auto b = static_cast<uint8_t>(text[i]);
    size_t n = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
    char32_t c = n == 1 ? b : b & (0xff >> (n + 1));
    for (size_t k = 1; k < n && i + k < text.size(); k++) c = c << 6 | (static_cast<uint8_t>(text[i + k]) & 0x3f);
    out += c < 0x20 ? U' ' : c;
    i += n;
  }
  return out;
}

std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", v);
  return text;
}
std::string hex4(uint32_t v) {
  char text[16];
  std::snprintf(text, sizeof text, "%04X", v & 0xffff);
  return text;
}

class Printer {
 public:
  Printer(const PdfTable& table, const TrueType& font) : table_(table), font_(font) {
    double shares = 0, x = kMargin;
    for (const auto& c : table.columns) shares += c.share;
    for (const auto& c : table.columns) {
      x_.push_back(x);
      x += (kPageWidth - 2 * kMargin) * c.share / shares;
    }
    x_.push_back(x);
  }

  void lay_out() {
    begin_page();
    for (size_t r = 0; r < table_.rows.size(); r++) {
      auto cells = wrapped(table_.rows[r]);
      double height = height_of(cells);
      if (y_ - height < kMargin + kLine * 2 && rows_on_page_ > 0) {
        end_page(r);
        begin_page();
      }
      draw_row(cells, height, false);
      rows_on_page_++;
    }
    end_page(table_.rows.size());
  }

  Result<std::string> finish() {
    for (size_t p = 0; p < pages_.size(); p++)
      text(pages_[p], kMargin, kMargin - 6, kBody, code_points(footers_[p] + "　第 " + std::to_string(p + 1) + "/" + std::to_string(pages_.size()) + " 页"));
    return assembled();
  }

 private:
  using Cells = std::vector<std::vector<std::u32string>>;

  double width(char32_t c, double size) { return size * font_.width_of(glyph(c)) / font_.units_per_em(); }
  uint16_t glyph(char32_t c) {
    uint16_t g = font_.glyph_of(c);
    if (g == 0) g = font_.glyph_of(U'?');
    used_.emplace(g, c);
    return g;
  }

  std::vector<std::u32string> wrap(std::string_view cell, double room) {
    std::vector<std::u32string> lines(1);
    double at = 0;
    for (char32_t c : code_points(cell)) {
      double w = width(c, kBody);
      if (at + w > room && !lines.back().empty()) {
        if (lines.size() == kLinesMax) {
          lines.back().back() = U'…';
          (void)glyph(U'…');
          break;
        }
        lines.emplace_back();
        at = 0;
      }
      lines.back() += c;
      at += w;
    }
    return lines;
  }
  Cells wrapped(const std::vector<std::string>& row) {
    Cells out;
    for (size_t c = 0; c < table_.columns.size(); c++)
      out.push_back(wrap(c < row.size() ? std::string_view(row[c]) : std::string_view(), x_[c + 1] - x_[c] - 2 * kPad));
    return out;
  }
  static double height_of(const Cells& cells) {
    size_t lines = 1;
    for (const auto& c : cells) lines = std::max(lines, c.size());
    return static_cast<double>(lines) * kLine + 2 * kPad;
  }

  void text(std::string& page, double x, double y, double size, const std::u32string& what) {
    page += "BT /F1 " + number(size) + " Tf " + number(x) + " " + number(y) + " Td <";
    for (char32_t c : what) page += "{" + hex4(glyph(c)) + "}";  // old numbers; renumbered at the end
    page += "> Tj ET\n";
  }

  void begin_page() {
    pages_.emplace_back();
    std::string& page = pages_.back();
    y_ = kPageHeight - kMargin;
    if (pages_.size() == 1) {
      text(page, kMargin, y_ - kTitle, kTitle, code_points(table_.title));
      text(page, kMargin, y_ - kTitle - 2 * kLine + 4, kBody, code_points(table_.subtitle));
      y_ -= kTitle + 2 * kLine + 4;
    }
    std::vector<std::string> titles;
    for (const auto& c : table_.columns) titles.push_back(c.title);
    auto cells = wrapped(titles);
    draw_row(cells, height_of(cells), true);
    rows_on_page_ = 0;
  }
  void draw_row(const Cells& cells, double height, bool head) {
    std::string& page = pages_.back();
    if (head) page += "0.90 g " + number(x_.front()) + " " + number(y_ - height) + " " + number(x_.back() - x_.front()) + " " + number(height) + " re f 0 g\n";
    page += "0.4 w 0.6 G\n";
    for (size_t c = 0; c < cells.size(); c++) {
      page += number(x_[c]) + " " + number(y_ - height) + " " + number(x_[c + 1] - x_[c]) + " " + number(height) + " re S\n";
      for (size_t l = 0; l < cells[c].size(); l++)
        if (!cells[c][l].empty()) text(page, x_[c] + kPad, y_ - kPad - kLine * static_cast<double>(l + 1) + kLine * 0.28, kBody, cells[c][l]);
    }
    y_ -= height;
  }
  void end_page(size_t next_row) {
    size_t from = next_row - rows_on_page_ + (rows_on_page_ ? 1 : 0);
    footers_.push_back("第 " + std::to_string(from) + "–" + std::to_string(next_row) + " 行，共 " + std::to_string(table_.rows.size()) + " 行");
  }

  // Glyph numbers in braces become those of the embedded font.
  static std::string renumbered(const std::string& page, const std::map<uint16_t, uint16_t>& numbers) {
    std::string out;
    out.reserve(page.size());
    for (size_t i = 0; i < page.size(); i++) {
      if (page[i] != '{') {
        out += page[i];
        continue;
      }
      auto old = static_cast<uint16_t>(std::stoul(page.substr(i + 1, 4), nullptr, 16));
      auto it = numbers.find(old);
      out += hex4(it == numbers.end() ? 0 : it->second);
      i += 5;
    }
    return out;
  }

  std::string widths_of(const std::vector<uint16_t>& glyphs) const {
    std::string out = "[0 [";
    for (uint16_t g : glyphs) out += std::to_string(font_.width_of(g) * 1000 / font_.units_per_em()) + " ";
    return out + "]]";
  }
  std::string unicode_map(const std::map<uint16_t, uint16_t>& numbers) const {
    std::string out = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Sluice-UCS def /CMapType 2 def\n"
                      "1 begincodespacerange <0000> <FFFF> endcodespacerange\n";
    std::vector<std::string> lines;
    for (const auto& [glyph, c] : used_) {
      uint32_t code = c;
      std::string to = code < 0x10000 ? hex4(code) : hex4(0xd800 + ((code - 0x10000) >> 10)) + hex4(0xdc00 + ((code - 0x10000) & 0x3ff));
      if (auto it = numbers.find(glyph); it != numbers.end()) lines.push_back("<" + hex4(it->second) + "> <" + to + ">\n");
    }
    for (size_t at = 0; at < lines.size(); at += 100) {
      size_t n = std::min<size_t>(100, lines.size() - at);
      out += std::to_string(n) + " beginbfchar\n";
      for (size_t i = 0; i < n; i++) out += lines[at + i];
      out += "endbfchar\n";
    }
    return out + "endcmap CMapName currentdict /CMap defineresource pop end end";
  }

  Result<std::string> assembled() {
    std::vector<uint16_t> glyphs{0};
    for (const auto& [g, c] : used_)
      if (g != 0) glyphs.push_back(g);
    std::map<uint16_t, uint16_t> numbers;
    std::string file = TRY(font_.subset(glyphs, numbers));
    auto scaled = [&](int v) { return std::to_string(v * 1000 / font_.units_per_em()); };
    std::vector<std::string> objects(7);
    std::string kids;
    for (size_t p = 0; p < pages_.size(); p++) kids += std::to_string(8 + 2 * p) + " 0 R ";
    objects[0] = "<</Type/Catalog/Pages 2 0 R/Lang(zh-CN)>>";
    objects[1] = "<</Type/Pages/Count " + std::to_string(pages_.size()) + "/Kids[" + kids + "]/MediaBox[0 0 842 595]>>";
    objects[2] = "<</Type/Font/Subtype/Type0/BaseFont/SLUICE+Chinese/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 7 0 R>>";
    objects[3] = "<</Type/Font/Subtype/CIDFontType2/BaseFont/SLUICE+Chinese/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
                 "/FontDescriptor 5 0 R/CIDToGIDMap/Identity/DW 1000/W " + widths_of(glyphs) + ">>";
    objects[4] = "<</Type/FontDescriptor/FontName/SLUICE+Chinese/Flags 4/FontBBox[0 " + scaled(font_.descent()) + " 1000 " + scaled(font_.ascent()) +
                 "]/ItalicAngle 0/Ascent " + scaled(font_.ascent()) + "/Descent " + scaled(font_.descent()) + "/CapHeight 700/StemV 80/FontFile2 6 0 R>>";
    objects[5] = "<</Length " + std::to_string(file.size()) + "/Length1 " + std::to_string(file.size()) + ">>stream\n" + file + "\nendstream";
    std::string map = unicode_map(numbers);
    objects[6] = "<</Length " + std::to_string(map.size()) + ">>stream\n" + map + "\nendstream";
    for (size_t p = 0; p < pages_.size(); p++) {
      std::string content = renumbered(pages_[p], numbers);
      objects.push_back("<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents " + std::to_string(9 + 2 * p) + " 0 R>>");
      objects.push_back("<</Length " + std::to_string(content.size()) + ">>stream\n" + content + "\nendstream");
    }
    std::string out = "%PDF-1.7\n%\xe6\x95\xb0\xe9\x97\xb8\n";
    std::string table = "xref\n0 " + std::to_string(objects.size() + 1) + "\n0000000000 65535 f \n";
    for (size_t i = 0; i < objects.size(); i++) {
      char entry[32];
      std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", out.size());
      table += entry;
      out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    size_t at = out.size();
    return out + table + "trailer <</Size " + std::to_string(objects.size() + 1) + "/Root 1 0 R>>\nstartxref\n" + std::to_string(at) + "\n%%EOF\n";
  }

  const PdfTable& table_;
  const TrueType& font_;
  std::vector<double> x_;
  double y_ = 0;
  size_t rows_on_page_ = 0;
  std::vector<std::string> pages_, footers_;
  std::map<uint16_t, char32_t> used_;
};

}  // namespace

Result<std::string> write_pdf(const PdfTable& table, const std::string& font_path) {
  if (table.columns.empty()) return fail(Errc::usage, "pdf.no_columns");
  TrueType font = TRY(open_font(font_path));
  Printer printer(table, font);
  printer.lay_out();
  return printer.finish();
}

}  // namespace sluice
