#include "node/jobs/release_marker.h"

#include <charconv>

#include "base/clock.h"
#include "deident/column_mask.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

constexpr int64_t kMsOfDay = 86400000;

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

// "12.30" at scale 2 → 1230; the cell has the column's digits after the point.
std::optional<int64_t> decimal_units(std::string_view cell, uint8_t scale) {
  std::string digits;
  size_t point = cell.find('.');
  size_t after = point == std::string_view::npos ? 0 : cell.size() - point - 1;
  if (after > scale) return std::nullopt;
  for (char c : cell)
    if (c != '.') digits += c;
  digits.append(scale - after, '0');
  return whole_number(digits);
}

std::optional<int64_t> day_number(std::string_view cell) {
  if (cell.size() < 10) return std::nullopt;
  auto year = whole_number(cell.substr(0, 4)), month = whole_number(cell.substr(5, 2)), day = whole_number(cell.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return days_from_civil(static_cast<int>(*year), static_cast<int>(*month), static_cast<int>(*day));
}

std::optional<int64_t> moment_ms(std::string_view cell) {
  auto day = day_number(cell);
  if (!day || cell.size() < 19) return std::nullopt;
  auto hour = whole_number(cell.substr(11, 2)), minute = whole_number(cell.substr(14, 2)), second = whole_number(cell.substr(17, 2));
  if (!hour || !minute || !second) return std::nullopt;
  return *day * kMsOfDay + (*hour * 3600 + *minute * 60 + *second) * 1000;
}

std::optional<int64_t> value_of_cell(std::string_view cell, const table::ColumnSpec& spec) {
  switch (spec.type) {
    case table::Type::decimal: return decimal_units(cell, spec.scale);
    case table::Type::date: return day_number(cell);
    case table::Type::datetime: return moment_ms(cell);
    case table::Type::int64: return whole_number(cell);
    case table::Type::text:
    case table::Type::boolean: break;
  }
  return std::nullopt;
}

std::string marked_cell(const table::ColumnRef& column, size_t row) {
  std::string out;
  if (column) table::cell_text_to(out, *column, row);
  return out;
}

}  // namespace

Result<table::Column> typed_again(const table::Column& text, const table::ColumnSpec& spec) {
  table::ColumnBuilder builder(spec);
  for (size_t row = 0; row < text.rows(); row++) {
    if (text.is_null(row)) {
      builder.append_null();
      continue;
    }
    auto value = value_of_cell(text.text_at(row), spec);
    if (!value) return fail(Errc::invalid, "mark.bad_plan", spec.name);
    builder.append_int(*value);
  }
  return builder.finish();
}

ReleaseMarker::ReleaseMarker(deident::Strategy strategy, deident::BoundMarks bound, std::vector<table::ColumnSpec> specs)
    : strategy_(std::move(strategy)), bound_(std::move(bound)), specs_(std::move(specs)) {
  for (const std::string& name : strategy_.quasi_identifiers)
    if (size_t at = table::find_column(specs_, name); at < specs_.size()) quasi_.push_back(at);
  codes_before_.resize(quasi_.size());
  codes_after_.resize(quasi_.size());
}

Result<std::optional<ReleaseMarker>> ReleaseMarker::create(WorkerContext& context, const std::vector<table::ColumnSpec>& specs) {
  const Json* order = context.request.find("marks");
  if (!order || !order->is_object()) return std::optional<ReleaseMarker>{};
  std::string text = TRY(order->get_string("strategy")), code = TRY(order->get_string("code"));
  auto strategy = TRY(deident::read_strategy(text));
  HandedKeys handed = TRY(receive_keys(context));
  if (handed.keys.size() != 1) return fail(Errc::invalid, "worker.no_keys");
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  auto bound = TRY(deident::bind_marks(strategy, handed.keys.begin()->second, code, names, strategy.quasi_identifiers));
  return std::optional(ReleaseMarker(std::move(strategy), std::move(bound), specs));
}

Status ReleaseMarker::mark(std::vector<table::ColumnRef>& shown) {
  before_.clear();
  after_.clear();
  for (size_t q : quasi_) before_.push_back(shown[q]);
  std::vector<table::ColumnRef> marked = shown;
  for (size_t at : bound_.carriers) {
    table::ColumnBuilder builder(table::Type::text);
    deident::CellTally tally;
    deident::ResidualTally residual;
    TRY(deident::mask_column(bound_.masker, at, shown, 0, builder, tally, residual));
    changed_ += tally.masked;
    table::Column text = builder.finish();
    marked[at] = std::make_shared<const table::Column>(specs_[at].type == table::Type::text ? std::move(text) : TRY(typed_again(text, specs_[at])));
  }
  shown = std::move(marked);
  for (size_t q : quasi_) after_.push_back(shown[q]);
  return {};
}

void ReleaseMarker::count(size_t row) {
  for (size_t q = 0; q < quasi_.size(); q++) {
    codes_before_[q].add(marked_cell(before_[q], row));
    codes_after_[q].add(marked_cell(after_[q], row));
  }
}

Result<Json> ReleaseMarker::finish() {
  int64_t k_before = 0, k_after = 0;
  if (!quasi_.empty()) {
    std::vector<table::KeyColumn> before, after;
    for (auto& codes : codes_before_) before.push_back(codes.finish());
    for (auto& codes : codes_after_) after.push_back(codes.finish());
    k_before = static_cast<int64_t>(TRY(table::count_classes(before)).k_min);
    k_after = static_cast<int64_t>(TRY(table::count_classes(after)).k_min);
    if (strategy_.k_min && k_after < *strategy_.k_min && k_after < k_before) return fail(Errc::refused, "mark.k_too_small", std::to_string(k_after));
  }
  return Json::object({{"cells_changed", changed_}, {"cells_marked", bound_.cells_marked()}, {"k_before", k_before}, {"k_min", k_after}});
}

}  // namespace sluice::node
