// Cells of a file in GB18030 as techniques see them: in UTF-8, so that one value has one pseudonym whatever the file that held it; and
// their answers on the way back. Bytes below 0x80 mean the same in both, so that such cells are not copied. Pure; any thread.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deident/kernels.h"
#include "deident/technique.h"

namespace sluice::deident {

// The cell in UTF-8: itself where it is, else in `memory`; nothing where it is no GB18030.
std::optional<std::string_view> decoded_cell(std::string_view cell, TextEncoding encoding, std::string& memory);
// Appends text in UTF-8 as `encoding` has it; false where it is no UTF-8.
bool append_encoded(std::string_view utf8, TextEncoding encoding, std::string& out);

// Cells of a column of such a file; those that are no GB18030 are empty there.
class DecodedCells {
 public:
  explicit DecodedCells(std::span<const CellInput> cells);
  std::span<const CellInput> inputs() const { return inputs_; }
  bool is_text(size_t i) const { return is_text_[i]; }

 private:
  std::string_view decoded(std::string_view cell, bool& is_text);
  std::vector<CellInput> inputs_;
  std::vector<bool> is_text_;
  std::deque<std::string> memory_;
};

}  // namespace sluice::deident
