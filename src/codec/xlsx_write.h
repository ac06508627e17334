// A workbook of one sheet of texts and integers (Office Open XML), for people who want the list in Excel.
//
// Guarantees: deterministic bytes for the same rows; texts are inline strings, so that nothing is ever a formula; control
// characters that XML forbids are dropped, texts over 32,767 characters' worth of bytes are cut. The archive is stored, not
// compressed. Bounds: kXlsxRowsMax rows ("xlsx.too_many_rows"), 16,384 columns. The first row is a frozen, bold header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice {

constexpr size_t kXlsxRowsMax = 1'048'576;

// `rows` begin with the header; rows may be shorter than it.
Result<std::string> write_xlsx(std::string_view sheet_name, const std::vector<std::vector<std::string>>& rows);

}  // namespace sluice
