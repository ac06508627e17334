#include "node/preview_strategy.h"

#include <algorithm>
#include <set>

#include "deident/masker.h"
#include "deident/plan.h"
#include "deident/targets.h"
#include "deident/tells.h"
#include "node/adopt_strategy.h"
#include "node/measure_version.h"
#include "node/release_marks.h"
#include "node/work.h"
#include "space/deident/use.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

struct Tried {
  Dataset dataset;
  DatasetVersion version;
};

Result<Tried> tried_version(Node& node, const VersionId& version) {
  return node.space().read([&](const State& s) -> Result<Tried> {
    const DatasetVersion* v = find(s.versions, version);
    if (!v) return fail(Errc::not_found, "version.not_found");
    if (!v->masked_from.empty()) return fail(Errc::conflict, "masking.masked_already");
    return Tried{s.datasets.at(v->dataset.str()), *v};
  });
}

// A strategy out of a request: itself, its text, or the id of one that was adopted for the dataset.
Result<deident::Strategy> named_or_given(Node& node, const Dataset& dataset, const Json& given, const std::string& id) {
  std::string adopted = id;
  if (adopted.empty() && given.is_string() && given.as_string().starts_with("st_")) adopted = given.as_string();
  if (!adopted.empty()) {
    auto content = node.space().read([&](const State& s) -> Result<Digest> {
      auto it = s.strategies.find(adopted);
      if (it == s.strategies.end() || it->second.dataset != dataset.id) return fail(Errc::not_found, "strategy.not_found");
      return it->second.content;
    });
    if (!content) return tl::unexpected(content.error());
    return strategy_of(node, *content);
  }
  if (given.is_string()) return deident::read_strategy(given.as_string());
  if (given.is_object()) return deident::read_strategy(canonical(given));
  return fail(Errc::invalid, "record.missing_field", "strategy");
}

// Its base joined in.
Result<deident::Strategy> asked_strategy(Node& node, const Dataset& dataset, const Json& given, const std::string& id) {
  return with_base(node, dataset.owner, TRY(named_or_given(node, dataset, given, id)));
}

// The columns whose keys a trial needs: what stays, what stands beside it, and what risk is measured over.
std::vector<std::string> needed_columns(const DatasetVersion& version, const std::vector<deident::Strategy>& strategies, const std::vector<std::string>& more) {
  std::set<std::string> needed(more.begin(), more.end());
  for (const auto& strategy : strategies) {
    std::set<std::string> listed;
    for (const auto& rule : strategy.rules) {
      listed.insert(rule.column);
      if (rule.technique != deident::Technique::suppress) needed.insert(rule.column);
      if (rule.person) needed.insert(*rule.person);
      if (rule.when) needed.insert(rule.when->column);
    }
    for (const std::string& name : deident::target_columns(strategy)) needed.insert(name);
    if (strategy.sample) needed.insert(strategy.sample->column);
    if (strategy.unlisted == deident::Unlisted::keep)
      for (const std::string& column : version.columns)
        if (!listed.contains(column)) needed.insert(column);
  }
  std::vector<std::string> out;
  for (const std::string& column : version.columns)
    if (needed.contains(column)) out.push_back(column);
  return out;
}

// Dropped by a strategy and not needed otherwise, but of a kind that must not follow from what stays.
std::vector<std::string> looked_columns(Node& node, const Tried& tried, const std::vector<deident::Strategy>& strategies, const std::vector<std::string>& needed) {
  auto readable = node.space().read([&](const State& s) { return columns_with_keys(s, tried.version); });
  std::vector<std::string> out;
  for (const classify::Verdict& v : verdicts_of_graded(graded_columns(tried.dataset, tried.version))) {
    bool dropped = std::any_of(strategies.begin(), strategies.end(), [&](const auto& s) {
      return std::any_of(s.rules.begin(), s.rules.end(), [&](const auto& r) { return r.column == v.column && r.technique == deident::Technique::suppress; });
    });
    if (dropped && deident::must_not_follow(v) && std::find(needed.begin(), needed.end(), v.column) == needed.end() &&
        std::find(readable.begin(), readable.end(), v.column) != readable.end())
      out.push_back(v.column);
  }
  return out;
}

