#include "collect/xlsx_parts.h"

#include <expat.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/clock.h"
#include "collect/xlsx.h"

namespace sluice::collect {

namespace {

std::string_view local_name(const char* name) {
  std::string_view out(name);
  size_t colon = out.rfind(':');
  return colon == out.npos ? out : out.substr(colon + 1);
}

}  // namespace

struct XmlPart::Parser {
  XML_Parser xml;
};
void XmlPart::Closer::operator()(Parser* p) const {
  XML_ParserFree(p->xml);
  delete p;
}

struct XmlCallbacks {
  static void begin(void* self, const char* name, const char** attributes) {
    auto* part = static_cast<XmlPart*>(self);
    if (part->fault) part->begin(local_name(name), attributes);
    stop_on_fault(part);
  }
  static void end(void* self, const char* name) {
    auto* part = static_cast<XmlPart*>(self);
    if (part->fault) part->end(local_name(name));
    stop_on_fault(part);
  }
  static void text(void* self, const char* s, int n) {
    auto* part = static_cast<XmlPart*>(self);
    if (part->fault) part->text({s, static_cast<size_t>(n)});
    stop_on_fault(part);
  }
  static void doctype(void* self, const char*, const char*, const char*, int) {
    auto* part = static_cast<XmlPart*>(self);
    part->fault = fail(Errc::refused, "xlsx.doctype", part->part_);
    stop_on_fault(part);
  }
  static void stop_on_fault(XmlPart* part) {
    if (!part->fault) XML_StopParser(part->parser_->xml, XML_FALSE);
  }
};

XmlPart::XmlPart(std::string part) : part_(std::move(part)), parser_(new Parser{XML_ParserCreate("UTF-8")}) {
  XML_Parser xml = parser_->xml;
  XML_SetUserData(xml, this);
  XML_SetElementHandler(xml, XmlCallbacks::begin, XmlCallbacks::end);
  XML_SetCharacterDataHandler(xml, XmlCallbacks::text);
  XML_SetStartDoctypeDeclHandler(xml, XmlCallbacks::doctype);
}

Status XmlPart::feed(std::string_view piece, bool last) {
  if (!fault) return fault;
  bool ok = XML_Parse(parser_->xml, piece.data(), static_cast<int>(piece.size()), last) == XML_STATUS_OK;
  if (!fault) return fault;
  if (!ok) return fail(Errc::invalid, "xlsx.malformed", part_);
  return {};
}

Status XmlPart::feed_all(ZipArchive::Reader& reader) {
  while (true) {
    std::string_view piece = TRY(reader.next());
    TRY(feed(piece, piece.empty()));
    if (piece.empty()) return {};
  }
}

std::string_view attribute(XmlPart::Attributes attributes, std::string_view name) {
  for (size_t i = 0; attributes[i]; i += 2)
    if (local_name(attributes[i]) == name) return attributes[i + 1];
  return {};
}

namespace {

Status read_part(const ZipArchive& archive, const std::string& name, XmlPart& into) {
  const ZipEntry* entry = archive.find(name);
  if (!entry) return fail(Errc::invalid, "xlsx.malformed", name.substr(0, 100));
  auto reader = TRY(archive.read(*entry));
  return into.feed_all(reader);
}

class BookPart final : public XmlPart {
 public:
  BookPart() : XmlPart("xl/workbook.xml") {}
  void begin(std::string_view name, Attributes a) override {
    if (name == "workbookPr") epoch_1904 = attribute(a, "date1904") == "1" || attribute(a, "date1904") == "true";
    if (name != "sheet" || !relation.empty()) return;
    std::string_view state = attribute(a, "state");
    if (!state.empty() && state != "visible") return;
    for (size_t i = 0; a[i]; i += 2)
      if (std::string_view(a[i]).ends_with(":id")) relation = a[i + 1];
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
  std::string relation;
  bool epoch_1904 = false;
};

class RelationsPart final : public XmlPart {
 public:
  explicit RelationsPart(std::string wanted) : XmlPart("xl/_rels/workbook.xml.rels"), wanted_(std::move(wanted)) {}
  void begin(std::string_view name, Attributes a) override {
    if (name != "Relationship" || attribute(a, "Id") != wanted_) return;
    target = attribute(a, "Target");
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
  std::string target;

 private:
  std::string wanted_;
};

// <si> holds <t>, or runs <r><t>; phonetic readings <rPh> are left out.
class SharedPart final : public XmlPart {
 public:
  explicit SharedPart(std::vector<std::string>& out) : XmlPart("xl/sharedStrings.xml"), out_(out) {}
  void begin(std::string_view name, Attributes) override {
    if (name == "si") out_.emplace_back();
    if (name == "rPh") phonetic_ = true;
    in_text_ = name == "t" && !phonetic_ && !out_.empty();
  }
  void end(std::string_view name) override {
    if (name == "rPh") phonetic_ = false;
    in_text_ = false;
  }
  void text(std::string_view s) override {
    if (!in_text_) return;
    bytes_ += s.size();
    if (bytes_ > XlsxLimits::kSharedTextMax || out_.back().size() + s.size() > XlsxLimits::kCellBytesMax) {
      fault = fail(Errc::exhausted, "xlsx.too_large", part_);
      return;
    }
    out_.back() += s;
  }

