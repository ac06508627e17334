#include <algorithm>

#include "deident/kernels.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

namespace {

char luhn_check_digit(std::string_view number) {
  int sum = 0;
  bool twice = true;
  for (size_t i = number.size(); i-- > 0; twice = !twice) {
    int d = (number[i] - '0') * (twice ? 2 : 1);
    sum += d / 10 + d % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool masked_phone(std::string_view cell, std::string& out) {
  size_t front = cell.starts_with("+86") ? 3 : cell.size() == 13 && cell.starts_with("86") ? 2 : 0;
  std::string_view number = cell.substr(front);
  if (number.size() != 11 || !digits_only(number) || number[0] != '1' || number[1] < '3') return false;
  out.append(cell.substr(0, front + 3)).append(8, '0');
  return true;
}

bool masked_card(std::string_view cell, std::string& out) {
  if (cell.size() < 13 || cell.size() > 19 || !digits_only(cell) || luhn_check_digit(cell.substr(0, cell.size() - 1)) != cell.back()) return false;
  const size_t start = out.size();
  out.append(cell.substr(0, 6)).append(cell.size() - 7, '0');
  out += luhn_check_digit(std::string_view(out).substr(start));
  return true;
}

bool masked_social_card(std::string_view cell, std::string& out) {
  if (cell.size() == 18) return mask_id_number(cell, 2, KeepBirth::none, out);
  bool letter = cell.size() == 9 && ((cell[0] >= 'A' && cell[0] <= 'Z') || (cell[0] >= '0' && cell[0] <= '9'));
  if (!letter || !digits_only(cell.substr(1))) return false;
  out += cell[0];
  out.append(8, '0');
  return true;
}

bool masked_insurance_number(std::string_view cell, std::string& out) {
  if (cell.size() < 8 || cell.size() > 30 || !digits_only(cell)) return false;
  out.append(cell.substr(0, 6)).append(cell.size() - 6, '0');
  return true;
}

// Province, city and county stay, the rest becomes ***. Characters of three bytes all.
bool masked_address(std::string_view cell, std::string& out) {
  constexpr std::string_view ends[] = {"省", "市", "区", "县", "旗"}, details[] = {"路", "街", "镇", "乡", "村", "道", "巷", "弄", "号", "栋", "幢", "室", "里"};
  size_t kept = 0, since = 0, parts = 0;
  for (size_t at = 0; at < cell.size() && parts < 3;) {
    size_t n = char_bytes(cell, at);
    if (n == 0) return false;
    std::string_view c = cell.substr(at, n);
    if (std::find(std::begin(details), std::end(details), c) != std::end(details) || ++since > 9) break;
    at += n;
    // 小区, 园区 and 社区 are no divisions.
    bool division = std::find(std::begin(ends), std::end(ends), c) != std::end(ends) && since > 1 && !cell.substr(0, at).ends_with("小区") &&
                    !cell.substr(0, at).ends_with("园区") && !cell.substr(0, at).ends_with("社区");
    if (!division) continue;
    kept = at;
    since = 0;
    parts++;
  }
  if (kept == 0) return false;
  out.append(cell.substr(0, kept)).append("***");
  return true;
}

}  // namespace

bool mask_well_formed(std::string_view cell, MaskForm form, std::string& out) {
  switch (form) {
    case MaskForm::phone: return masked_phone(cell, out);
    case MaskForm::card: return masked_card(cell, out);
    case MaskForm::social_card: return masked_social_card(cell, out);
    case MaskForm::insurance_number: return masked_insurance_number(cell, out);
    case MaskForm::address: return masked_address(cell, out);
  }
  return false;
}

}  // namespace sluice::deident
