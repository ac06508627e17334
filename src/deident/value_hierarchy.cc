#include "deident/value_hierarchy.h"

#include <algorithm>

#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

namespace {

std::string padded(int v, int width) {
  std::string s = std::to_string(v);
  return s.size() < static_cast<size_t>(width) ? std::string(static_cast<size_t>(width) - s.size(), '0') + s : s;
}

bool date_ancestor(std::string_view value, int height, std::string& out) {
  CellDate d{};
  if (!parse_cell_date(value, d)) return false;
  switch (height) {
    case 1: out += padded(d.year, 4) + "-" + padded(d.month, 2); return true;
    case 2: out += padded(d.year, 4) + "Q" + std::to_string((d.month + 2) / 3); return true;
    case 3: out += padded(d.year, 4); return true;
    default: out += padded(d.year / 10 * 10, 4) + "s"; return true;
  }
}

bool age_ancestor(std::string_view value, int height, std::string& out) {
  if (!digits_only(value) || value.size() > 3) return false;
  constexpr int widths[] = {1, 5, 10, 20, 40};
  int age = digits_value(value), width = widths[height];
  if (age > 150) return false;
  if (age >= 90) {
    out += "90+";
  } else {
    int low = age / width * width;
    out += std::to_string(low) + "-" + std::to_string(std::min(low + width, 90) - 1);
  }
  return true;
}

bool division_ancestor(std::string_view value, int height, std::string& out) {
  if (!digits_only(value) || value.size() != 6) return false;
  size_t kept = height == 1 ? 4 : 2;
  out += value.substr(0, kept);
  out.append(6 - kept, '0');
  return true;
}

std::string_view icd_chapter(char letter, int number) {
  switch (letter) {
    case 'A':
    case 'B': return "I";
    case 'C': return "II";
    case 'D': return number < 49 ? "II" : "III";
    case 'E': return "IV";
    case 'F': return "V";
    case 'G': return "VI";
    case 'H': return number < 60 ? "VII" : "VIII";
    case 'I': return "IX";
    case 'J': return "X";
    case 'K': return "XI";
    case 'L': return "XII";
    case 'M': return "XIII";
    case 'N': return "XIV";
    case 'O': return "XV";
    case 'P': return "XVI";
    case 'Q': return "XVII";
    case 'R': return "XVIII";
    case 'S':
    case 'T': return "XIX";
    case 'V':
    case 'W':
    case 'X':
    case 'Y': return "XX";
    case 'Z': return "XXI";
    case 'U': return "XXII";
    default: return {};
  }
}

bool icd_ancestor(std::string_view value, int height, std::string& out) {
  if (value.size() < 3 || value[0] < 'A' || value[0] > 'Z' || !digits_only(value.substr(1, 2))) return false;
  if (value.size() > 3 && value[3] != '.' && value[3] != 'x') return false;
  out += height == 1 ? value.substr(0, 3) : icd_chapter(value[0], digits_value(value.substr(1, 2)));
  return true;
}

bool drug_ancestor(std::string_view value, int height, std::string& out) {
  if (value.size() < 10 || (value[0] != 'X' && value[0] != 'Z') || !all_ascii(value)) return false;
  constexpr size_t kept[] = {0, 6, 5, 4, 2, 1};
  out += value.substr(0, kept[height]);
  return true;
}

bool amount_ancestor(std::string_view value, int height, std::string& out) {
  CellNumber n{};
  if (value.empty() || !parse_cell_number(value, n)) return false;
  int64_t power = 1;
  while (n.whole / power >= 10) power *= 10;
  int64_t step = height == 1 ? std::max<int64_t>(power / 10, 1) : power;
  int64_t low = height == 3 ? (n.whole == 0 ? 0 : power) : n.whole / step * step;
  int64_t high = height == 3 ? power * 10 - 1 : low + step - 1;
  // Below zero the same steps downwards: "-19..-10", for "-19--10" reads as anything. What lies between -1 and 0 is no zero, or the steps were no tree.
  if (n.negative && (n.whole > 0 || n.millionths > 0)) {
    if (n.whole == 0) high = std::max<int64_t>(high, 1);
    std::swap(low, high);
    low = -low;
    high = -high;
  }
  out += std::to_string(low);
  if (high > low) out += (low < 0 ? ".." : "-") + std::to_string(high);
  return true;
}

}  // namespace

std::optional<ValueHierarchy> ValueHierarchy::built_in(std::string_view name) {
  struct Entry {
    std::string_view name;
    int height;
    Rule rule;
  };
  constexpr Entry entries[] = {{"date", 5, date_ancestor}, {"age", 5, age_ancestor},   {"division", 3, division_ancestor},
                               {"icd10", 3, icd_ancestor}, {"drug", 6, drug_ancestor}, {"amount", 4, amount_ancestor}};
  for (const Entry& e : entries) {
    if (e.name != name) continue;
    ValueHierarchy out;
    out.height_ = e.height;
    out.rule_ = e.rule;
    return out;
  }
  return std::nullopt;
}

Result<ValueHierarchy> ValueHierarchy::parse(std::string_view csv) {
  ValueHierarchy out;
  out.given_ = std::make_shared<anonymity::Hierarchy>(TRY(anonymity::Hierarchy::parse(csv)));
  out.height_ = static_cast<int>(out.given_->levels()) - 1;
  return out;
}

bool ValueHierarchy::generalise(std::string_view value, int height, std::string& out) const {
  if (rule_) {
    if (height == 0) {
      out += value;
      return true;
    }
    std::string made;
    if (!rule_(value, std::min(height, height_ - 1), made)) return false;
    out += height >= height_ ? "*" : made;
    return true;
  }
  auto leaf = given_->leaf_of(value);
  if (!leaf) return false;
  auto level = static_cast<size_t>(std::min(height, height_));
  out += given_->label(level, given_->group_of(level, *leaf));
  return true;
}

}  // namespace sluice::deident
