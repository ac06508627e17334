// The parts of a workbook around its sheet: which sheet, which texts, which styles are dates. Internal to this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collect/zip_archive.h"

namespace sluice::collect {

struct Workbook {
  std::string sheet_part;            // name in the archive
  bool epoch_1904 = false;
  std::vector<std::string> shared;   // shared strings
  std::vector<bool> date_style;      // by index into cellXfs
};
Result<Workbook> read_workbook(const ZipArchive& archive);

// SAX over one part, piece by piece. Handlers stop the parse by setting `fault`.
class XmlPart {
 public:
  using Attributes = const char* const*;  // name, value, name, value, null
  virtual ~XmlPart() = default;
  virtual void begin(std::string_view name, Attributes attributes) = 0;  // names without prefix
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view text) = 0;

  // Feeds one piece; `last` after the end. "xlsx.malformed" (detail: part), "xlsx.doctype", or the handlers' fault.
  Status feed(std::string_view piece, bool last);
  Status feed_all(ZipArchive::Reader& reader);

 protected:
  explicit XmlPart(std::string part);
  Status fault{};
  std::string part_;

 private:
  struct Parser;
  struct Closer {
    void operator()(Parser* p) const;
  };
  std::unique_ptr<Parser, Closer> parser_;
  friend struct XmlCallbacks;
};

std::string_view attribute(XmlPart::Attributes attributes, std::string_view name);  // empty when absent

// A number's text as plain decimal of at most 15 significant digits; false when it is no finite number of a sane size.
bool plain_number(std::string_view text, std::string& out);
// A serial day of a date cell; false when there is no such day.
bool date_of_serial(std::string_view text, bool epoch_1904, std::string& out);

}  // namespace sluice::collect
