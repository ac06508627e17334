// Worker: strategies tried on a sealed version (node/preview_strategy.h). Of a sample that is the same for every strategy the cells of open columns leave
// it as masked, of the others their forms (jobs/preview_cells.h); cells before masking only in the range that an operation allows; risk is that of all rows.
#include <algorithm>
#include <map>
#include <unordered_set>

#include "anonymity/risk_report.h"
#include "anonymity/source_table.h"
#include "anonymity/utility.h"
#include "base/random.h"
#include "deident/apply.h"
#include "deident/column_mask.h"
#include "deident/fit.h"
#include "deident/tells.h"
#include "deident/plan.h"
#include "deident/residual.h"
#include "deident/targets.h"
#include "node/jobs/job_table.h"
#include "node/jobs/preview_cells.h"
#include "node/jobs/preview_sample.h"
#include "node/jobs/sealed_input.h"
#include "node/preview_strategy.h"

namespace sluice::node {

namespace {

constexpr int64_t kShownRowsMax = 100;
constexpr size_t kUtilityQueries = 50;
constexpr uint64_t kUtilityRowsMin = 100;

struct ColumnTrial {
  deident::CellTally tally;
  deident::ResidualTally residual;
  std::unordered_set<std::string> before, after;
  uint64_t changed = 0, rows = 0;
  bool refused = false;
};

// What all rows say: models reached, rows in small classes, and for what a real run would be refused.
struct WholeTrial {
  std::vector<deident::ModelReceipt> models;
  std::optional<uint64_t> k;  // over the strategy's own quasi-identifiers: what a run is refused by
  uint64_t suppressed = 0;
  std::vector<Error> refused;
};

std::vector<table::KeyColumn> keys_named(const anonymity::CsvTable& table, const std::vector<std::string>& names) {
  std::vector<table::KeyColumn> out;
  for (const std::string& name : names)
    for (const auto& column : table.columns)
      if (column.name == name) out.push_back(column.keys);
  return out;
}

// One strategy on this version.
class StrategyTrial {
 public:
  static Result<StrategyTrial> bind(const std::string& text, vault::SealedReader& reader, const std::vector<size_t>& readable) {
    auto strategy = TRY(deident::read_strategy(text));
    std::vector<std::string> names;
    for (const auto& spec : reader.specs()) names.push_back(spec.name);
    SystemRandom random;
    auto masker = TRY(deident::Masker::bind(deident::masking_part(strategy), names, SecretBytes(random_bytes(random, 32))));
    StrategyTrial out(std::move(strategy), std::move(masker), reader, readable);
    TRY(out.learn());
    return out;
  }

  // The masked cells of a column; empty where the technique refuses a value.
  Result<table::Column> masked(const Stretch& stretch, size_t column) {
    ColumnTrial& trial = trials_[column];
    const table::Column& source = *stretch.columns[column];
    table::ColumnBuilder builder(table::Type::text);
    if (masker_.technique(column) == deident::Technique::keep && !masker_.in_batches(column)) {
      for (size_t row = 0; row < stretch.rows; row++) {
        std::string cell = preview_cell(source, row);
        trial.tally.nulls += cell.empty();
        deident::scan_cell(cell, trial.residual);
        builder.append_text(cell);
      }
      return builder.finish();
    }
    Status done = deident::mask_column(masker_, column, stretch.columns, stretch.first_row, builder, trial.tally, trial.residual);
    if (!done && done.error().reason == "deident.value_refused") {
      trial.refused = true;
      (void)builder.finish();
      for (size_t row = 0; row < stretch.rows; row++) builder.append_null();
    } else if (!done) {
      return tl::unexpected(done.error());
    }
    return builder.finish();
  }

  Status try_sample(const std::vector<Stretch>& sample) {
    for (const Stretch& stretch : sample) sampled_.rows += stretch.rows;
    for (const Stretch& stretch : sample)
      for (size_t c : kept_) {
        table::Column after = TRY(masked(stretch, c));
        ColumnTrial& trial = trials_[c];
        anonymity::TableColumn& sampled = sampled_.columns[at_in_sample(c)];
        for (size_t row = 0; row < stretch.rows; row++) {
          std::string was = preview_cell(*stretch.columns[c], row), is = preview_cell(after, row);
          take_cell(sampled, is);
          trial.changed += was != is;
          trial.rows++;
          trial.before.insert(std::move(was));
          trial.after.insert(std::move(is));
        }
      }
    return {};
  }

