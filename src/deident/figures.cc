#include "deident/figures.h"

#include <algorithm>
#include <array>
#include <bit>

#include "classify/tokens.h"
#include "deident/column_types.h"
#include "deident/techniques/cell_forms.h"

namespace sluice::deident {

namespace {

constexpr size_t kLongest = 12;  // digits before the point: hundreds of billions

// Tokens of names that say how much, how many or how long.
constexpr std::array<std::string_view, 76> kFigureTokens = {
    "amount", "amt",    "sumamt", "sum",   "total",   "subtotal", "fee",      "fees",     "cost",     "costs",  "charge", "charges", "price",  "pric",   "pay",    "paid",       "payment", "copay",  "balance",
    "balc",   "income", "revenue", "expense", "expenses", "cnt",  "count",    "counts",   "qty",      "quantity", "times", "freq",  "frequency", "days",  "day",    "hours",  "hour",       "minutes", "minute", "min",
    "mins",   "weeks",  "months", "years", "duration", "dur",     "los",      "length",   "rate",     "ratio",  "pct",    "percent", "percentage", "score", "scores", "points", "dose",   "dosage",  "vol",    "volume",
    "weight", "wt",     "height", "bmi",   "value",   "val",      "avg",      "mean",     "median",   "units",  "size",   "distance", "km",    "kg",     "cm",     "ml",     "result"};

bool named_as_figure(const std::vector<std::string>& tokens) {
  if (std::any_of(tokens.begin(), tokens.end(), [](const std::string& t) { return among(t, kFigureTokens); })) return true;
  constexpr std::array<std::string_view, 9> kEnds = {"数", "量", "率", "值", "额", "费", "价", "天", "龄"};
  if (!tokens.empty() && among(tokens.back(), kEnds)) return !ends_with(tokens, {"序", "数"});
  return ends_with(tokens, {"人", "次"}) || ends_with(tokens, {"得", "分"}) || ends_with(tokens, {"评", "分"}) || ends_with(tokens, {"比", "例"}) || ends_with(tokens, {"时", "长"}) ||
         ends_with(tokens, {"小", "时"}) || ends_with(tokens, {"分", "钟"}) || ends_with(tokens, {"年", "限"}) || ends_with(tokens, {"费", "用"}) || ends_with(tokens, {"合", "计"}) ||
         ends_with(tokens, {"总", "计"}) || ends_with(tokens, {"结", "果"}) || ends_with(tokens, {"身", "高"}) || ends_with(tokens, {"体", "重"}) || ends_with(tokens, {"距", "离"});
}

// What numbers are of that something is called by.
constexpr std::array<std::string_view, 16> kThingTokens = {"num", "number", "nbr", "seq", "sequence", "serial", "order", "ord", "key", "idx", "index", "ref", "barcode", "batch", "lot", "voucher"};

// What decimals may be of without being figures: places on a map, numbers of versions.
bool no_figure(const classify::Verdict& v, const std::vector<std::string>& tokens) {
  constexpr std::array<std::string_view, 11> kTypes = {"address", "institution_info", "person_region", "native_place", "postcode", "phone", "network_address", "device_id", "row_id", "technical", "configuration"};
  constexpr std::array<std::string_view, 8> kPlaces = {"lat", "latitude", "lon", "lng", "longitude", "gps", "geo", "coordinate"};
  return v.direct_identifier || v.quasi_identifier || among(v.type, kTypes) || holds_codes(v.type, tokens) ||
         std::any_of(tokens.begin(), tokens.end(), [&](const std::string& t) { return among(t, kPlaces) || among(t, kThingTokens); }) || ends_with(tokens, {"经", "度"}) || ends_with(tokens, {"纬", "度"}) ||
         ends_with(tokens, {"坐", "标"});
}

}  // namespace

void NumberShape::add(std::string_view cell) {
  if (cell.empty()) return;
  filled_++;
  CellDate date{};
  dates_ += parse_cell_date(cell, date);
  CellNumber number{};
  if (!parse_cell_number(cell, number)) return;
  numbers_++;
  fractions_ += number.fraction_digits > 0;
  if (cell[0] == '-' || cell[0] == '+') cell.remove_prefix(1);
  const size_t digits = std::min(cell.find('.'), cell.size());
  coded_ += (digits > 1 && cell[0] == '0') || digits > kLongest;
  lengths_ |= 1u << std::min<size_t>(digits, 31);
}

bool NumberShape::as_dates() const { return filled_ > 0 && dates_ * 10 >= filled_ * 9; }

bool NumberShape::as_figures() const { return filled_ > 0 && numbers_ == filled_ && coded_ == 0 && !as_dates(); }

bool NumberShape::decimals() const { return as_figures() && fractions_ * 2 > filled_ && std::popcount(lengths_) > 1; }

bool is_figure_type(std::string_view type) { return among(type, kMoneyTypes) || among(type, kMeasuredTypes) || type == "income" || type == "operation_figure"; }

bool is_figure(const classify::Verdict& verdict, const NumberShape& cells) {
  if (is_figure_type(verdict.type)) return true;
  const auto tokens = classify::tokens_of(verdict.column);
  return !no_figure(verdict, tokens) && cells.as_figures() && (named_as_figure(tokens) || cells.decimals());
}

}  // namespace sluice::deident
