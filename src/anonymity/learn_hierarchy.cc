#include "anonymity/learn_hierarchy.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <optional>

#include "anonymity/label_cover.h"
#include "base/clock.h"

namespace sluice::anonymity {

namespace {

std::vector<uint64_t> rows_of_values(const TableColumn& column) {
  std::vector<uint64_t> out(column.texts.size());
  for (uint32_t code : column.keys.codes) out[code]++;
  return out;
}

bool is_code_character(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_'; }

using Ladders = std::vector<std::vector<std::string>>;  // by code: labels from level 1 to the last but one

// How intervals of a column are named: by round cuts between them and open at both ends, because the least and the greatest value, and what happens to stand
// at an edge, is somebody's. Values are whole numbers of a unit: days, or the last place after the point.
class IntervalNames {
 public:
  // Nothing where values are both dates and numbers, written in two ways, or too large or too fine for the unit: then labels name values.
  static std::optional<IntervalNames> of(const TableColumn& column, const std::vector<uint32_t>& order) {
    IntervalNames out;
    size_t dates = 0;
    for (uint32_t c : order) {
      const std::string_view text = column.texts.text_of(c);
      dates += text.find_first_of("-/", 1) != std::string_view::npos;
      const size_t point = text.find('.');
      if (point != std::string_view::npos) out.places_ = std::max(out.places_, text.size() - point - 1);
    }
    out.dates_ = dates > 0;
    if ((dates > 0 && dates < order.size()) || (out.places_ > 6 && !out.dates_)) return std::nullopt;
    if (out.dates_) out.places_ = 0;
    const double unit = std::pow(10.0, static_cast<double>(out.places_));
    for (uint32_t c : order) {
      const double value = *place_of_value(column.texts.text_of(c)) * unit;
      if (std::abs(value) > 9e15) return std::nullopt;
      out.values_.push_back(std::llround(value));
    }
    // "35" and "35.0": no cut lies between them.
    if (std::adjacent_find(out.values_.begin(), out.values_.end()) != out.values_.end()) return std::nullopt;
    return out;
  }

  std::string name(size_t from, size_t end) const {
    if (from == 0) return "<" + text_of(cut(end));
    if (end == values_.size()) return text_of(cut(from)) + "+";
    const int64_t low = cut(from), high = cut(end) - 1;
    if (low == high) return text_of(low);
    return text_of(low) + (dates_ || low < 0 ? ".." : "-") + text_of(high);
  }

 private:
  // The roundest between the value before `at` and the one there.
  int64_t cut(size_t at) const {
    const int64_t before = values_[at - 1], here = values_[at];
    if (dates_) {
      const CivilDate day = civil_from_days(here);
      for (int64_t round : {days_from_civil(day.year, 1, 1), days_from_civil(day.year, day.month, 1)})
        if (round > before) return round;
      return here;
    }
    for (int64_t step = 1'000'000'000'000'000; step > 1; step /= 10)
      for (int64_t part : {step, step / 2}) {
        const int64_t round = here - ((here % part) + part) % part;
        if (round > before) return round;
      }
    return here;
  }
  std::string text_of(int64_t value) const {
    if (dates_) return civil_text(value);
    std::string digits = std::to_string(value < 0 ? -value : value);
    if (places_ > 0) {
      if (digits.size() <= places_) digits.insert(0, places_ + 1 - digits.size(), '0');
      digits.insert(digits.size() - places_, ".");
    }
    return (value < 0 ? "-" : "") + digits;
  }
  static std::string civil_text(int64_t day) {
    const CivilDate d = civil_from_days(day);
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(d.year), static_cast<int>(d.month), static_cast<int>(d.day));
    return text;
  }

  bool dates_ = false;
  size_t places_ = 0;
  std::vector<int64_t> values_;
};

// Values in order, cut into intervals of about equally many rows; then `fanout` intervals become one, level by level.
Ladders interval_ladders(const TableColumn& column, unsigned fanout) {
  std::vector<uint32_t> order;
  for (uint32_t c = 0; c < column.texts.size(); c++)
    if (place_of_value(column.texts.text_of(c))) order.push_back(c);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    double x = *place_of_value(column.texts.text_of(a)), y = *place_of_value(column.texts.text_of(b));
    return x != y ? x < y : column.texts.text_of(a) < column.texts.text_of(b);
  });
  auto rows = rows_of_values(column);
  uint64_t total = 0;
  for (uint32_t c : order) total += rows[c];
  const bool dates = !order.empty() && column.texts.text_of(order[0]).find_first_of("-/", 1) != std::string_view::npos;
  // The finest level has as many intervals as a third of the values, at most 81.
  size_t wanted = std::clamp<size_t>(order.size() / fanout, 1, 81);
  std::vector<size_t> ends;  // of the intervals, in `order`
  uint64_t seen = 0;  // rows of the interval so far
  for (size_t i = 0; i < order.size(); i++) {
    const uint64_t here = rows[order[i]];
    if (seen > 0 && here * wanted >= total) {  // a frequent value stands alone
      ends.push_back(i);
      seen = 0;
    }
    seen += here;
    if (seen * wanted < total && i + 1 < order.size()) continue;
    ends.push_back(i + 1);
    seen = 0;
  }
  Ladders out(column.texts.size());
  const auto names = IntervalNames::of(column, order);
  while (ends.size() > 1) {
    size_t from = 0;
    for (size_t end : ends) {
      std::string low(column.texts.text_of(order[from])), high(column.texts.text_of(order[end - 1]));
      std::string label = names ? names->name(from, end) : low + (dates ? ".." : "-") + high;
      for (size_t i = from; i < end; i++) out[order[i]].push_back(label);
      from = end;
    }
    std::vector<size_t> coarser;
    for (size_t i = 0; i < ends.size(); i++)
      if ((i + 1) % fanout == 0 || i + 1 == ends.size()) coarser.push_back(ends[i]);
    // A level that repeats labels of the one before is still a level of the tree: equal labels mean equal groups.
    ends = std::move(coarser);
  }
  size_t height = 0;
  for (const auto& ladder : out) height = std::max(height, ladder.size());
  for (auto& ladder : out) ladder.resize(height, "(none)");  // values that are no places
  return out;
}

Ladders prefix_ladders(const TableColumn& column) {
  Ladders out(column.texts.size());
  size_t length = 0;
  for (uint32_t c = 0; c < column.texts.size(); c++) length = std::max(length, column.texts.text_of(c).size());
  for (uint32_t c = 0; c < column.texts.size(); c++) {
    std::string text(column.texts.text_of(c));
    for (size_t hidden = 2; hidden < length; hidden += 2) {
      std::string label = text.empty() ? "(none)" : text;
      for (size_t i = 0; !text.empty() && i < hidden; i++) label[length - 1 - i] = '*';
      out[c].push_back(std::move(label));
    }
  }
  return out;
}

Ladders rarity_ladders(const TableColumn& column, unsigned fanout) {
  auto rows = rows_of_values(column);
  const uint64_t mean = column.keys.codes.size() / std::max<size_t>(1, rows.size());
  Ladders out(rows.size());
  for (uint32_t c = 0; c < rows.size(); c++) {
    bool rare = rows[c] * fanout * fanout < mean || (mean < fanout && rows[c] == 1);
    out[c].push_back(rare ? "(other)" : std::string(column.texts.text_of(c)));
  }
  return out;
}

}  // namespace

