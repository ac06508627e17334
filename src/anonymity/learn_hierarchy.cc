#include "anonymity/learn_hierarchy.h"

#include <algorithm>
#include <numeric>

#include "anonymity/label_cover.h"

namespace sluice::anonymity {

namespace {

std::vector<uint64_t> rows_of_values(const TableColumn& column) {
  std::vector<uint64_t> out(column.texts.size());
  for (uint32_t code : column.keys.codes) out[code]++;
  return out;
}

bool is_code_character(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_'; }

using Ladders = std::vector<std::vector<std::string>>;  // by code: labels from level 1 to the last but one

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
  while (ends.size() > 1) {
    size_t from = 0;
    for (size_t end : ends) {
      std::string low(column.texts.text_of(order[from])), high(column.texts.text_of(order[end - 1]));
      std::string label = low + (dates ? ".." : "-") + high;
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
