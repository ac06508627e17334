#include "node/mask_version.h"

#include <algorithm>
#include <filesystem>

#include "crypto/custody.h"
#include "crypto/hash.h"
#include "deident/mark.h"
#include "deident/receipt.h"
#include "node/adopt_strategy.h"
#include "node/jobs/mask_job.h"
#include "node/level5_order.h"
#include "node/memory_folder.h"
#include "node/preview_strategy.h"
#include "node/rules_in_force.h"
#include "node/storage.h"
#include "node/work.h"
#include "space/deident/use.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

using namespace space;

namespace {

struct MaskSubject {
  Strategy adopted;
  DatasetVersion version;
  Dataset dataset;
  std::optional<DatasetVersion> population{};
  int64_t pseudonym_epoch = 0;
};

Result<const DatasetVersion*> raw_version(const State& s, const VersionId& id) {
  const DatasetVersion* v = find(s.versions, id);
  if (!v) return fail(Errc::not_found, "version.not_found");
  if (!v->masked_from.empty()) return fail(Errc::conflict, "masking.masked_already");
  return v;
}

Result<MaskSubject> mask_subject(Node& node, const StrategyId& strategy, const MaskAsk& ask) {
  return node.space().read([&](const State& s) -> Result<MaskSubject> {
    const Strategy* adopted = find(s.strategies, strategy);
    if (!adopted) return fail(Errc::not_found, "strategy.not_found");
    const DatasetVersion* v = TRY(raw_version(s, ask.version));
    if (v->dataset != adopted->dataset) return fail(Errc::not_found, "version.not_found");
    const Dataset& dataset = s.datasets.at(v->dataset.str());
    for (const std::string& column : v->columns) {
      const CatalogField* field = dataset.column(column);
      if (!field || !field->confirmed || field->reopened()) return fail(Errc::conflict, "masking.not_graded", column);
    }
    MaskSubject out{.adopted = *adopted, .version = *v, .dataset = dataset, .pseudonym_epoch = pseudonym_epoch(s)};
    if (ask.population) {
      out.population = *TRY(raw_version(s, *ask.population));
      if (s.datasets.at(out.population->dataset.str()).owner != dataset.owner) return fail(Errc::not_found, "version.not_found");
    }
    return out;
  });
}

// Whether the strategy may be applied now, and what is applied: its classes resolved by the grades of the catalog.
Result<deident::Strategy> applicable(Node& node, const MaskSubject& subject, const MaskAsk& ask) {
  deident::Strategy strategy = TRY(strategy_of(node, subject.adopted.content));
  bool reviewed = subject.adopted.summary && subject.adopted.summary->review;
  if (strategy.review == deident::Review::required && !reviewed) return fail(Errc::refused, "strategy.not_reviewed");
  TRY(within_use(use_of(strategy), {.share_type = ask.share_type ? name_of(*ask.share_type) : std::string_view(), .form = ask.form ? name_of(*ask.form) : std::string_view(),
                                    .purpose = ask.purpose ? std::string_view(*ask.purpose) : std::string_view(), .at = node.space().now()}));
  bool classes = deident::has_classes(strategy);
  deident::Strategy whole = TRY(deident::resolve(strategy, classes_of_graded(graded_columns(subject.dataset, subject.version))));
  if (classes && whole.marks) TRY(deident::check_marks(whole, known_types(subject.dataset)));
  return whole;
}

// Columns whose level-5 content would go out: those that may hold some and are not emptied.
std::vector<std::string> level5_columns(const MaskSubject& subject, const deident::Strategy& strategy) {
  std::vector<std::string> out;
  for (const std::string& name : subject.version.columns) {
    const CatalogField& field = *subject.dataset.column(name);
    auto rule = std::find_if(strategy.rules.begin(), strategy.rules.end(), [&](const auto& r) { return r.column == name; });
    bool leaves = rule != strategy.rules.end() ? deident::leaves_cells(*rule) : strategy.unlisted == deident::Unlisted::keep;
    if (leaves && may_hold_level5_rows(field)) out.push_back(name);
  }
  return out;
}

// What the strategy's aggregate names its columns.
Result<std::vector<std::string>> aggregate_columns(const deident::AggregateRule& rule, const DatasetVersion& source) {
  std::vector<std::string> out{"count"};
  for (const auto& name : rule.sums) out.push_back("sum_" + name);
  for (const auto& name : rule.means) out.push_back("mean_" + name);
  out.emplace_back("suppressed");
  for (const std::string& name : out)
    if (std::find(source.columns.begin(), source.columns.end(), name) != source.columns.end()) return fail(Errc::conflict, "masking.column_taken", name);
  return out;
}

MaskedColumn masked_column(const Dataset& dataset, const deident::Strategy& strategy, const deident::FieldReceipt& receipt, Level5Rows level5) {
  const CatalogField* field = dataset.column(receipt.column);
  // A column that the catalog does not know is graded as the worst: it fails closed at the policy. So is one that is graded by row, unless
  // its rows of level 5 were left out.
  int before = !field || (field->by_row.value_or(false) && level5 == Level5Rows::keep) ? 5 : field->level;
  auto rule = std::find_if(strategy.rules.begin(), strategy.rules.end(), [&](const auto& r) { return r.column == receipt.column; });
  const Level worst = Level::of(before).value_or(Level::l5());
  const bool named = rule != strategy.rules.end(), identifies = !field || field->identifying;
  const std::string type = field ? field->type : "";
  const bool whole = named ? (rule->when && rule->otherwise == deident::Otherwise::keep) || deident::leaves_identifier(*rule, type) : receipt.technique == deident::Technique::keep;
  const Level level = named ? deident::level_after(*rule, worst, identifies, type) : deident::level_after(receipt.technique, worst);
  return {receipt.column, std::string(name_of(receipt.technique)), level.value(), identifies && whole};
}

// What an aggregate is grouped by: no row of it is about one person any more, unless the column itself names people.
MaskedColumn group_column(MaskedColumn kept, const rules::AggregateLevels& levels, int64_t contributors) {
  if (!kept.direct_identifier && kept.level < 5 && contributors >= levels.contributors_min) kept.level = std::min(kept.level, levels.level);
  return kept;
}

// count and suppressed: by the highest of what they are grouped by; a sum: by what is summed.
MaskedColumn aggregate_column(const Dataset& dataset, const deident::AggregateRule& rule, const std::string& name, const rules::AggregateLevels& levels, int64_t contributors) {
  auto level_of = [&](const std::string& column) {
    const CatalogField* field = dataset.column(column);
    return field ? Level::of(field->level).value_or(Level::l5()) : Level::l5();
  };
  Level source = Level::l1();
  size_t cut = name.starts_with("sum_") ? 4 : name.starts_with("mean_") ? 5 : 0;
  if (cut) {
    source = level_of(name.substr(cut));
  } else {
    for (const std::string& column : rule.by) source = std::max(source, level_of(column));
  }
  bool protects = source != Level::l5() && contributors >= levels.contributors_min;
  return {name, "aggregate", protects ? std::min(source.value(), levels.level) : source.value(), false};
}

// For the ledger's entry (C6.5.3); the receipt has the same and more.
MaskingRun run_of(const deident::Receipt& receipt, std::string key_name) {
  constexpr size_t kCountsMax = 200;  // an entry holds 64 KiB: of wider tables only the receipt has the counts
  auto signed_count = [](const std::optional<uint64_t>& n) { return n ? std::optional(static_cast<int64_t>(*n)) : std::nullopt; };
  MaskingRun run{.strategy = receipt.strategy, .strategy_version = receipt.strategy_version, .strategy_digest = receipt.strategy_digest,
                 .input = receipt.input_manifest_sm3.value_or(Digest{}), .output = receipt.output_manifest_sm3.value_or(Digest{}), .key_id = receipt.key_id,
                 .key_name = std::move(key_name), .rows_in = static_cast<int64_t>(receipt.rows_in), .rows_out = static_cast<int64_t>(receipt.rows_out),
                 .rows_dropped = static_cast<int64_t>(receipt.rows_in - receipt.rows_out),
                 .residual_rows_scanned = static_cast<int64_t>(receipt.residual_rows_scanned), .duration_ms = static_cast<int64_t>(receipt.duration_ms),
                 .counts = {},
                 .rows_not_sampled = signed_count(receipt.rows_not_sampled), .rows_suppressed = signed_count(receipt.rows_suppressed),
                 .rows_level5 = signed_count(receipt.rows_level5), .cells = signed_count(receipt.aggregated_cells), .cells_hidden = signed_count(receipt.aggregated_hidden)};
  for (const auto& f : receipt.columns)
    if (receipt.columns.size() <= kCountsMax)
      run.counts.push_back({f.column, std::string(name_of(f.technique)), static_cast<int64_t>(f.masked), static_cast<int64_t>(f.nulls), static_cast<int64_t>(f.failed)});
  return run;
}

struct MaskedData {
  deident::Receipt receipt;
  std::string manifest;
  std::vector<std::string> columns;
  DatasetWraps wraps;
};

Result<MaskedData> run_mask(Node& node, const Principal& by, const MaskSubject& subject, const deident::Strategy& strategy, const MaskAsk& ask, const VersionId& masked,
                            const ProgressFn& progress) {
  std::string dataset = subject.dataset.id.str();
  MaskOrder order{.dataset = dataset, .new_version = masked.str(), .strategy = canonical(encode(strategy)), .level5 = {}};
  order.leave_out_level5 = ask.level5_rows == Level5Rows::leave_out;
  if (order.leave_out_level5) {
    order.level5 = level5_columns(subject, strategy);
    order.packs = texts_json(TRY(pack_texts_of(node, subject.dataset.owner)));
  }
  std::vector<std::string> columns = subject.version.columns;
  std::optional<MemoryFolder> memory;
  SealedWork work{.job = "mask", .work = Work::mask, .version = subject.version.id, .columns = subject.version.columns, .more_folders = {}};
  if (strategy.aggregate) {
    for (std::string& name : TRY(aggregate_columns(*strategy.aggregate, subject.version))) columns.push_back(std::move(name));
    memory.emplace(TRY(MemoryFolder::make(node)));
    work.more_folders.push_back(TRY(open_folder(memory->path())));
  }
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  MaskedData out;
  std::optional<GrantId> of_population;
  auto worked = [&]() -> Result<WorkerAnswer> {
    OwnedFd fresh_end = TRY(granted.worker.key_end()), pseudonym_end = TRY(granted.worker.key_end());
    out.wraps = TRY(node.agent().new_dataset_keys(dataset, masked.str(), columns, std::move(fresh_end)));
    std::vector<std::string> names{masking_key_name(subject.dataset, strategy, subject.pseudonym_epoch)};
    if (deident::needs_key(strategy)) TRY(node.agent().pseudonym_keys(granted.grant.str(), dataset, names, std::move(pseudonym_end)));
    if (subject.population) {
      auto further = TRY(grant_further(node, by, granted.worker, Work::mask, *subject.population, subject.population->columns));
      of_population = further.grant;
      order.population = std::move(further.input);
    }
    granted.request.set("mask", encode(order));
    return granted.worker.run(granted.request, {}, progress);
  }();
  std::string outcome = worked ? "done" : std::string(worked.error().reason);
  end_grant(node, by, granted.grant, outcome);
  if (of_population) end_grant(node, by, *of_population, outcome);
  if (!worked) return tl::unexpected(worked.error());
  out.receipt = TRY(decode<deident::Receipt>(*worked->result.find("receipt")));
  out.manifest = TRY(worked->result.get_string("manifest"));
  out.columns = TRY(decode<std::vector<std::string>>(*worked->result.find("columns")));
  return out;
}

// What the rows that leave show of people: of an aggregate no cell of fewer contributors than its threshold.
void report_risk(const deident::Strategy& strategy, const deident::Receipt& receipt, ReportMasking& report) {
  report.quasi_identifiers = strategy.quasi_identifiers;
  report.max_risk_ppm = 1000000;  // not measured is as bad as it can be
  if (receipt.risk_after) {
    report.k = static_cast<int64_t>(receipt.risk_after->k_min);
    report.max_risk_ppm = receipt.risk_after->prosecutor_ppm;
    report.uniques = static_cast<int64_t>(receipt.risk_after->unique_rows);
    report.before_k = static_cast<int64_t>(receipt.risk_before->k_min);
    report.before_risk_ppm = receipt.risk_before->prosecutor_ppm;
  }
  if (!strategy.aggregate) return;
  report.k = strategy.aggregate->threshold.value_or(5);
  report.max_risk_ppm = (1000000 + report.k - 1) / report.k;
  report.uniques = 0;
  report.quasi_identifiers = strategy.aggregate->by;
}

void report_columns(const MaskSubject& subject, const deident::Strategy& strategy, const MaskedData& data, Level5Rows level5, const rules::AggregateLevels& levels,
                    ReportMasking& report) {
  for (const std::string& name : data.columns) {
    bool made = strategy.aggregate && std::find(strategy.aggregate->by.begin(), strategy.aggregate->by.end(), name) == strategy.aggregate->by.end();
    if (made) {
      report.columns.push_back(aggregate_column(subject.dataset, *strategy.aggregate, name, levels, report.k));
      continue;
    }
    for (const auto& field : data.receipt.columns)
      if (field.column == name) {
        MaskedColumn column = masked_column(subject.dataset, strategy, field, level5);
        report.columns.push_back(strategy.aggregate ? group_column(std::move(column), levels, report.k) : std::move(column));
      }
  }
  // What the strategy keeps on purpose in a column that is graded as identifying is no residue: such a column is never handed over, it can
  // only be an input of a product for one person. In any other column it is.
  for (const auto& finding : data.receipt.residual) {
    bool known = std::any_of(report.columns.begin(), report.columns.end(), [&](const MaskedColumn& c) { return c.column == finding.column && c.direct_identifier; });
    if (!known) report.residual_identifiers += static_cast<int64_t>(finding.cells);
  }
}

// Beside the adopted document where it says more than that: a strategy with classes, resolved.
Status report_applied(Node& node, const MaskSubject& subject, const deident::Strategy& strategy, ReportMasking& report) {
  std::string applied = canonical(encode(strategy));
  if (sm3(view(applied)) == subject.adopted.content) return {};
  report.run->applied = TRY(node.space().put_blob(view(applied)));
  report.techniques.emplace();
  for (const auto& rule : strategy.rules) {
    Json parameters = encode(rule);
    parameters.erase("column");
    parameters.erase("technique");
    report.techniques->push_back({rule.column, std::string(name_of(rule.technique)), canonical(parameters)});
  }
  return {};
}

}  // namespace

