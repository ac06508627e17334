// Text as a search for identifiers wants it: full-width digits, letters and the signs that stand inside numbers and addresses of mail
// (－ ．＿ ＠ ＋) in their ASCII forms (what NFKC makes of them), everything else as it was. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deident {

struct PlainText {
  std::string text{};
  std::vector<size_t> at{};  // byte of `text`, and its end → byte of the text as written
};

// Whether the text has a full-width digit, dash, full stop or slash (U+FF0D to U+FF19), or a full-width @.
bool has_wide_digits(std::string_view utf8);
void plain_of(std::string_view utf8, PlainText& out);

}  // namespace sluice::deident
