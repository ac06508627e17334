#include "deident/residual.h"

#include <array>
#include <cstring>

#include "base/clock.h"
#include "deident/techniques/format_preserving.h"
#include "standard/codes.h"

namespace sluice::deident {

namespace {

constexpr std::array<bool, 256> kWorthALook = [] {
  std::array<bool, 256> out{};
  for (unsigned char c = '0'; c <= '9'; c++) out[c] = true;
  out['@'] = true;
  return out;
}();

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

bool zeros(std::string_view s) { return s.find_first_not_of('0') == std::string_view::npos; }

void scan_card_run(std::string_view run, ResidualTally& tally) {
  bool issuer = run.starts_with("62") || run.starts_with("60") || run.starts_with("35") || run[0] == '4' || (run[0] == '5' && run[1] >= '1' && run[1] <= '5');
  if (!issuer || zeros(run.substr(6, run.size() - 7))) return;
  tally.card_shaped++;
  tally.card_valid += passes_luhn(run);
}

// A word that names an insurance or social-security number in the few characters before it.
bool insurance_word_before(std::string_view cell, size_t at) {
  constexpr size_t reach = 36;
  std::string_view before = cell.substr(at > reach ? at - reach : 0, at > reach ? reach : at);
  for (std::string_view stop : {"，", "。", "；", ",", ";"})
    if (size_t cut = before.rfind(stop); cut != std::string_view::npos) before.remove_prefix(cut + stop.size());
  for (std::string_view word : {"医保", "社保", "社会保障", "参保", "医疗证"})
    if (before.find(word) != std::string_view::npos) return before.find("号") != std::string_view::npos || before.find("卡") != std::string_view::npos;
  return false;
}

// Digits followed by a word for a house, a floor or a room, behind a road, a village or the like.
bool is_address_at(std::string_view cell, size_t from, size_t to) {
  std::string_view after = cell.substr(to);
  if (after.starts_with("号床") || after.starts_with("号令")) return false;
  bool house = false;
  for (std::string_view word : {"号", "栋", "幢", "室", "弄", "单元", "号楼"}) house = house || after.starts_with(word);
  if (!house) return false;
  std::string_view before = cell.substr(0, from);
  for (std::string_view word : {"路", "街", "巷", "胡同", "大道", "弄", "村", "镇", "乡", "小区", "花园", "新村", "家园"})
    if (size_t found = before.rfind(word); found != std::string_view::npos && found >= 3 && from - found <= 60) return true;
  return false;
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
  card_shaped += other.card_shaped;
  card_valid += other.card_valid;
  social_shaped += other.social_shaped;
  insurance += other.insurance;
  addresses += other.addresses;
  cells += other.cells;
}

std::vector<std::pair<std::string_view, uint64_t>> ResidualTally::findings() const {
  std::vector<std::pair<std::string_view, uint64_t>> out;
  auto add = [&](std::string_view type, uint64_t cells) {
    if (cells) out.emplace_back(type, cells);
  };
  add("id_number", id_numbers());
  add("phone", mobiles);
  add("email", emails);
  add("bank_card", card_valid * 10 > card_shaped * 6 ? card_valid : 0);
  add("social_card", social_shaped >= 5 && social_shaped * 10 > cells * 8 ? social_shaped : 0);
  add("insurance_number", insurance);
  add("address", addresses);
  return out;
}

void scan_cell(std::string_view cell, ResidualTally& tally) {
  if (cell.size() < kResidualBytesMin) return;
  // Only an e-mail address and a card of nine characters fit into so few bytes.
  if (cell.size() < 10 && !(cell[0] >= 'A' && cell[0] <= 'Z') && std::memchr(cell.data(), '@', cell.size()) == nullptr) {
    tally.cells++;
    return;
  }
  tally.cells++;
  bool in_address = false;
  for (size_t i = 0; i < cell.size();) {
    while (i < cell.size() && !kWorthALook[static_cast<unsigned char>(cell[i])]) i++;
    if (i == cell.size()) break;
    if (cell[i] == '@') {
      tally.emails += is_email_at(cell, i++);
      continue;
    }
    size_t start = i;
    while (i < cell.size() && is_digit(cell[i])) i++;
    size_t n = i - start;
    if (!in_address && i < cell.size() && static_cast<unsigned char>(cell[i]) >= 0xe0) in_address = is_address_at(cell, start, i);
    if (n == 8 && start == 1 && cell.size() == 9 && cell[0] >= 'A' && cell[0] <= 'Z' && !zeros(cell.substr(1))) tally.social_shaped++;
    if (n >= 6 && start >= 6 && !zeros(cell.substr(start + (n > 6 ? 6 : 0), n > 6 ? n - 6 : n)))
      tally.insurance += insurance_word_before(cell, start);
    if (n == 17 && i < cell.size() && (cell[i] == 'X' || cell[i] == 'x')) {
      scan_id_run(cell.substr(start, 18), tally);
    } else if (n == 18) {
      scan_id_run(cell.substr(start, 18), tally);
    } else if (n == 11 && cell[start] == '1' && cell[start + 1] >= '3') {
      tally.mobiles += (start == 0 || cell[start - 1] != '.') && !zeros(cell.substr(start + 3, 8));
    } else if (n == 13 && cell[start] == '8' && cell[start + 1] == '6' && cell[start + 2] == '1' && cell[start + 3] >= '3') {
      tally.mobiles += start > 0 && cell[start - 1] == '+' && !zeros(cell.substr(start + 5, 8));
    } else if (n == 16 || n == 17 || n == 19) {
      scan_card_run(cell.substr(start, n), tally);
    }
  }
  tally.addresses += in_address;
}

}  // namespace sluice::deident
