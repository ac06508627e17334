#include "recheck/redo.h"

#include <algorithm>

#include "recheck/cell_forms.h"

namespace sluice::recheck {

namespace {

using Make = std::function<bool(std::string_view, std::string&)>;

Finding not_counted(const std::string& column, std::string detail) { return {"population", column, Outcome::not_checkable, 0, std::move(detail)}; }
Finding other_than_said(const std::string& column, std::string detail) { return {"population", column, Outcome::broken, 0, std::move(detail)}; }

// The first day of the unit, in the form that the cell has.
bool first_day(std::string_view cell, std::string_view unit, std::string& made) {
  Day d;
  if (!read_day(cell, d)) return false;
  const int month = unit == "year" ? 1 : unit == "quarter" ? (d.month + 2) / 3 * 3 - 2 : d.month;
  const std::string padded = (month < 10 ? "0" : "") + std::to_string(month);
  made.assign(cell.substr(0, 4));
  if (digits(cell)) {
    made += padded + "01";
    return true;
  }
  constexpr std::string_view kYear = "年", kMonth = "月", kDay = "日";
  const bool han = cell.substr(4).starts_with(kYear);
  const std::string_view behind_year = han ? kYear : cell.substr(4, 1), behind_month = han ? kMonth : behind_year;
  const std::string_view left = cell.substr(4 + behind_year.size());
  const size_t month_digits = left.find(behind_month), day_digits = left.size() - month_digits - behind_month.size() - d.rest.size() - (han ? kDay.size() : 0);
  const bool time_behind = d.rest.empty() || d.rest[0] == ' ' || d.rest[0] == 'T' || (han && d.rest[0] >= '0' && d.rest[0] <= '9');
  if (!time_behind || d.rest.size() > 30) return false;
  const bool two = month_digits == 2 && day_digits == 2;
  made.append(behind_year).append(two ? padded : std::to_string(month)).append(behind_month).append(two ? "01" : "1").append(han ? kDay : "");
  return true;
}

// Within what every reader of numbers takes alike: some digits on both sides of the point.
bool plain_number(std::string_view cell) {
  const size_t point = cell.find('.');
  return cell.substr(0, point).size() <= 15 && !cell.ends_with('.') && (point == std::string_view::npos || cell.size() - point <= 7);
}

Make band_maker(const Parameters& p) {
  const long long width = p.number("width"), bottom = p.number("bottom");
  const std::optional<long long> top = p.has("top") ? std::optional<long long>(p.number("top")) : std::nullopt;
  const bool has_bottom = p.has("bottom");
  return [=](std::string_view cell, std::string& made) {
    long long v = 0;
    bool fraction = false;
    if (!plain_number(cell) || !read_decimal(cell, v, fraction)) return false;
    if (cell.starts_with('-') && fraction) v--;  // the floor
    if (top && v >= *top) {
      made = std::to_string(*top) + "+";
    } else if (has_bottom && v < bottom) {
      made = "<" + std::to_string(bottom);
    } else {
      const long long step = ((v - bottom) % width + width) % width, low = v - step;
      const long long high = top ? std::min(low + width, *top) - 1 : low + width - 1;
      made = std::to_string(low) + (high > low ? "-" + std::to_string(high) : "");
    }
    return true;
  };
}

Make region_maker(const Parameters& p) {
  const auto kept = static_cast<size_t>(p.number("digits"));
  return [=](std::string_view cell, std::string& made) {
    if (!digits(cell) || (cell.size() != 2 && cell.size() != 4 && cell.size() != 6)) return false;
    made.assign(cell);
    for (size_t i = kept; i < made.size(); i++) made[i] = '0';
    return true;
  };
}

Make mask_maker(const Parameters& p) {
  const auto first = static_cast<size_t>(p.number("first", 0)), last = static_cast<size_t>(p.number("last", 0));
  const std::string sign = p.text("mask_char", "*");
  return [=](std::string_view cell, std::string& made) {
    const auto chars = characters(cell);
    const bool ends = chars.size() > first + last;
    made.clear();
    for (size_t i = 0; i < chars.size(); i++) made += ends && (i < first || i >= chars.size() - last) ? std::string(chars[i]) : sign;
    return true;
  };
}

Make maker_of(const std::string& technique, const Parameters& p) {
  if (technique == "date") return [unit = p.text("unit")](std::string_view cell, std::string& made) { return first_day(cell, unit, made); };
  if (technique == "band") return band_maker(p);
  if (technique == "region") return region_maker(p);
  if (technique == "mask") return mask_maker(p);
  return {};
}

}  // namespace

std::optional<Finding> Redo::read(const std::string& name, const ReceiptView& receipt, const Ladders& ladders) {
  const ClaimedField* field = receipt.field(name);
  const std::string technique = field ? field->technique : "keep";
  if (technique == "keep") return std::nullopt;
  if (!field->parameters.fault().empty()) return other_than_said(name, "a parameter cannot be: " + field->parameters.fault());
  const bool conditional = field->parameters.conditional();
  if ((technique == "redact" || technique == "blank") && !conditional) {
    constant_ = technique == "redact" ? field->parameters.text("value") : "";
    return std::nullopt;
  }
  if (!conditional && (make_ = maker_of(technique, field->parameters))) return std::nullopt;
  const bool given = technique == "hierarchy" && field->parameters.has("hierarchy_sm3") && !field->parameters.has("lowest") && !conditional;
  if (!given) return not_counted(name, "not counted: the check does not do " + technique + (conditional ? " under a condition" : "") + " to a population by itself");
  auto at = ladders.find(name);
  if (at == ladders.end()) return not_counted(name, "not counted: wants --hierarchy " + name + "=FILE");
  if (at->second.sm3() != field->parameters.text("hierarchy_sm3")) return other_than_said(name, "another hierarchy than the receipt names");
  ladder_ = &at->second;
  height_ = static_cast<size_t>(field->parameters.number("height"));
  if (height_ > ladder_->top()) return other_than_said(name, "the hierarchy does not reach the receipt's height");
  return std::nullopt;
}

std::optional<std::string_view> Redo::of(std::string_view cell, std::string& made) const {
  if (constant_) return cell.empty() && *constant_ != "*" ? cell : std::string_view(*constant_);
  if (ladder_) return ladder_->label(cell, height_);
  if (!make_ || cell.empty()) return cell;
  if (!make_(cell, made)) return std::nullopt;
  return std::string_view(made);
}

}  // namespace sluice::recheck
