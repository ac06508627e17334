#include "anonymity/label_cover.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>

#include "base/clock.h"

namespace sluice::anonymity {

namespace {

bool all_digits(std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos; }
int to_int(std::string_view s) { return std::atoi(std::string(s).c_str()); }

std::optional<double> number_at(std::string_view s) {
  if (s.empty() || s.size() > 24 || s.find_first_not_of("0123456789.-+") != std::string_view::npos) return std::nullopt;
  std::string text(s);
  char* end = nullptr;
  double v = std::strtod(text.c_str(), &end);
  return *end == '\0' && std::isfinite(v) ? std::optional(v) : std::nullopt;
}

std::optional<double> day_at(std::string_view s) {
  if (s.size() < 10 || (s[4] != '-' && s[4] != '/') || s[7] != s[4] || !all_digits(s.substr(0, 4)) || !all_digits(s.substr(5, 2)) || !all_digits(s.substr(8, 2)))
    return std::nullopt;
  if (s.size() > 10 && s[10] != ' ' && s[10] != 'T') return std::nullopt;
  int y = to_int(s.substr(0, 4)), m = to_int(s.substr(5, 2)), d = to_int(s.substr(8, 2));
  return is_civil_date(y, m, d) ? std::optional(static_cast<double>(days_from_civil(y, m, d))) : std::nullopt;
}

struct PlaceSpan {
  double low, high;
};
constexpr double kFar = 1e300;

PlaceSpan months(int year, int month, int count) {
  int last = month - 1 + count;
  return {static_cast<double>(days_from_civil(year, month, 1)), static_cast<double>(days_from_civil(year + last / 12, last % 12 + 1, 1) - 1)};
}

std::optional<PlaceSpan> number_span(std::string_view s) {
  if (s.starts_with('<')) {
    auto v = number_at(s.substr(1));
    return v ? std::optional(PlaceSpan{-kFar, std::nextafter(*v, -kFar)}) : std::nullopt;
  }
  if (s.ends_with('+')) {
    auto v = number_at(s.substr(0, s.size() - 1));
    return v ? std::optional(PlaceSpan{*v, kFar}) : std::nullopt;
  }
  if (s.starts_with('[')) {  // ARX: [30, 40[ or [30, 40]
    size_t comma = s.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    auto low = number_at(s.substr(1, comma - 1));
    std::string_view rest = s.substr(comma + 1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    if (rest.empty()) return std::nullopt;
    auto high = number_at(rest.substr(0, rest.size() - 1));
    if (!low || !high) return std::nullopt;
    return PlaceSpan{*low, rest.back() == '[' ? std::nextafter(*high, -kFar) : *high};
  }
  if (const size_t dots = s.find(".."); dots != std::string_view::npos) {
    auto low = number_at(s.substr(0, dots)), high = number_at(s.substr(dots + 2));
    return low && high && *low <= *high ? std::optional(PlaceSpan{*low, *high}) : std::nullopt;
  }
  size_t dash = s.find('-', 1);
  if (dash == std::string_view::npos || s.find('-', dash + 2) != std::string_view::npos) return std::nullopt;
  auto low = number_at(s.substr(0, dash)), high = number_at(s.substr(dash + 1));
  return low && high && *low <= *high ? std::optional(PlaceSpan{*low, *high}) : std::nullopt;
}

std::optional<PlaceSpan> date_span(std::string_view s) {
  if (s.size() == 4 && all_digits(s)) return months(to_int(s), 1, 12);
  if (s.size() == 5 && s[4] == 's' && all_digits(s.substr(0, 4))) return months(to_int(s.substr(0, 4)), 1, 120);
  if (s.size() == 6 && s[4] == 'Q' && all_digits(s.substr(0, 4)) && s[5] >= '1' && s[5] <= '4') return months(to_int(s.substr(0, 4)), (s[5] - '1') * 3 + 1, 3);
  if (s.size() == 7 && s[4] == '-' && all_digits(s.substr(0, 4)) && all_digits(s.substr(5))) {
    int m = to_int(s.substr(5));
    if (m >= 1 && m <= 12) return months(to_int(s.substr(0, 4)), m, 1);
  }
  return std::nullopt;
}

template <class Holds>
bool every(const TableColumn& column, Holds holds) {
  bool any = false;
  for (uint32_t c = 0; c < column.texts.size(); c++) {
    std::string_view text = column.texts.text_of(c);
    if (text.empty() || text == "*") continue;
    any = true;
    if (!holds(text)) return false;
  }
  return any;
}

size_t character(std::string_view s, size_t at) {
  size_t n = 1;
  while (at + n < s.size() && (static_cast<unsigned char>(s[at + n]) & 0xc0) == 0x80) n++;
  return n;
}

bool fits_mask(std::string_view value, std::string_view mask) {
  size_t v = 0, m = 0;
  while (v < value.size() && m < mask.size()) {
    size_t n = character(value, v), k = character(mask, m);
    if (mask[m] != '*' && value.substr(v, n) != mask.substr(m, k)) return false;
    v += n;
    m += k;
  }
  return v == value.size() && m == mask.size();
}

}  // namespace

std::optional<double> place_of_value(std::string_view text) {
  auto day = day_at(text);
  return day ? day : number_at(text);
}

LabelCover::LabelCover(const TableColumn& before, const TableColumn& after, const Hierarchy* hierarchy) {
  size_t placed = 0, dates = 0;
  for (uint32_t c = 0; c < before.texts.size(); c++) {
    places_.push_back(place_of_value(before.texts.text_of(c)));
    dates += day_at(before.texts.text_of(c)).has_value();
    placed += places_.back().has_value();
  }
  ordered_ = placed > 0 && placed * 20 >= before.texts.size() * 19;
  by_place_.resize(before.texts.size());
  std::iota(by_place_.begin(), by_place_.end(), 0u);
  std::erase_if(by_place_, [&](uint32_t c) { return !places_[c]; });
  std::sort(by_place_.begin(), by_place_.end(), [&](uint32_t a, uint32_t b) { return *places_[a] < *places_[b]; });
  auto first_day = [](size_t from) { return [from](std::string_view s) { return day_at(s) && s.substr(from).starts_with(from == 5 ? "01-01" : "01"); }; };
  auto ends_00 = [](std::string_view s) { return s.size() == 6 && all_digits(s) && s.ends_with("00") && to_int(s.substr(0, 2)) >= 11 && to_int(s.substr(0, 2)) <= 82; };
  dates_ = dates * 2 > before.texts.size();
  if (dates_) {
    whole_years_ = every(after, first_day(5)) && !every(before, first_day(5));
    whole_months_ = !whole_years_ && every(after, first_day(8)) && !every(before, first_day(8));
  }
  zeros_behind_ = every(after, ends_00) && !every(before, ends_00);
  if (zeros_behind_) ordered_ = false;  // codes, not amounts
  covers_.resize(after.texts.size());
  singles_.resize(after.texts.size());
  for (uint32_t c = 0; c < after.texts.size(); c++) cover(c, after.texts.text_of(c), before, hierarchy);
}

void LabelCover::cover(uint32_t code, std::string_view label, const TableColumn& before, const Hierarchy* hierarchy) {
  auto& out = covers_[code];
  if (label.empty() || label == "*") {
    out.resize(before.texts.size());
    std::iota(out.begin(), out.end(), 0u);
    return;
  }
  if (hierarchy) {
    for (uint32_t c = 0; c < before.texts.size(); c++) {
      auto leaf = hierarchy->leaf_of(before.texts.text_of(c));
      for (size_t level = 0; leaf && level < hierarchy->levels(); level++)
        if (hierarchy->label(level, hierarchy->group_of(level, *leaf)) == label) {
          out.push_back(c);
          break;
        }
    }
    if (!out.empty()) return;
  }
  if (ordered_ && cover_span(code, label)) return;
  if (zeros_behind_) {
    std::string_view prefix = label.substr(0, label.substr(2) == "0000" ? 2 : 4);
    for (uint32_t c = 0; c < before.texts.size(); c++)
      if (before.texts.text_of(c).starts_with(prefix)) out.push_back(c);
    return;
  }
  if (auto own = before.texts.find(label)) {
    out.push_back(*own);
  } else if (label.find('*') != std::string_view::npos) {
    cover_masked(code, label, before);
  }
}

bool LabelCover::cover_span(uint32_t code, std::string_view label) {
  std::optional<PlaceSpan> span;
  auto single = dates_ ? day_at(label) : number_at(label);
  if (single && (whole_years_ || whole_months_)) {
    span = months(to_int(label.substr(0, 4)), whole_years_ ? 1 : to_int(label.substr(5, 2)), whole_years_ ? 12 : 1);
  } else if (single) {
    singles_[code] = single;
    span = PlaceSpan{*single, *single};
  } else {
    span = dates_ ? date_span(label) : number_span(label);
  }
  if (!span) return false;
  auto from = std::lower_bound(by_place_.begin(), by_place_.end(), span->low, [&](uint32_t c, double v) { return *places_[c] < v; });
  for (; from != by_place_.end() && *places_[*from] <= span->high; ++from) covers_[code].push_back(*from);
  return true;
}

void LabelCover::cover_masked(uint32_t code, std::string_view label, const TableColumn& before) {
  for (uint32_t c = 0; c < before.texts.size(); c++)
    if (fits_mask(before.texts.text_of(c), label)) covers_[code].push_back(c);
}

}  // namespace sluice::anonymity