  // What is left of these columns in all rows.
  Result<anonymity::CsvTable> table_after(WorkerContext& context, const std::vector<std::string>& quasi) {
    anonymity::CsvTable out;
    out.rows = reader_.rows();
    std::vector<size_t> at;
    for (const std::string& name : quasi) {
      at.push_back(table::find_column(reader_.specs(), name));
      if (at.back() == reader_.specs().size()) return fail(Errc::invalid, "deident.missing_column", name);
      out.header.push_back(name);
      out.columns.push_back({.name = name, .keys = {}, .texts = {}});
    }
    uint64_t first = 0;
    for (size_t g = 0; g < reader_.row_groups(); g++) {
      Stretch group{first, reader_.rows_of(g), std::vector<table::ColumnRef>(reader_.specs().size())};
      for (size_t q = 0; q < at.size(); q++) {
        anonymity::TableColumn& column = out.columns[q];
        if (masker_.dropped(at[q])) {
          uint32_t nothing = column.texts.code_of("");
          column.keys.codes.insert(column.keys.codes.end(), group.rows, nothing);
          continue;
        }
        TRY(read_into(group, g, at[q]));
        if (auto beside = masker_.beside(at[q])) TRY(read_into(group, g, *beside));
        ColumnTrial scratch = std::move(trials_[at[q]]);  // counts are those of the sample
        trials_[at[q]] = {};
        auto after = masked(group, at[q]);
        bool refused = trials_[at[q]].refused;
        trials_[at[q]] = std::move(scratch);
        trials_[at[q]].refused = trials_[at[q]].refused || refused;
        if (!after) return tl::unexpected(after.error());
        for (size_t row = 0; row < group.rows; row++) column.keys.codes.push_back(column.texts.code_of(preview_cell(*after, row)));
      }
      first += group.rows;
      TRY(send_progress(context, Json::object({{"rows", first}, {"stage", "risk"}, {"total", reader_.rows()}})));
    }
    for (auto& column : out.columns) column.keys.cardinality = column.texts.size();
    return out;
  }

  // Models and small classes over the table that table_after() gave, which holds the strategy's quasi-identifiers and target columns; the rows that
  // the strategy leaves out are taken out of it. (A sample by a throw-away key would say nothing: it is not tried.)
  Result<WholeTrial> judge_rows(anonymity::CsvTable& table) const {
    WholeTrial out;
    if (strategy_.suppress_permille) TRY(leave_out_small_classes(table, out));
    out.k = TRY(k_of(table));
    auto quasi = keys_named(table, quasi_left()), sensitive = keys_named(table, deident::target_columns(strategy_));
    auto models = deident::measure_targets(strategy_, quasi, sensitive);
    if (!models) {
      out.refused.push_back(models.error());
      return out;
    }
    out.models = std::move(*models);
    if (Status holds = deident::all_hold(out.models); !holds) out.refused.push_back(holds.error());
    return out;
  }

  Json columns_json(const std::vector<GradedColumn>& graded) const {
    Json out = Json::array();
    for (size_t c = 0; c < reader_.specs().size(); c++) {
      const std::string& name = reader_.specs()[c].name;
      auto grade = std::find_if(graded.begin(), graded.end(), [&](const GradedColumn& g) { return g.column == name; });
      int level = grade == graded.end() || grade->level == 0 ? 5 : grade->level;
      deident::Technique technique = masker_.technique(c);
      Json parameters = encode(masker_.rule(c));
      parameters.erase("column");
      parameters.erase("technique");
      const ColumnTrial& t = trials_[c];
      out.push(Json::object({{"changed_permille", t.rows ? t.changed * 1000 / t.rows : 0}, {"column", name}, {"distinct_after", t.after.size()},
                             {"distinct_before", t.before.size()}, {"failed", t.tally.failed},
                             {"level_after", level_left(c, level, grade == graded.end() || grade->identifying, grade == graded.end() ? "" : grade->type)}, {"level_before", level},
                             {"masked", t.tally.masked}, {"nulls", t.tally.nulls}, {"parameters", std::move(parameters)}, {"technique", name_of(technique)}}));
    }
    return out;
  }