 private:
  std::vector<std::string>& out_;
  size_t bytes_ = 0;
  bool in_text_ = false, phonetic_ = false;
};

// ECMA-376 §18.8.30: the built-in formats that show dates or times, East Asian ones among them.
bool builtin_date(int id) { return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58); }

// A format code that has date letters outside quotes, brackets and escapes.
bool custom_date(std::string_view code) {
  bool quoted = false, bracketed = false;
  for (size_t i = 0; i < code.size(); i++) {
    char c = code[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\\' || c == '_' || c == '*') {
      i++;
      continue;
    }
    if (c == '[') bracketed = true;
    if (c == ']') bracketed = false;
    if (bracketed) continue;
    if (c == ';') return false;
    if (std::string_view("ymdhsYMDHS").find(c) != std::string_view::npos) return true;
  }
  return false;
}

class StylesPart final : public XmlPart {
 public:
  explicit StylesPart(std::vector<bool>& out) : XmlPart("xl/styles.xml"), out_(out) {}
  void begin(std::string_view name, Attributes a) override {
    if (name == "numFmt") custom_[std::string(attribute(a, "numFmtId"))] = custom_date(attribute(a, "formatCode"));
    if (name == "cellXfs") in_cells_ = true;
    if (name != "xf" || !in_cells_) return;
    std::string id(attribute(a, "numFmtId"));
    auto known = custom_.find(id);
    int number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    out_.push_back(known != custom_.end() ? known->second : builtin_date(number));
  }
  void end(std::string_view name) override {
    if (name == "cellXfs") in_cells_ = false;
  }
  void text(std::string_view) override {}

 private:
  std::vector<bool>& out_;
  std::map<std::string, bool> custom_;
  bool in_cells_ = false;
};

}  // namespace

Result<Workbook> read_workbook(const ZipArchive& archive) {
  BookPart book;
  TRY(read_part(archive, "xl/workbook.xml", book));
  if (book.relation.empty()) return fail(Errc::invalid, "xlsx.no_sheet");
  RelationsPart relations(book.relation);
  TRY(read_part(archive, "xl/_rels/workbook.xml.rels", relations));
  if (relations.target.empty()) return fail(Errc::invalid, "xlsx.no_sheet");
  Workbook out;
  out.epoch_1904 = book.epoch_1904;
  out.sheet_part = relations.target.starts_with('/') ? relations.target.substr(1) : "xl/" + relations.target;
  if (!archive.find(out.sheet_part)) return fail(Errc::invalid, "xlsx.no_sheet");
  if (archive.find("xl/sharedStrings.xml")) {
    SharedPart shared(out.shared);
    TRY(read_part(archive, "xl/sharedStrings.xml", shared));
  }
  if (archive.find("xl/styles.xml")) {
    StylesPart styles(out.date_style);
    TRY(read_part(archive, "xl/styles.xml", styles));
  }
  return out;
}

bool plain_number(std::string_view text, std::string& out) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || std::fabs(value) >= 1e18) return false;
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.14e", value);  // 15 significant digits, to be set out plainly
  std::string digits;
  bool negative = buffer[0] == '-';
  const char* p = buffer + negative;
  for (; *p && *p != 'e'; p++)
    if (*p != '.') digits += *p;
  int exponent = std::atoi(p + 1);
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  out.clear();
  if (digits == "0") return out = "0", true;
  if (exponent < -30) return out = "0", true;
  if (negative) out += '-';
  if (exponent < 0) {
    out += "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  } else if (digits.size() <= static_cast<size_t>(exponent) + 1) {
    out += digits + std::string(static_cast<size_t>(exponent) + 1 - digits.size(), '0');
  } else {
    out += digits.substr(0, static_cast<size_t>(exponent) + 1) + "." + digits.substr(static_cast<size_t>(exponent) + 1);
  }
  return true;
}

bool date_of_serial(std::string_view text, bool epoch_1904, std::string& out) {
  double serial = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), serial);
  if (error != std::errc() || end != text.data() + text.size() || !(serial >= 0) || serial >= 2958466) return false;
  auto day = static_cast<int64_t>(serial);
  auto seconds = static_cast<int64_t>(std::llround((serial - static_cast<double>(day)) * 86400));
  if (seconds == 86400) day++, seconds = 0;
  // The 1900 system counts a 29 February that never was: day 60 is no day, and days before it are one further.
  if (!epoch_1904 && (day == 60 || day == 0)) return false;
  int64_t unix_day = epoch_1904 ? day - 24107 : day - 25569 + (day < 60 ? 1 : 0);
  CivilDate date = civil_from_days(unix_day);
  char buffer[48];
  int n = std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", static_cast<int>(date.year), static_cast<int>(date.month), static_cast<int>(date.day));
  if (seconds != 0)
    std::snprintf(buffer + n, sizeof buffer - static_cast<size_t>(n), "T%02d:%02d:%02d", static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60));
  out = buffer;
  return true;
}

}  // namespace sluice::collect
