#include "deident/residual.h"

#include "base/clock.h"
#include "deident/techniques/format_preserving.h"

namespace sluice::deident {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void scan_id_run(std::string_view run, ResidualTally& tally) {
  auto two = [&](size_t at) { return (run[at] - '0') * 10 + (run[at + 1] - '0'); };
  int century = two(6);
  if (run[0] == '0' || century < 18 || century > 20 || !is_civil_date(century * 100 + two(8), two(10), two(12))) return;
  if (run.substr(14, 3) == "000" || nobody_area(run.substr(0, 6))) return;  // the masked and the enciphered form
  constexpr int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 17; i++) sum += (run[i] - '0') * weights[i];
  tally.id_shaped++;
  char last = run[17] == 'x' ? 'X' : run[17];
  tally.id_valid += "10X98765432"[sum % 11] == last;
}

bool is_local_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-' || c == '+'; }

bool is_email_at(std::string_view cell, size_t at) {
  if (at == 0 || !is_local_char(cell[at - 1])) return false;
  size_t i = at + 1;
  while (i < cell.size() && is_local_char(cell[i])) i++;
  std::string_view domain = cell.substr(at + 1, i - at - 1);
  size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.size() - dot < 3) return false;
  for (char c : domain.substr(dot + 1))
    if (is_digit(c) || c == '_' || c == '-' || c == '+') return false;
  return true;
}

}  // namespace

void ResidualTally::add(const ResidualTally& other) {
  id_shaped += other.id_shaped;
  id_valid += other.id_valid;
  mobiles += other.mobiles;
  emails += other.emails;
}

std::vector<std::pair<std::string_view, uint64_t>> ResidualTally::findings() const {
  std::vector<std::pair<std::string_view, uint64_t>> out;
  auto add = [&](std::string_view type, uint64_t cells) {
    if (cells) out.emplace_back(type, cells);
  };
  add("id_number", id_numbers());
  add("phone", mobiles);
  add("email", emails);
  return out;
}

void scan_cell(std::string_view cell, ResidualTally& tally) {
  if (cell.size() < 6) return;
  for (size_t i = 0; i < cell.size();) {
    if (cell[i] == '@') tally.emails += is_email_at(cell, i);
    if (!is_digit(cell[i])) {
      i++;
      continue;
    }
    size_t start = i;
    while (i < cell.size() && is_digit(cell[i])) i++;
    size_t n = i - start;
    if (n == 17 && i < cell.size() && (cell[i] == 'X' || cell[i] == 'x')) {
      scan_id_run(cell.substr(start, 18), tally);
    } else if (n == 18) {
      scan_id_run(cell.substr(start, 18), tally);
    } else if (n == 11 && cell[start] == '1' && cell[start + 1] >= '3') {
      tally.mobiles += start == 0 || cell[start - 1] != '.';
    } else if (n == 13 && cell[start] == '8' && cell[start + 1] == '6' && cell[start + 2] == '1' && cell[start + 3] >= '3') {
      tally.mobiles += start > 0 && cell[start - 1] == '+';
    }
  }
}

}  // namespace sluice::deident
