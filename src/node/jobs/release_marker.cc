#include "node/jobs/release_marker.h"

#include "deident/column_mask.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

std::string marked_cell(const table::ColumnRef& column, size_t row) {
  std::string out;
  if (column) table::cell_text_to(out, *column, row);
  return out;
}

}  // namespace

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
  const Json* told = order->find("known");
  auto known = told ? TRY(decode<deident::KnownTypes>(*told, "known")) : deident::KnownTypes();
  auto bound = TRY(deident::bind_marks(strategy, handed.keys.begin()->second, code, names, strategy.quasi_identifiers, known));
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
    auto typed = table::column_of_texts(builder.finish(), specs_[at]);
    if (!typed) return fail(Errc::invalid, "mark.bad_plan", specs_[at].name);
    marked[at] = std::make_shared<const table::Column>(*std::move(typed));
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
  TRY(bound_.no_codes());
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