ColumnShape shape_of(const TableColumn& column) {
  size_t placed = 0, codes = 0, filled = 0, length = 0;
  for (uint32_t c = 0; c < column.texts.size(); c++) {
    std::string_view text = column.texts.text_of(c);
    if (text.empty()) continue;
    if (filled++ == 0) length = text.size();
    placed += place_of_value(text).has_value();
    codes += text.size() == length && std::all_of(text.begin(), text.end(), is_code_character);
  }
  // Codes of one length that are all digits are codes when they are long: divisions, not ages.
  if (filled > 0 && codes == filled && length >= 5 && (placed < filled || length >= 6) && column.texts.text_of(0).find_first_of("-/.", 1) == std::string_view::npos)
    return ColumnShape::codes;
  if (filled > 0 && placed * 20 >= filled * 19) return ColumnShape::numbers;
  return filled > 0 && codes == filled && length >= 3 ? ColumnShape::codes : ColumnShape::texts;
}

Result<std::string> learn_hierarchy(const TableColumn& column, unsigned fanout) {
  if (column.texts.size() == 0) return fail(Errc::invalid, "anonymity.no_rows");
  fanout = std::clamp(fanout, 2u, 10u);
  ColumnShape shape = shape_of(column);
  Ladders ladders = shape == ColumnShape::numbers ? interval_ladders(column, fanout) : shape == ColumnShape::codes ? prefix_ladders(column) : rarity_ladders(column, fanout);
  std::vector<uint32_t> order(column.texts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return column.texts.text_of(a) < column.texts.text_of(b); });
  std::string out;
  for (uint32_t c : order) {
    std::string_view text = column.texts.text_of(c);
    if (text.find_first_of(";\"\r\n") != std::string_view::npos) return fail(Errc::invalid, "hierarchy.cannot_learn");
    if (text.empty()) continue;  // an empty cell has no line: ARX reads none
    out += text;
    for (const auto& label : ladders[c]) out += ";" + label;
    out += ";*\n";
  }
  return out;
}

}  // namespace sluice::anonymity