bool becomes_tokens(const deident::Strategy& strategy, const std::string& column) {
  return std::any_of(strategy.rules.begin(), strategy.rules.end(), [&](const deident::FieldRule& rule) { return rule.column == column && deident::becomes_tokens(rule); });
}

// Those that the strategies name, and those of the catalog unless every strategy replaces them by tokens.
std::vector<std::string> quasi_of(const std::vector<deident::Strategy>& strategies, const std::vector<GradedColumn>& graded) {
  std::vector<std::string> out;
  auto add = [&](const std::string& name) {
    if (std::find(out.begin(), out.end(), name) == out.end() && out.size() < 20) out.push_back(name);
  };
  for (const auto& strategy : strategies)
    for (const std::string& name : strategy.quasi_identifiers) add(name);
  for (const GradedColumn& g : graded)
    if (g.quasi && !std::all_of(strategies.begin(), strategies.end(), [&](const auto& s) { return becomes_tokens(s, g.column); })) add(g.column);
  return out;
}

// Numbers and codes are cut where whoever asks wants it by these; the points of the others are the technique's own.
bool cuts_at_own_points(const deident::Strategy& strategy, const deident::FieldRule& rule) {
  using deident::Technique;
  if (rule.technique == Technique::hierarchy) return rule.hierarchy && strategy.hierarchies.contains(*rule.hierarchy);
  return rule.technique == Technique::band || rule.technique == Technique::clamp || rule.technique == Technique::round;
}

Status no_probe(const deident::Strategy& strategy, const std::vector<GradedColumn>& graded) {
  for (const deident::FieldRule& rule : strategy.rules) {
    if (rule.when) TRY(may_be_cut(graded, rule.when->column));
    if (cuts_at_own_points(strategy, rule)) TRY(may_be_cut(graded, rule.column));
  }
  return {};
}

struct Trial {
  std::vector<deident::Strategy> strategies;
  std::string share_type;
  int64_t sample_rows = 0, show = 0;
  std::optional<PreviewRange> before{};
  bool fitted = false;  // to the version, by the rules' ladders
};

Result<Json> run_trial(Node& node, const Principal& by, const Tried& tried, const Trial& trial, const ProgressFn& progress) {
  if (trial.sample_rows < 1 || trial.show < 0) return fail(Errc::usage, "deident.out_of_range", trial.show < 0 ? "show" : "sample_rows");
  const auto& thresholds = node.rules().masking.thresholds;
  if (std::none_of(thresholds.begin(), thresholds.end(), [&](const auto& t) { return t.share_type == trial.share_type; })) return fail(Errc::usage, "deident.bad_share_type");
  PreviewJob job{.strategies = {}, .quasi = {}, .graded = graded_columns(tried.dataset, tried.version), .thresholds = thresholds, .share_type = trial.share_type,
                 .show = trial.show, .looked = {}, .before = trial.before, .fit = {}};
  if (trial.fitted) job.fit = node.rules().masking;
  std::vector<deident::Strategy> whole;
  for (const auto& strategy : trial.strategies) {
    whole.push_back(TRY(deident::resolve(strategy, classes_of_graded(job.graded))));
    if (!trial.fitted) TRY(no_probe(whole.back(), job.graded));
    job.strategies.push_back(canonical(encode(whole.back())));
  }
  job.quasi = quasi_of(whole, job.graded);
  std::vector<std::string> more = job.quasi;
  if (trial.before) more.insert(more.end(), trial.before->columns.begin(), trial.before->columns.end());
  auto columns = needed_columns(tried.version, whole, more);
  if (columns.empty()) return fail(Errc::invalid, "deident.nothing_left");
  job.looked = looked_columns(node, tried, whole, columns);
  columns.insert(columns.end(), job.looked.begin(), job.looked.end());
  SealedWork work{.job = "preview", .work = look_work(node, by), .version = tried.version.id, .columns = columns, .more_folders = {},
                  .request = Json::object({{"granted", encode(columns)}, {"preview", encode(job)}})};
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  auto answer = granted.worker.run(granted.request, {}, progress);
  end_grant(node, by, granted.grant, answer ? "done" : std::string(answer.error().reason));
  if (!answer) return tl::unexpected(answer.error());
  return std::move(answer->result);
}