  // {residual, refusals}: what a real run would be refused for, as far as the sample and all classes show it.
  void judge(Json& side, const WholeTrial& all) const {
    Json residual = Json::array(), refusals = Json::array();
    auto refuse = [&](std::string_view reason, std::string detail) { refusals.push(Json::object({{"detail", std::move(detail)}, {"reason", reason}})); };
    for (size_t c : kept_) {
      const std::string& name = reader_.specs()[c].name;
      if (trials_[c].refused) refuse("deident.value_refused", name);
      for (auto [type, cells] : trials_[c].residual.findings()) {
        residual.push(Json::object({{"cells", cells}, {"column", name}, {"type", type}}));
        if (!deident::residual_expected(strategy_, masker_, c, name, type)) refuse("deident.residual_found", name + ":" + std::string(type));
      }
    }
    if (all.k && strategy_.k_min && *all.k < static_cast<uint64_t>(*strategy_.k_min)) refuse("deident.k_too_small", std::to_string(*all.k));
    for (const Error& error : all.refused) refuse(error.reason, error.detail);
    side.set("models", encode(all.models)).set("rows_suppressed", strategy_.suppress_permille ? Json(all.suppressed) : Json());
    side.set("residual", std::move(residual)).set("refusals", std::move(refusals)).set("k_min", strategy_.k_min ? Json(*strategy_.k_min) : Json());
  }

  // How useful the masked sample is beside the sample as it was; null for a few rows, and where they have no
  // column in common.
  Result<Json> utility(const anonymity::CsvTable& before) const {
    auto common = [&](const std::string& name) { return sampled_.find(name) != nullptr; };
    if (before.rows < kUtilityRowsMin || std::none_of(before.header.begin(), before.header.end(), common)) return Json();
    auto report = TRY(anonymity::compare_tables(before, sampled_, {.columns = before.header, .random_queries = kUtilityQueries}));
    // Means of two samples that differ by a row would tell that row's value.
    for (auto& column : report.columns) column.mean_before = column.mean_after = std::nullopt;
    return anonymity::to_json(report);
  }

  const deident::Strategy& strategy() const { return strategy_; }
  const deident::Masker& masker() const { return masker_; }
  const std::vector<size_t>& kept() const { return kept_; }

 private:
  int level_left(size_t column, int before, bool identifies, const std::string& type) const {
    const Level level = Level::of(before).value_or(Level::l5());
    // A column that the strategy does not name has no rule of its own.
    const bool named = !masker_.rule(column).column.empty();
    return (named ? deident::level_after(masker_.rule(column), level, identifies, type) : deident::level_after(masker_.technique(column), level)).value();
  }

  // Of the strategy's own quasi-identifiers those that are not dropped.
  std::vector<std::string> quasi_left() const {
    std::vector<std::string> out;
    for (const std::string& name : strategy_.quasi_identifiers)
      if (size_t at = table::find_column(reader_.specs(), name); at < reader_.specs().size() && !masker_.dropped(at)) out.push_back(name);
    return out;
  }

  // The smallest class; nothing where there are no rows or no quasi-identifiers.
  Result<std::optional<uint64_t>> k_of(const anonymity::CsvTable& table) const {
    auto keys = keys_named(table, quasi_left());
    std::vector<const table::KeyColumn*> pointers;
    for (const auto& key : keys) pointers.push_back(&key);
    if (pointers.empty() || table.rows == 0) return std::optional<uint64_t>();
    auto classes = TRY(table::row_classes(pointers));
    return std::optional<uint64_t>(*std::min_element(classes.size_of_class.begin(), classes.size_of_class.end()));
  }

