// Use cases: a strategy composed or looked at, previewed on a sealed version, and compared with another (docs/formats/deident-api.md).
// Nothing is written but the grant and its end. All run in one worker with the keys of the columns that a strategy leaves or needs.
//
// Cells: a preview shows the masked cells of columns that need no operation, made with a throw-away key, and of all others their forms with an example
// (jobs/preview_cells.h). Cells of the others, masked or as they were, are shown only under an approved `list_values` operation of the person, within
// its columns and rows: it is started and reported like any other showing of values. The sample is the version's: `sample_rows` chooses nothing.
// What whoever asks chooses must not ask for values either: a condition on a column that names people, or that nobody graded, and cuts of such a
// column at points of one's own would tell by the counts whether a value is there ("deident.preview_probe", detail: the column).
// Strategies are looked at as they would be applied: their base joined in, their classes resolved by the catalog (as proposed, where nobody
// confirmed yet), rows in small classes left out, targets measured. What would refuse a real run is told in `refusals`.
// Errors: those of read_strategy and Masker::bind, "version.not_found", "masking.masked_already", "strategy.not_found", those of operations.
#pragma once

#include "classify/classify.h"
#include "deident/receipt.h"
#include "deident/strategy_parts.h"
#include "node/node.h"

namespace sluice::node {

// A column as the catalog grades it: confirmed, else as proposed.
struct GradedColumn {
  std::string column, type;
  int level = 0;  // 0: nobody said anything yet
  bool confirmed = false, identifying = false, quasi = false;
  Category category = Category::none;
  bool by_row = false;  // rows of level 5 inside are graded one by one
  static constexpr auto fields = field_list(field("category", &GradedColumn::category), field("by_row", &GradedColumn::by_row),
                                            field("column", &GradedColumn::column), field("type", &GradedColumn::type), field("level", &GradedColumn::level),
                                            field("confirmed", &GradedColumn::confirmed), field("identifying", &GradedColumn::identifying),
                                            field("quasi", &GradedColumn::quasi));
};
std::vector<GradedColumn> graded_columns(const space::Dataset& dataset, const space::DatasetVersion& version);
// "deident.preview_probe" where the column names people, is of level 5, or nobody graded it: by the catalog, else as proposed.
Status may_be_cut(const std::vector<GradedColumn>& graded, const std::string& column);
// As classes of a strategy see them; a column about which nobody said anything yet is of level 5.
std::vector<deident::ColumnClass> classes_of_graded(const std::vector<GradedColumn>& graded);
// As the composer and the lint of strategies see them (deident/plan.h), with the same rule.
std::vector<classify::Verdict> verdicts_of_graded(const std::vector<GradedColumn>& graded);

struct PlanAsk {
  std::string share_type = "controlled", name;
  std::optional<Json> strategy;  // absent or null: compose one
  int64_t rows_max = 200000;  // looked at
  static constexpr auto fields = field_list(field("share_type", &PlanAsk::share_type), field("name", &PlanAsk::name), field("strategy", &PlanAsk::strategy),
                                            field("rows_max", &PlanAsk::rows_max));
};
struct PreviewAsk {
  std::optional<Json> strategy;  // the strategy or its text; absent or null with strategy_id
  std::string strategy_id, share_type = "controlled", operation;
  int64_t sample_rows = 2000, show = 20;
  static constexpr auto fields = field_list(field("strategy", &PreviewAsk::strategy), field("strategy_id", &PreviewAsk::strategy_id),
                                            field("share_type", &PreviewAsk::share_type), field("operation", &PreviewAsk::operation),
                                            field("sample_rows", &PreviewAsk::sample_rows), field("show", &PreviewAsk::show));
};
struct CompareAsk {
  Json a, b;  // each: the strategy, its text, or the id of an adopted one
  std::string share_type = "controlled";
  int64_t sample_rows = 2000;
  static constexpr auto fields = field_list(field("a", &CompareAsk::a), field("b", &CompareAsk::b), field("share_type", &CompareAsk::share_type),
                                            field("sample_rows", &CompareAsk::sample_rows));
};

Result<Json> plan_strategy(Node& node, const space::Principal& by, const space::VersionId& version, const PlanAsk& ask, const ProgressFn& progress = {});
Result<Json> preview_strategy(Node& node, const space::Principal& by, const space::VersionId& version, const PreviewAsk& ask, const ProgressFn& progress = {});
Result<Json> compare_strategies(Node& node, const space::Principal& by, const space::VersionId& version, const CompareAsk& ask, const ProgressFn& progress = {});

// What the worker is asked.
struct PreviewRange {
  std::vector<std::string> columns;
  int64_t first_row = 0, rows = 0;
  static constexpr auto fields =
      field_list(field("columns", &PreviewRange::columns), field("first_row", &PreviewRange::first_row), field("rows", &PreviewRange::rows));
};
struct PreviewJob {
  std::vector<std::string> strategies, quasi;
  std::vector<GradedColumn> graded;
  std::vector<rules::RiskThreshold> thresholds;
  std::string share_type;
  int64_t show = 0;
  std::vector<std::string> looked;  // dropped, and granted only to see whether they follow from what stays: no cell of them is sampled
  std::optional<PreviewRange> before;
  std::optional<rules::MaskingPack> fit;  // by its ladders the strategies are fitted to all rows first; each side then names its own as `fitted`
  static constexpr auto fields =
      field_list(field("fit", &PreviewJob::fit), field("strategies", &PreviewJob::strategies), field("quasi", &PreviewJob::quasi), field("graded", &PreviewJob::graded),
                 field("thresholds", &PreviewJob::thresholds), field("share_type", &PreviewJob::share_type), field("show", &PreviewJob::show), field("before", &PreviewJob::before), field("looked", &PreviewJob::looked));
};

}  // namespace sluice::node
