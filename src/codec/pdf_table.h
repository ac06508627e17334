// A table printed as PDF 1.7: landscape A4, Chinese text with its font embedded (only the glyphs that occur), the header on every
// page and "rows X to Y of N" below it. Same input, same bytes. Source: ISO 32000-1, 9.7 (composite fonts), 9.10 (ToUnicode).
//
// The font is found at run time: `font_path`, else the first that is there of Debian's Chinese TrueType fonts. None:
// "pdf.no_font"; a file that is no such font: "font.broken", "font.no_outlines".
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace sluice {

struct PdfColumn {
  std::string title;
  double share = 1;  // of the width, relative to the other columns
};
struct PdfTable {
  std::string title, subtitle;
  std::vector<PdfColumn> columns;
  std::vector<std::vector<std::string>> rows;
};

Result<std::string> write_pdf(const PdfTable& table, const std::string& font_path = {});

}  // namespace sluice
