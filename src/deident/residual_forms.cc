#include "deident/residual_forms.h"

namespace sluice::deident {

bool is_card_shaped(std::string_view run) {
  bool issuer = run.starts_with("62") || run.starts_with("60") || run.starts_with("35") || run[0] == '4' || (run[0] == '5' && run[1] >= '1' && run[1] <= '5');
  return issuer && !zeros(run.substr(6, run.size() - 7));
}

bool in_random_token(std::string_view cell, size_t from, size_t to) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto part = [&](size_t at) { return is_digit(cell[at]) || letter(cell[at]) || cell[at] == '-'; };
  while (from > 0 && part(from - 1)) from--;
  while (to < cell.size() && part(to)) to++;
  size_t letters = 0, signs = 0, dashes = 0, dash_at[4] = {};
  for (size_t at = from; at < to; at++) {
    const char low = static_cast<char>(cell[at] | 0x20);
    if (cell[at] == '-') {
      if (dashes == 4) return false;
      dash_at[dashes++] = at - from;
      continue;
    }
    if (letter(cell[at]) && low > 'f') return false;
    letters += letter(cell[at]);
    signs++;
  }
  if (letters < 2) return false;
  if (dashes == 4) return signs == 32 && dash_at[0] == 8 && dash_at[1] == 13 && dash_at[2] == 18 && dash_at[3] == 23;
  return dashes == 0 && signs >= 16 && signs % 8 == 0;
}

size_t parting(std::string_view cell, size_t at) {
  if (at >= cell.size()) return 0;
  size_t n = 0;
  if (cell[at] == '-' || cell[at] == '.' || cell[at] == '/') n = 1;
  while (n < 3 && cell[at] == ' ' && at + n < cell.size() && cell[at + n] == ' ') n++;
  return n > 0 && at + n < cell.size() && is_digit(cell[at + n]) ? n : 0;
}

void read_groups(std::string_view cell, size_t at, DigitGroups& out) {
  out.count = out.digits = 0;
  out.loose = false;
  while (out.count < out.lengths.size()) {
    size_t end = at;
    while (end < cell.size() && is_digit(cell[end])) end++;
    if (out.digits + end - at > 19) return;
    cell.copy(out.text.data() + out.digits, end - at, at);
    out.lengths[out.count] = end - at;
    out.ends[out.count++] = end;
    out.digits += end - at;
    const size_t apart = parting(cell, end);
    if (apart == 0) return;
    if (out.count == 1) out.loose = cell[end] == ' ' || cell[end] == '-';
    at = end + apart;
  }
}

size_t grouped_mobile_end(const DigitGroups& g) {
  if (g.digits < 11 || g.text[0] != '1' || g.text[1] < '3' || zeros(g.view().substr(3, 8))) return 0;
  if (g.count >= 3 && g.lengths[0] == 3 && g.lengths[1] == 4 && g.lengths[2] == 4) return g.ends[2];
  if (g.loose && g.count >= 2 && ((g.lengths[0] == 3 && g.lengths[1] == 8) || (g.lengths[0] == 7 && g.lengths[1] == 4))) return g.ends[1];
  return 0;
}

bool grouped_id(std::string_view cell, const DigitGroups& g, std::string& id, size_t& end) {
  size_t digits = 0;
  bool seen = g.lengths[0] >= 6;
  for (size_t i = 0; i < g.count; i++) {
    digits += g.lengths[i];
    seen = seen || (i > 0 && g.lengths[i] >= 4);
    end = g.ends[i];
    if (digits < 17 || i == 0) continue;
    if (!seen || digits > 18) return false;
    id.assign(g.view().substr(0, digits));
    if (digits == 18) return true;
    if (end >= cell.size() || (cell[end] != 'X' && cell[end] != 'x')) continue;
    id += 'X';
    end++;
    return true;
  }
  return false;
}

bool grouped_card(const DigitGroups& g) {
  if (g.count < 4 || (g.digits != 16 && g.digits != 19)) return false;
  for (size_t i = 0; i + 1 < g.count; i++)
    if (g.lengths[i] != 4) return false;
  return g.lengths[g.count - 1] <= 4 && is_card_shaped(g.view());
}

size_t landline_end(std::string_view cell, size_t& from, size_t to) {
  if ((to - from != 3 && to - from != 4) || cell[from] != '0' || cell[from + 1] == '0') return 0;
  if ((to - from == 3) != (cell[from + 1] <= '2')) return 0;  // 010 and 02x have three digits, all others four
  size_t at = to, start = from;
  if (start >= 1 && cell[start - 1] == '(' && at < cell.size() && cell[at] == ')') start--, at++;
  else if (start >= 3 && cell.substr(start - 3, 3) == "（" && cell.substr(at).starts_with("）")) start -= 3, at += 3;
  else if (at < cell.size() && cell[at] == '-') at++;
  else return 0;
  if (start > 0 && (is_digit(cell[start - 1]) || cell[start - 1] == '-' || cell[start - 1] == '.')) return 0;
  if (at < cell.size() && (cell[at] == '-' || cell[at] == ' ')) at++;
  size_t end = at;
  while (end < cell.size() && is_digit(cell[end])) end++;
  const size_t n = end - at;
  if ((n != 7 && n != 8) || cell[at] < '2' || cell[at] > '8') return 0;
  if (end < cell.size() && cell[end] == '-') {  // an extension is short, parts of a code are not
    size_t extension = end + 1;
    while (extension < cell.size() && is_digit(cell[extension])) extension++;
    if (extension - end > 6) return 0;
  }
  from = start;
  return end;
}

bool plate_about(std::string_view cell, size_t at, size_t& from, size_t& to) {
  size_t start = at, letters = 0;
  while (start > 0 && letters < 4 && ((cell[start - 1] >= 'A' && cell[start - 1] <= 'Z') || is_digit(cell[start - 1]))) start--, letters++;
  if (start >= 2 && cell.substr(start - 2, 2) == "·") {
    start -= 2;
    if (start == 0 || cell[start - 1] < 'A' || cell[start - 1] > 'Z') return false;
    start--;
  }
  if (start < 3 || start == at || cell[start] < 'A' || cell[start] > 'Z') return false;
  constexpr std::string_view regions = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
  const size_t place = regions.find(cell.substr(start - 3, 3));
  if (place == std::string_view::npos || place % 3 != 0) return false;
  size_t end = start + 1;
  if (cell.substr(end).starts_with("·")) end += 2;
  const size_t first = end;
  size_t digits = 0;
  while (end < cell.size() && ((cell[end] >= 'A' && cell[end] <= 'Z') || is_digit(cell[end]))) digits += is_digit(cell[end++]);
  from = start - 3;
  to = end;
  return (end - first == 5 || end - first == 6) && digits >= 3;
}

}  // namespace sluice::deident