// One side's members beside those of both; columns that nobody confirmed refuse a real run.
Json with_side(Node& node, Json out, Json side, const Tried& tried, const deident::Strategy& strategy, const std::string& share_type) {
  const Json* known = side.find("refusals");
  Json refusals = known ? *known : Json::array();
  for (const GradedColumn& g : graded_columns(tried.dataset, tried.version))
    if (!g.confirmed) refusals.push(Json::object({{"detail", g.column}, {"reason", "masking.not_graded"}}));
  Status use = within_use(use_of(strategy), {.share_type = share_type, .form = {}, .purpose = {}, .at = node.space().now()});
  if (!use) refusals.push(Json::object({{"detail", use.error().detail}, {"reason", use.error().reason}}));
  side.set("refusals", std::move(refusals));
  for (const auto& [name, value] : side.as_object()) out.set(name, value);
  return out;
}

Result<Json> take_sides(Json& answer) {
  const Json* sides = answer.find("sides");
  if (!sides || !sides->is_array() || sides->as_array().empty()) return fail(Errc::internal, "worker.no_result");
  Json out = *sides;
  answer.erase("sides");
  return out;
}

Result<PreviewRange> range_of_operation(Node& node, const Principal& by, const VersionId& version, const std::string& id) {
  return node.space().read([&](const State& s) -> Result<PreviewRange> {
    auto it = s.operations.find(id);
    if (it == s.operations.end() || it->second.requested_by != by.person) return fail(Errc::not_found, "operation.not_found");
    const Operation& o = it->second;
    if (o.what != "list_values" || o.version != version) return fail(Errc::invalid, "operation.wrong_target");
    return PreviewRange{o.columns, o.first_row, o.rows};
  });
}

}  // namespace

std::vector<GradedColumn> graded_columns(const Dataset& dataset, const DatasetVersion& version) {
  std::vector<GradedColumn> out;
  for (const std::string& name : version.columns) {
    GradedColumn g{.column = name, .type = "unknown"};
    const CatalogField* field = dataset.column(name);
    if (field && field->confirmed) {
      g = {name, field->type, field->level, true, field->identifying, field->quasi, field->category, field->by_row.value_or(false)};
    } else if (field && field->proposal) {
      g = {name, field->proposal->type, field->proposal->level, false, field->proposal->identifying, field->proposal->quasi, field->proposal->category, false};
    }
    out.push_back(std::move(g));
  }
  return out;
}

Status may_be_cut(const std::vector<GradedColumn>& graded, const std::string& column) {
  auto it = std::find_if(graded.begin(), graded.end(), [&](const GradedColumn& g) { return g.column == column; });
  if (it == graded.end()) return {};  // not there: whoever reads the strategy refuses it
  if (it->identifying || it->level == 0 || it->level >= 5) return fail(Errc::refused, "deident.preview_probe", column);
  return {};
}

std::vector<deident::ColumnClass> classes_of_graded(const std::vector<GradedColumn>& graded) {
  std::vector<deident::ColumnClass> out;
  for (const GradedColumn& g : graded)
    out.push_back({g.column, g.type, g.category, Level::of(g.level == 0 ? 5 : g.level).value_or(Level::l5()), g.identifying, g.quasi});
  return out;
}

std::vector<classify::Verdict> verdicts_of_graded(const std::vector<GradedColumn>& graded) {
  std::vector<classify::Verdict> out;
  for (const GradedColumn& g : graded) {
    classify::Verdict v;
    v.column = g.column;
    v.type = g.type;
    v.category = g.category;
    v.level = Level::of(g.level == 0 ? 5 : g.level).value_or(Level::l5());
    v.direct_identifier = g.identifying;
    v.quasi_identifier = g.quasi;
    out.push_back(std::move(v));
  }
  return out;
}

