#include "deident/residual.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "base/clock.h"
#include "codec/csv.h"
#include "deident/csv_map.h"
#include "deident/plain_text.h"
#include "deident/residual_forms.h"
#include "deident/techniques/format_preserving.h"
#include "standard/codes.h"
#include "standard/membership.h"

namespace sluice::deident {

namespace {

constexpr std::array<bool, 256> kWorthALook = [] {
  std::array<bool, 256> out{};
  for (unsigned char c = '0'; c <= '9'; c++) out[c] = true;
  out['@'] = true;
  return out;
}();

int two_digits(std::string_view run, size_t at) { return (run[at] - '0') * 10 + (run[at + 1] - '0'); }

// 18 characters of a person: a real date, a province, not a masked or enciphered form.
bool is_id_shaped(std::string_view run) {
  int century = two_digits(run, 6);
  if (run[0] == '0' || century < 18 || century > 20 || !is_civil_date(century * 100 + two_digits(run, 8), two_digits(run, 10), two_digits(run, 12))) return false;
  return run.substr(14, 3) != "000" && is_province(run.substr(0, 2)) && !nobody_area(run.substr(0, 6));
}

bool passes_id_check(std::string_view run) {
  constexpr int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 17; i++) sum += (run[i] - '0') * weights[i];
  return "10X98765432"[sum % 11] == (run[17] == 'x' ? 'X' : run[17]);
}

// Born 1930 to 1999: the form was given up in 1999, and numbers of orders begin with a year's last digits too.
bool is_legacy_id(std::string_view run) {
  int year = two_digits(run, 6);
  return year >= 30 && is_civil_date(1900 + year, two_digits(run, 8), two_digits(run, 10)) && is_province(run.substr(0, 2)) && run.substr(12) != "000" && !nobody_area(run.substr(0, 6));
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

constexpr uint32_t three_bytes(const char* p) {
  return static_cast<uint32_t>(static_cast<unsigned char>(p[0])) << 16 | static_cast<uint32_t>(static_cast<unsigned char>(p[1])) << 8 | static_cast<unsigned char>(p[2]);
}
// What address_end looks for begins with one of these.
bool begins_house_word(const char* p) {
  switch (three_bytes(p)) {
    case three_bytes("号"):
    case three_bytes("栋"):
    case three_bytes("幢"):
    case three_bytes("室"):
    case three_bytes("弄"):
    case three_bytes("单"): return true;
    default: return false;
  }
}

// The end of a word for a house, a floor or a room that follows digits, behind a road, a village or the like; 0 when there is none.
size_t address_end(std::string_view cell, size_t from, size_t to) {
  std::string_view after = cell.substr(to);
  if (after.size() < 3 || !begins_house_word(after.data())) return 0;
  if (after.starts_with("号床") || after.starts_with("号令")) return 0;
  size_t house = 0;
  for (std::string_view word : {"号", "栋", "幢", "室", "弄", "单元", "号楼"})
    if (after.starts_with(word)) house = word.size();
  if (!house) return 0;
  std::string_view before = cell.substr(0, from);
  for (std::string_view word : {"路", "街", "巷", "胡同", "大道", "弄", "村", "镇", "乡", "小区", "花园", "新村", "家园"})
    if (size_t found = before.rfind(word); found != std::string_view::npos && found >= 3 && from - found <= 60) return to + house;
  return 0;
}

bool is_local_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-' || c == '+'; }

// The end of an e-mail address whose @ stands at `at`; 0 when it is none.
size_t email_end(std::string_view cell, size_t at) {
  if (at == 0 || !is_local_char(cell[at - 1])) return 0;
  size_t i = at + 1;
  while (i < cell.size() && is_local_char(cell[i])) i++;
  std::string_view domain = cell.substr(at + 1, i - at - 1);
  size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.size() - dot < 3) return 0;
  for (char c : domain.substr(dot + 1))
    if (is_digit(c) || c == '_' || c == '-' || c == '+') return 0;
  return i;
}

// Finds everything in a cell of plain UTF-8 and tells `found` of it.
template <class Found>
class Finder {
 public:
  Finder(std::string_view cell, Found& found) : cell_(cell), found_(found) {}