  Status leave_out_small_classes(anonymity::CsvTable& table, WholeTrial& out) const {
    auto keys = keys_named(table, quasi_left());
    std::vector<const table::KeyColumn*> pointers;
    for (const auto& key : keys) pointers.push_back(&key);
    if (pointers.empty() || table.rows == 0) return {};
    auto classes = TRY(table::row_classes(pointers));
    auto stays = [&](size_t row) { return classes.size_of_class[classes.class_of_row[row]] >= static_cast<uint64_t>(*strategy_.k_min); };
    for (size_t row = 0; row < table.rows; row++) out.suppressed += !stays(row);
    if (uint64_t permille = (out.suppressed * 1000 + table.rows - 1) / table.rows; permille > static_cast<uint64_t>(*strategy_.suppress_permille)) {
      out.refused.push_back({Errc::refused, "deident.too_many_suppressed", std::to_string(permille)});
      return {};
    }
    for (auto& column : table.columns) {
      size_t to = 0;
      for (size_t row = 0; row < table.rows; row++)
        if (stays(row)) column.keys.codes[to++] = column.keys.codes[row];
      column.keys.codes.resize(to);
    }
    table.rows -= out.suppressed;
    return {};
  }

  StrategyTrial(deident::Strategy strategy, deident::Masker masker, vault::SealedReader& reader, const std::vector<size_t>& readable)
      : strategy_(std::move(strategy)), masker_(std::move(masker)), reader_(reader), trials_(reader.specs().size()) {
    for (size_t c : readable)
      if (!masker_.dropped(c)) kept_.push_back(c);
    for (size_t c : kept_) {
      sampled_.header.push_back(reader_.specs()[c].name);
      sampled_.columns.push_back({.name = reader_.specs()[c].name, .keys = {}, .texts = {}});
    }
  }

  size_t at_in_sample(size_t column) const { return static_cast<size_t>(std::find(kept_.begin(), kept_.end(), column) - kept_.begin()); }

  Status read_into(Stretch& group, size_t number, size_t column) {
    if (!group.columns[column]) group.columns[column] = TRY(reader_.read(number, column));
    return {};
  }

  Status learn() {
    uint64_t first = 0;
    for (size_t g = 0; masker_.learns() && g < reader_.row_groups(); g++) {
      std::vector<table::ColumnRef> group(reader_.specs().size());
      for (size_t c = 0; c < group.size(); c++)
        if (masker_.learns(c)) group[c] = TRY(reader_.read(g, c));
      deident::learn_columns(masker_, group, reader_.rows_of(g), first);
      first += reader_.rows_of(g);
    }
    return masker_.finish_learning();
  }

