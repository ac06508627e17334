#include "codec/xlsx_write.h"

#include <zlib.h>

#include "codec/json.h"

namespace sluice {

namespace {

constexpr size_t kCellBytesMax = 32'767;

void put_little(std::string& out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) out += static_cast<char>(value >> (8 * i) & 0xff);
}

// A ZIP archive (APPNOTE 4.3) of stored members, all dated 1980-01-01 so that equal rows give equal bytes.
class StoredZip {
 public:
  void add(std::string_view name, std::string_view content) {
    auto crc = static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())));
    size_t offset = out_.size();
    put_little(out_, 0x04034b50, 4);
    header(out_, name, content, crc);
    out_ += name;
    out_ += content;
    put_little(directory_, 0x02014b50, 4);
    put_little(directory_, 20, 2);
    header(directory_, name, content, crc);
    put_little(directory_, 0, 2 + 2 + 2 + 4);  // comment, disk, attributes
    put_little(directory_, offset, 4);
    directory_ += name;
    members_++;
  }
  std::string finish() {
    size_t offset = out_.size();
    out_ += directory_;
    put_little(out_, 0x06054b50, 4);
    put_little(out_, 0, 4);
    put_little(out_, members_, 2);
    put_little(out_, members_, 2);
    put_little(out_, directory_.size(), 4);
    put_little(out_, offset, 4);
    put_little(out_, 0, 2);
    return std::move(out_);
  }

 private:
  static void header(std::string& out, std::string_view name, std::string_view content, uint32_t crc) {
    put_little(out, 20, 2);
    put_little(out, 0x0800, 2);  // names are UTF-8
    put_little(out, 0, 2);       // stored
    put_little(out, 0x00210000, 4);
    put_little(out, crc, 4);
    put_little(out, content.size(), 4);
    put_little(out, content.size(), 4);
    put_little(out, name.size(), 2);
    put_little(out, 0, 2);
  }
  std::string out_, directory_;
  uint64_t members_ = 0;
};

void put_text(std::string& out, std::string_view text) {
  text = text.substr(0, kCellBytesMax);
  while (!text.empty() && !is_utf8(text)) text.remove_suffix(1);
  for (char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (static_cast<uint8_t>(c) >= 0x20 || c == '\n' || c == '\t') {
      out += c;
    }
  }
}

bool is_integer(std::string_view text) {
  if (text.empty() || text.size() > 15 || (text.size() > 1 && text[0] == '0')) return false;
  for (char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}

std::string sheet_of(const std::vector<std::vector<std::string>>& rows) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
      "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
      "<sheetData>";
  for (size_t r = 0; r < rows.size(); r++) {
    out += "<row r=\"" + std::to_string(r + 1) + "\">";
    for (const auto& cell : rows[r]) {
      if (r > 0 && is_integer(cell)) {
        out += "<c><v>" + cell + "</v></c>";
        continue;
      }
      out += r == 0 ? "<c t=\"inlineStr\" s=\"1\"><is><t xml:space=\"preserve\">" : "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">";
      put_text(out, cell);
      out += "</t></is></c>";
    }
    out += "</row>";
  }
  return out + "</sheetData></worksheet>";
}

}  // namespace

Result<std::string> write_xlsx(std::string_view sheet_name, const std::vector<std::vector<std::string>>& rows) {
  if (rows.size() > kXlsxRowsMax) return fail(Errc::invalid, "xlsx.too_many_rows");
  const std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
  const std::string package = "http://schemas.openxmlformats.org/package/2006/";
  const std::string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const std::string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const std::string type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
  std::string name;
  put_text(name, sheet_name.substr(0, 31));
  StoredZip zip;
  zip.add("[Content_Types].xml", xml + "<Types xmlns=\"" + package + "content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"" + type + "sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" + type + "worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"" + type + "styles+xml\"/></Types>");
  zip.add("_rels/.rels", xml + "<Relationships xmlns=\"" + package + "relationships\"><Relationship Id=\"rId1\" Type=\"" + office + "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
  zip.add("xl/workbook.xml", xml + "<workbook xmlns=\"" + main + "\" xmlns:r=\"" + office + "\"><sheets><sheet name=\"" + name + "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
  zip.add("xl/_rels/workbook.xml.rels", xml + "<Relationships xmlns=\"" + package + "relationships\"><Relationship Id=\"rId1\" Type=\"" + office + "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" + office + "/styles\" Target=\"styles.xml\"/></Relationships>");
  zip.add("xl/styles.xml", xml + "<styleSheet xmlns=\"" + main + "\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"2\"><xf/><xf fontId=\"1\" applyFont=\"1\"/></cellXfs></styleSheet>");
  zip.add("xl/worksheets/sheet1.xml", sheet_of(rows));
  return zip.finish();
}

}  // namespace sluice