  void all() {
    for (size_t at = cell_.find(':'); at != std::string_view::npos; at = cell_.find(':', at + 1)) label(at, at + 1);
    for (size_t at = cell_.find("："); at != std::string_view::npos; at = cell_.find("：", at + 3)) label(at, at + 3);
    for (size_t i = 0; i < cell_.size();) {
      while (i < cell_.size() && !kWorthALook[static_cast<unsigned char>(cell_[i])]) i++;
      if (i == cell_.size()) break;
      if (cell_[i] == '@') {
        if (size_t end = email_end(cell_, i)) found_.email(i, end);
        i++;
        continue;
      }
      size_t start = i;
      while (i < cell_.size() && is_digit(cell_[i])) i++;
      if (may_be_grouped(start, i))
        if (size_t end = grouped(start)) {
          i = end;
          continue;
        }
      size_t from = start, end = 0;
      if (size_t line_end = landline_end(cell_, from, i)) {
        found_.landline(from, line_end);
        i = line_end;
        continue;
      }
      if (start > 3 && plate_about(cell_, start, from, end)) {
        found_.plate(from, end);
        i = end;
        continue;
      }
      run(start, i);
    }
  }

  // What a run of digits in ASCII tells for itself.
  void number(size_t start, size_t end) {
    std::string_view cell = cell_;
    const size_t n = end - start;
    if (n == 8 && start == 1 && cell.size() == 9 && cell[0] >= 'A' && cell[0] <= 'Z' && !zeros(cell.substr(1))) found_.social();
    const bool x = n == 17 && end < cell.size() && (cell[end] == 'X' || cell[end] == 'x');
    if (n == 18 || x) {
      std::string_view id = cell.substr(start, 18);
      found_.id(start, start + 18, id, is_id_shaped(id));
    } else if (n == 15 && cell.substr(start, 5) == "00861" && cell[start + 5] >= '3') {
      if (!zeros(cell.substr(start + 7, 8))) mobile(start, end);
    } else if (n == 15) {
      found_.legacy(start, end, is_legacy_id(cell.substr(start, 15)));
    } else if (n == 11 && cell[start] == '1' && cell[start + 1] >= '3') {
      if ((start == 0 || cell[start - 1] != '.') && !zeros(cell.substr(start + 3, 8))) mobile(start, end);
    } else if (n == 13 && cell[start] == '8' && cell[start + 1] == '6' && cell[start + 2] == '1' && cell[start + 3] >= '3') {
      if (start > 0 && cell[start - 1] == '+' && !zeros(cell.substr(start + 5, 8))) mobile(start - 1, end);
    } else if (n == 16 || n == 17 || n == 19) {
      if (is_card_shaped(cell.substr(start, n))) card(start, end, cell.substr(start, n));
    }
  }

 private:
  void mobile(size_t from, size_t to) {
    if (!in_random_token(cell_, from, to)) found_.mobile(from, to);
  }
  void card(size_t from, size_t to, std::string_view run) {
    if (!in_random_token(cell_, from, to)) found_.card(from, to, run);
  }
  // Whether a group is followed by another and begins something of the length of a mobile, card or ID number: most groups are parts of dates.
  bool may_be_grouped(size_t start, size_t end) const {
    if (parting(cell_, end) == 0) return false;
    const size_t n = end - start, left = cell_.size() - start;
    return left >= 19 || (left >= 12 && (n == 3 || n == 7) && cell_[start] == '1');
  }
  void label(size_t at, size_t behind) {
    if (size_t end = labelled_name_end(cell_, at, behind)) found_.name(behind, end);
  }

  // Numbers in groups; the end of what was found, or 0.
  size_t grouped(size_t start) {
    read_groups(cell_, start, groups_);
    if (size_t end = grouped_mobile_end(groups_)) {
      mobile(start, end);
      return end;
    }
    if (grouped_card(groups_)) {
      card(start, groups_.ends[groups_.count - 1], groups_.view());
      return groups_.ends[groups_.count - 1];
    }
    size_t end = 0;
    if (!grouped_id(cell_, groups_, id_, end) || !is_id_shaped(id_)) return 0;
    found_.id(start, end, id_, true);
    return end;
  }