  deident::Strategy strategy_;
  deident::Masker masker_;
  vault::SealedReader& reader_;
  std::vector<ColumnTrial> trials_;
  std::vector<size_t> kept_;
  anonymity::CsvTable sampled_;  // the masked sample
};

// The strategy made coarser where the version needs it; its columns are read once for each step that is tried.
Result<deident::Strategy> fitted_to_version(WorkerContext& context, vault::SealedReader& reader, const PreviewJob& job, const std::vector<size_t>& readable, deident::CellsAsTheyAre& cells,
                                            const std::string& text) {
  auto strategy = TRY(deident::read_strategy(text));
  const deident::FitKeysFn keys = [&](const deident::FieldRule& rule) -> Result<table::KeyColumn> {
    auto at = std::find_if(readable.begin(), readable.end(), [&](size_t c) { return reader.specs()[c].name == rule.column; });
    if (at == readable.end()) return table::KeyColumn{};
    deident::Strategy alone = strategy;
    alone.rules = {rule};
    alone.unlisted = deident::Unlisted::suppress;
    alone.quasi_identifiers.clear();
    alone.k_min.reset();
    alone.suppress_permille.reset();
    auto trial = TRY(StrategyTrial::bind(canonical(encode(alone)), reader, readable));
    anonymity::CsvTable table = TRY(trial.table_after(context, {rule.column}));
    return std::move(table.columns.front().keys);
  };
  const auto verdicts = verdicts_of_graded(job.graded);
  auto fitted = TRY(deident::fit(strategy, verdicts, *job.fit, keys));
  return deident::propose_marks(TRY(deident::hide_tells(std::move(fitted), verdicts, cells)), verdicts, cells);
}

anonymity::RiskOptions risk_options(const PreviewJob& job) {
  anonymity::RiskOptions options{.quasi = job.quasi};
  for (const auto& t : job.thresholds)
    if (t.share_type == job.share_type) options.threshold = static_cast<double>(t.risk_permille_max) / 1000;
  return options;
}

Result<Json> findings_of(const StrategyTrial& trial, const PreviewJob& job, deident::CellsAsTheyAre& cells, const std::optional<anonymity::RiskReport>& after) {
  const auto verdicts = verdicts_of_graded(job.graded);
  auto findings = deident::review(trial.strategy(), verdicts);
  if (after && after->count.rows > 0) {
    auto permille = [&](uint64_t rows) { return static_cast<int64_t>(rows * 1000 / after->count.rows); };
    std::vector<std::string> left;
    for (const std::string& name : job.quasi)
      if (std::none_of(trial.strategy().rules.begin(), trial.strategy().rules.end(), [&](const auto& r) { return r.column == name && r.technique == deident::Technique::suppress; })) left.push_back(name);
    if (after->count.unique_rows() > 0) findings.push_back(deident::unique_combination(left, permille(after->count.unique_rows())));
    const auto& sets = after->unique.sets;
    auto worst = std::max_element(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a.rows < b.rows; });
    if (worst != sets.end() && worst->rows > 0 && worst->columns.size() < left.size()) {
      std::vector<std::string> names;
      for (size_t c : worst->columns) names.push_back(job.quasi[c]);
      findings.push_back(deident::unique_combination(names, permille(worst->rows)));
    }
  }
  for (auto& finding : TRY(deident::lint_tells(trial.strategy(), verdicts, cells))) findings.push_back(std::move(finding));
  return encode(findings);
}

Result<Json> side_of(WorkerContext& context, StrategyTrial& trial, const PreviewJob& job, const std::vector<Stretch>& sample, const anonymity::CsvTable& before,
                     deident::CellsAsTheyAre& cells) {
  TRY(trial.try_sample(sample));
  std::optional<anonymity::RiskReport> after;
  std::vector<std::string> looked_at = job.quasi;
  for (const auto& list : {trial.strategy().quasi_identifiers, deident::target_columns(trial.strategy())})
    for (const std::string& name : list)
      if (std::find(looked_at.begin(), looked_at.end(), name) == looked_at.end()) looked_at.push_back(name);
  WholeTrial all;
  if (!looked_at.empty()) {
    anonymity::CsvTable table = TRY(trial.table_after(context, looked_at));
    all = TRY(trial.judge_rows(table));
    if (!job.quasi.empty() && table.rows > 0) after = TRY(anonymity::measure_risk(table, risk_options(job), job.thresholds));
  }
  Json side = Json::object({{"columns", trial.columns_json(job.graded)}, {"findings", TRY(findings_of(trial, job, cells, after))}, {"risk_after", after ? anonymity::to_json(*after) : Json()}});
  trial.judge(side, all);
  side.set("utility", TRY(trial.utility(before)));
  return side;
}

// Rows of the sample as they may be shown, or those of the operation with its columns as they were.
Result<Json> shown_rows(StrategyTrial& trial, vault::SealedReader& reader, const PreviewJob& job, const std::vector<Stretch>& sample) {
  size_t show = static_cast<size_t>(std::clamp<int64_t>(job.show, 0, kShownRowsMax));
  std::vector<Stretch> ranged;
  if (job.before) {
    std::vector<size_t> readable = trial.kept();
    auto add = [&, all = reader.specs().size()](size_t at) { return at < all && std::find(readable.begin(), readable.end(), at) == readable.end() ? readable.push_back(at) : void(); };
    for (const std::string& name : job.before->columns) add(table::find_column(reader.specs(), name));
    for (size_t c : trial.kept()) add(trial.masker().beside(c).value_or(reader.specs().size()));
    show = std::min(show, static_cast<size_t>(std::max<int64_t>(0, job.before->rows)));
    ranged.push_back(TRY(stretch_of(reader, readable, static_cast<uint64_t>(job.before->first_row), show)));
  }
  Json rows = Json::array(), after = Json::array(), before = Json::array(), names = Json::array();
  for (size_t c : trial.kept()) names.push(Json(reader.specs()[c].name));
  ClosedCells closed(trial.masker(), reader.specs(), trial.kept(), job, sample);
  for (const Stretch& stretch : job.before ? ranged : sample) {
    std::map<size_t, table::Column> masked;
    for (size_t c : trial.kept())
      if (!closed.closed(c)) masked.emplace(c, TRY(trial.masked(stretch, c)));
    for (size_t row = 0; row < stretch.rows && rows.as_array().size() < show; row++) {
      rows.push(Json(static_cast<int64_t>(stretch.first_row + row)));
      Json cells = Json::array();
      for (size_t c : trial.kept())
        cells.push(Json(closed.closed(c) ? TRY(closed.shown(c, preview_cell(*stretch.columns[c], row))) : preview_cell(masked.at(c), row)));
      after.push(std::move(cells));
      if (!job.before) continue;
      Json was = Json::array();
      for (const std::string& name : job.before->columns) was.push(Json(preview_cell(*stretch.columns[table::find_column(reader.specs(), name)], row)));
      before.push(std::move(was));
    }
  }
  return Json::object({{"after", std::move(after)}, {"before", job.before ? std::move(before) : Json()},
                       {"before_columns", job.before ? encode(job.before->columns) : Json::array()}, {"columns", std::move(names)},
                       {"forms", closed.take_examples()}, {"rows", std::move(rows)}});
}

}  // namespace