std::string masking_key_of(const MaskingResult& masking, const DatasetId& dataset, const deident::Strategy& strategy) {
  if (masking.run && !masking.run->key_name.empty()) return masking.run->key_name;
  return "masking/" + dataset.str() + "/" + strategy.scope.value_or(strategy.id);
}

std::string masking_key_name(const Dataset& dataset, const deident::Strategy& strategy, int64_t epoch) {
  // A scope that is named is a project of the owner: its pseudonyms link over tables. Without one they link inside this strategy alone.
  return name_under_root(strategy.scope ? "masking/" + dataset.owner.str() + "/" + *strategy.scope : "masking/" + dataset.id.str() + "/" + strategy.id, epoch);
}

Result<MaskAnswer> mask_version(Node& node, const Principal& by, const StrategyId& strategy_id, const MaskAsk& ask, const ProgressFn& progress) {
  MaskSubject subject = TRY(mask_subject(node, strategy_id, ask));
  deident::Strategy strategy = TRY(applicable(node, subject, ask));
  TRY(need_room(node, subject.dataset.id, sealed_bytes(node, ask.version)));
  VersionId masked = VersionId::make(node.random());
  auto made = run_mask(node, by, subject, strategy, ask, masked, progress);
  if (!made) {
    (void)vault::remove_unfinished(node.vault_dir(), masked.str());
    return tl::unexpected(made.error());
  }
  deident::Receipt& receipt = made->receipt;
  receipt.performed_by = by.person.str();
  receipt.strategy_digest = deident::digest_of(TRY(strategy_of(node, subject.adopted.content)));  // as adopted, before classes were resolved
  receipt.input_manifest_sm3 = subject.version.manifest;
  receipt.output_manifest_sm3 = sm3(view(made->manifest));
  if (subject.adopted.summary && subject.adopted.summary->review) receipt.reviewed_by = subject.adopted.summary->review->key_id;
  std::erase_if(made->wraps.columns, [&](const auto& wrap) { return std::find(made->columns.begin(), made->columns.end(), wrap.first) == made->columns.end(); });
  TRY(node.keep_wraps(made->wraps));

  ReportMasking report;
  report.strategy = strategy_id;
  report.from_version = ask.version;
  report.version = masked;
  report.rows = static_cast<int64_t>(receipt.aggregated_cells.value_or(receipt.rows_out));
  report_risk(strategy, receipt, report);
  report.receipt = TRY(node.space().put_blob(view(canonical(encode(receipt)))));
  report.version_manifest = sm3(view(made->manifest));
  report.run = run_of(receipt, deident::needs_key(strategy) ? masking_key_name(subject.dataset, strategy, subject.pseudonym_epoch) : "");
  if (ask.share_type) report.run->share_type = std::string(name_of(*ask.share_type));
  if (ask.form) report.run->form = std::string(name_of(*ask.form));
  report.run->purpose = ask.purpose;
  TRY(report_applied(node, subject, strategy, report));
  auto levels = TRY(rules_of(node, subject.dataset.owner))->grading.derived.aggregates();
  report_columns(subject, strategy, *made, ask.level5_rows.value_or(Level5Rows::keep), levels, report);
  auto outcome = node.space().execute(as_node(by), report);
  if (!outcome) {
    drop_version(node, masked);
    return tl::unexpected(outcome.error());
  }
  return MaskAnswer{masked, report.rows, report.k, report.max_risk_ppm, report.before_k, outcome->first_seq, report.run->rows_dropped, report.run->rows_level5,
                    subject.version.id, subject.version.number};
}

}  // namespace sluice::node