  void run(size_t start, size_t end) {
    std::string_view cell = cell_;
    const size_t n = end - start;
    if (end < cell.size() && static_cast<unsigned char>(cell[end]) >= 0xe0) {
      if (n <= 6 && cell.substr(end).starts_with("〕")) return;  // a token of free text
      if (size_t house = address_end(cell, start, end)) found_.address(start, house);
    }
    if (n >= 6 && start >= 6 && !zeros(cell.substr(start + (n > 6 ? 6 : 0), n > 6 ? n - 6 : n)) && insurance_word_before(cell, start)) found_.insurance(start, end);
    number(start, end);
  }

  std::string_view cell_;
  Found& found_;
  DigitGroups groups_{};
  std::string id_{};
};

struct Counting {
  ResidualTally& tally;
  bool in_address = false;
  void id(size_t, size_t, std::string_view run, bool shaped) {
    tally.id_runs++;
    if (!shaped) return;
    tally.id_shaped++;
    if (!passes_id_check(run)) return;
    tally.id_valid++;
    tally.id_valid_old += run.substr(6, 4) < "2010";
  }
  void legacy(size_t, size_t, bool valid) {
    tally.legacy_runs++;
    tally.legacy_valid += valid;
  }
  void mobile(size_t, size_t) { tally.mobiles++; }
  void email(size_t, size_t) { tally.emails++; }
  void card(size_t, size_t, std::string_view run) {
    tally.card_shaped++;
    tally.card_valid += passes_luhn(run);
  }
  void social() { tally.social_shaped++; }
  void insurance(size_t, size_t) { tally.insurance++; }
  void address(size_t, size_t) { in_address = true; }
  void landline(size_t, size_t) { tally.landlines++; }
  void plate(size_t, size_t) { tally.plates++; }
  void name(size_t, size_t) { tally.labelled_names++; }
};

struct Collecting {
  size_t size;
  std::vector<ResidualSpan>& spans;
  void put(ResidualType type, size_t from, size_t to) { spans.push_back({type, from, to}); }
  void id(size_t from, size_t to, std::string_view, bool shaped) {
    if (shaped) put(ResidualType::id_number, from, to);
  }
  void legacy(size_t from, size_t to, bool valid) {
    if (valid) put(ResidualType::id_number, from, to);
  }
  void mobile(size_t from, size_t to) { put(ResidualType::phone, from, to); }
  void email(size_t at, size_t to) { put(ResidualType::email, at, to); }
  void card(size_t from, size_t to, std::string_view) { put(ResidualType::bank_card, from, to); }
  void social() { put(ResidualType::social_card, 0, size); }
  void insurance(size_t from, size_t to) { put(ResidualType::insurance_number, from, to); }
  void address(size_t from, size_t to) { put(ResidualType::address, from, to); }
  void landline(size_t from, size_t to) { put(ResidualType::phone, from, to); }
  void plate(size_t from, size_t to) { put(ResidualType::number_plate, from, to); }
  void name(size_t from, size_t to) { put(ResidualType::person_name, from, to); }
};

void scan_plain(std::string_view cell, ResidualTally& tally) {
  // Only an e-mail address, a card of nine characters and a number plate fit into so few bytes.
  if (cell.size() < 10 && !(cell[0] >= 'A' && cell[0] <= 'Z') && static_cast<unsigned char>(cell[0]) < 0xe4 && std::memchr(cell.data(), '@', cell.size()) == nullptr) return;
  Counting counting{tally};
  Finder(cell, counting).all();
  tally.addresses += counting.in_address;
}

// Every byte of a cell.
void scan_text(std::string_view cell, ResidualTally& tally) {
  if (!has_wide_digits(cell)) return scan_plain(cell, tally);
  thread_local PlainText plain;
  plain_of(cell, plain);
  scan_plain(plain.text, tally);
}

void scan_runs(std::string_view cell, const Glance& glance, ResidualTally& tally) {
  Counting counting{tally};
  Finder finder(cell, counting);
  for (uint64_t last = glance.last; last; last &= last - 1) {
    const auto at = static_cast<unsigned>(std::countr_zero(last));
    const uint64_t no_digits_before = ~glance.digits & ((uint64_t{1} << at) - 1);
    finder.number(64 - static_cast<unsigned>(std::countl_zero(no_digits_before)), at + 1);
  }
}

void scan_utf8(const CsvMapper* way, std::string_view cell, ResidualTally& tally) {
  if (NameTally::worth_a_look(cell)) tally.names.cell(cell);
  const Glance glance = way ? way->glance_at(cell) : Glance{};
  if (glance.seen == Seen::text) return scan_text(cell, tally);
  if (glance.seen == Seen::runs) scan_runs(cell, glance, tally);
}

// Whether text in GB18030 may hold what is looked for: all of it has digits (full-width ones begin with A3) or an @, but for names.
bool gb18030_worth_a_look(std::string_view cell) {
  bool high = false, look = cell.size() <= 24;
  for (char c : cell) {
    auto b = static_cast<unsigned char>(c);
    high = high || b >= 0x80;
    look = look || kWorthALook[b] || b == 0xa3;
  }
  return high && look;
}

bool above_chance(uint64_t found, uint64_t of, double chance) {
  const double n = static_cast<double>(of), expected = n * chance;
  return static_cast<double>(found) > expected + 2.33 * std::sqrt(expected * (1 - chance));
}

}  // namespace