Status run_preview_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 64u << 20));
  const Json* job_json = context.request.find("preview");
  if (!job_json) return fail(Errc::invalid, "record.missing_field", "preview");
  auto job = TRY(decode<PreviewJob>(*job_json));
  auto granted = TRY(decode<std::vector<std::string>>(*context.request.find("granted")));
  std::vector<size_t> readable, all;
  for (const std::string& name : granted) {
    all.push_back(table::find_column(reader->specs(), name));
    if (std::find(job.looked.begin(), job.looked.end(), name) == job.looked.end()) readable.push_back(all.back());
  }
  deident::CellsAsTheyAre cells = cells_of_version(*reader, all);
  auto sample = TRY(sample_of(*reader, readable));
  uint64_t sampled = 0;
  for (const Stretch& s : sample) sampled += s.rows;
  Json out = Json::object({{"quasi_identifiers", encode(job.quasi)}, {"rows_sampled", sampled}, {"rows_total", reader->rows()}});
  out.set("risk_before", job.quasi.empty() ? Json() : anonymity::to_json(TRY(anonymity::measure_risk(TRY(anonymity::read_source(*reader, job.quasi)), risk_options(job), job.thresholds))));
  Json sides = Json::array();
  std::vector<size_t> measured;  // of which the use is measured: columns that name nobody, as far as anybody said
  for (size_t c : readable)
    if (std::none_of(job.graded.begin(), job.graded.end(), [&](const GradedColumn& g) { return (g.identifying || g.level == 0) && g.column == reader->specs()[c].name; })) measured.push_back(c);
  const anonymity::CsvTable before = table_of_sample(*reader, measured, sample);
  for (const std::string& text : job.strategies) {
    std::optional<deident::Strategy> fitted;
    if (job.fit) fitted = TRY(fitted_to_version(context, *reader, job, readable, cells, text));
    auto trial = TRY(StrategyTrial::bind(fitted ? canonical(encode(*fitted)) : text, *reader, readable));
    Json side = TRY(side_of(context, trial, job, sample, before, cells));
    if (fitted) side.set("fitted", encode(*fitted));
    if (job.show > 0) side.set("shown", TRY(shown_rows(trial, *reader, job, sample)));
    sides.push(std::move(side));
  }
  out.set("sides", std::move(sides));
  return send_result(context, out);
}

}  // namespace sluice::node