Result<Json> plan_strategy(Node& node, const Principal& by, const VersionId& version, const PlanAsk& ask, const ProgressFn& progress) {
  Tried tried = TRY(tried_version(node, version));
  deident::Strategy strategy;
  const bool composed = !ask.strategy || ask.strategy->is_null();
  if (composed) {
    auto verdicts = verdicts_of_graded(graded_columns(tried.dataset, tried.version));
    strategy = TRY(deident::compose(verdicts, node.rules().masking, ask.share_type, ask.name.empty() ? tried.dataset.name + "-" + ask.share_type : ask.name));
  } else {
    strategy = TRY(asked_strategy(node, tried.dataset, *ask.strategy, ""));
  }
  Json answer = TRY(run_trial(node, by, tried, {.strategies = {strategy}, .share_type = ask.share_type, .sample_rows = std::min<int64_t>(ask.rows_max, 2000), .fitted = composed}, progress));
  Json sides = TRY(take_sides(answer));
  if (const Json* fitted = sides.as_array().front().find("fitted")) strategy = TRY(decode<deident::Strategy>(*fitted));
  sides.as_array().front().erase("fitted");
  Json out = with_side(node, std::move(answer), std::move(sides.as_array().front()), tried, strategy, ask.share_type);
  out.set("rows", out.find("rows_total") ? *out.find("rows_total") : Json(0));
  // Whole, as `deident plan --out` writes it.
  strategy = TRY(deident::resolve(strategy, classes_of_graded(graded_columns(tried.dataset, tried.version))));
  return out.set("strategy", encode(strategy)).set("text", pretty(encode(strategy)));
}

Result<Json> preview_strategy(Node& node, const Principal& by, const VersionId& version, const PreviewAsk& ask, const ProgressFn& progress) {
  Tried tried = TRY(tried_version(node, version));
  Trial trial{.strategies = {TRY(asked_strategy(node, tried.dataset, ask.strategy.value_or(Json()), ask.strategy_id))}, .share_type = ask.share_type,
              .sample_rows = ask.sample_rows, .show = ask.show};
  std::optional<OperationId> operation;
  if (!ask.operation.empty()) {
    trial.before = TRY(range_of_operation(node, by, version, ask.operation));
    operation = TRY(OperationId::parse(ask.operation));
    // In the ledger before any of its values leave the worker; its own grant is not needed for anything else.
    TRY(node.space().execute(as_node(by), StartOperation{*operation}));
  }
  auto answer = run_trial(node, by, tried, trial, progress);
  auto sides = answer ? take_sides(*answer) : Result<Json>(tl::unexpected(answer.error()));
  if (operation && !sides) (void)node.space().execute(as_node(by), ReportOperationFailure{*operation, std::string(sides.error().reason)});
  if (!sides) return tl::unexpected(sides.error());
  if (operation) {
    const Json* shown = sides->as_array().front().find("shown");
    const Json* rows = shown ? shown->find("rows") : nullptr;
    TRY(node.space().execute(as_node(by), ReportOperation{.operation = *operation, .rows = rows ? static_cast<int64_t>(rows->as_array().size()) : 0}));
  }
  return with_side(node, std::move(*answer), std::move(sides->as_array().front()), tried, trial.strategies.front(), ask.share_type);
}

Result<Json> compare_strategies(Node& node, const Principal& by, const VersionId& version, const CompareAsk& ask, const ProgressFn& progress) {
  Tried tried = TRY(tried_version(node, version));
  Trial trial{.strategies = {TRY(asked_strategy(node, tried.dataset, ask.a, "")), TRY(asked_strategy(node, tried.dataset, ask.b, ""))},
              .share_type = ask.share_type, .sample_rows = ask.sample_rows};
  Json answer = TRY(run_trial(node, by, tried, trial, progress));
  Json sides = TRY(take_sides(answer));
  answer.set("a", with_side(node, Json::object(), sides.as_array()[0], tried, trial.strategies[0], ask.share_type));
  answer.set("b", with_side(node, Json::object(), sides.as_array()[1], tried, trial.strategies[1], ask.share_type));
  return answer;
}

}  // namespace sluice::node