void ResidualTally::add(const ResidualTally& other, uint64_t times) {
  id_runs += times * other.id_runs;
  id_shaped += times * other.id_shaped;
  id_valid += times * other.id_valid;
  id_valid_old += times * other.id_valid_old;
  legacy_runs += times * other.legacy_runs;
  legacy_valid += times * other.legacy_valid;
  mobiles += times * other.mobiles;
  emails += times * other.emails;
  card_shaped += times * other.card_shaped;
  card_valid += times * other.card_valid;
  social_shaped += times * other.social_shaped;
  insurance += times * other.insurance;
  addresses += times * other.addresses;
  landlines += times * other.landlines;
  plates += times * other.plates;
  labelled_names += times * other.labelled_names;
  names.add(other.names, times);
  cells += times * other.cells;
}

uint64_t ResidualTally::id_numbers() const {
  constexpr uint64_t few = 3;
  constexpr double check_digit = 1.0 / 11, all_of_it = 3e-5;
  bool found = id_valid * 10 > id_shaped * 3 || (id_valid_old >= few && above_chance(id_valid_old, id_runs, all_of_it)) || (id_valid >= few && above_chance(id_valid, id_shaped, check_digit));
  bool legacy = legacy_valid * 10 > legacy_runs * 3 || (legacy_valid >= few && legacy_valid * 20 > legacy_runs);
  return (found ? id_valid : 0) + (legacy ? legacy_valid : 0);
}

std::vector<std::pair<std::string_view, uint64_t>> ResidualTally::findings() const {
  std::vector<std::pair<std::string_view, uint64_t>> out;
  auto add = [&](std::string_view type, uint64_t cells) {
    if (cells) out.emplace_back(type, cells);
  };
  add("id_number", id_numbers());
  add("phone", mobiles + landlines);
  add("email", emails);
  add("bank_card", card_valid * 10 > card_shaped * 6 ? card_valid : 0);
  add("social_card", social_shaped >= 5 && social_shaped * 10 > cells * 8 ? social_shaped : 0);
  add("insurance_number", insurance);
  add("address", addresses);
  add("number_plate", plates);
  add("person_name", labelled_names + (names.found(cells) ? names.shaped : 0));
  return out;
}

void scan_cell(std::string_view cell, ResidualTally& tally, TextEncoding encoding) {
  if (encoding == TextEncoding::gb18030 && gb18030_worth_a_look(cell))
    if (auto text = gb18030_to_utf8(cell)) return scan_cell(*text, tally);
  static const CsvMapper* const way = csv_mappers().empty() ? nullptr : &csv_mappers().back();
  scan_cell_with(way, cell, tally);
}

void scan_cell_with(const CsvMapper* way, std::string_view cell, ResidualTally& tally) {
  if (cell.size() < kResidualBytesMin) return;
  tally.cells++;
  scan_utf8(way, cell, tally);
}

std::vector<ResidualSpan> residual_spans(std::string_view plain) {
  std::vector<ResidualSpan> out;
  Collecting collecting{plain.size(), out};
  if (plain.size() >= kResidualBytesMin) Finder(plain, collecting).all();
  return out;
}

}  // namespace sluice::deident
