#include "deident/cell_encoding.h"

#include "codec/csv.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

std::optional<std::string_view> decoded_cell(std::string_view cell, TextEncoding encoding, std::string& memory) {
  if (encoding == TextEncoding::utf8 || all_ascii(cell)) return cell;
  auto text = gb18030_to_utf8(cell);
  if (!text) return std::nullopt;
  memory = *std::move(text);
  return memory;
}

bool append_encoded(std::string_view utf8, TextEncoding encoding, std::string& out) {
  if (encoding == TextEncoding::utf8 || all_ascii(utf8)) {
    out.append(utf8);
    return true;
  }
  auto text = utf8_to_gb18030(utf8);
  if (text) out.append(*text);
  return text.has_value();
}

DecodedCells::DecodedCells(std::span<const CellInput> cells) {
  inputs_.reserve(cells.size());
  is_text_.reserve(cells.size());
  for (const CellInput& c : cells) {
    bool is_text = true;
    std::string_view cell = decoded(c.cell, is_text), beside = decoded(c.beside, is_text);
    inputs_.push_back({cell, beside, c.row, c.times});
    is_text_.push_back(is_text);
  }
}

std::string_view DecodedCells::decoded(std::string_view cell, bool& is_text) {
  if (all_ascii(cell)) return cell;
  auto text = decoded_cell(cell, TextEncoding::gb18030, memory_.emplace_back());
  is_text = is_text && text.has_value();
  return text.value_or(std::string_view());
}

}  // namespace sluice::deident
