#include "node/mask_version.h"

#include <algorithm>
#include <filesystem>

#include "crypto/hash.h"
#include "deident/mark.h"
#include "deident/receipt.h"
#include "node/storage.h"
#include "node/work.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

using namespace space;

namespace {

struct Subject {
  Strategy adopted;
  DatasetVersion version;
  Dataset dataset;
};

Result<Subject> subject_of(Node& node, const StrategyId& strategy, const VersionId& version) {
  return node.space().read([&](const State& s) -> Result<Subject> {
    const Strategy* adopted = find(s.strategies, strategy);
    if (!adopted) return fail(Errc::not_found, "strategy.not_found");
    const DatasetVersion* v = find(s.versions, version);
    if (!v || v->dataset != adopted->dataset) return fail(Errc::not_found, "version.not_found");
    if (!v->masked_from.empty()) return fail(Errc::conflict, "masking.masked_already");
    const Dataset& dataset = s.datasets.at(v->dataset.str());
    for (const std::string& column : v->columns) {
      const CatalogField* field = dataset.column(column);
      if (!field || !field->confirmed || field->reopened()) return fail(Errc::conflict, "masking.not_graded", column);
    }
    return Subject{*adopted, *v, dataset};
  });
}

MaskedColumn masked_column(const Dataset& dataset, const deident::FieldReceipt& receipt) {
  const CatalogField* field = dataset.column(receipt.column);
  // A column that the catalog does not know is graded as the worst: it fails closed at the policy.
  int before = field ? field->level : 5;
  Level level = deident::level_after(receipt.technique, Level::of(before).value_or(Level::l5()));
  bool still_identifies = (!field || field->identifying) && receipt.technique == deident::Technique::keep;
  return {receipt.column, std::string(name_of(receipt.technique)), level.value(), still_identifies};
}

// For the ledger's entry (C6.5.3); the receipt has the same and more.
MaskingRun run_of(const deident::Receipt& receipt, std::string key_name) {
  constexpr size_t kCountsMax = 200;  // an entry holds 64 KiB: of wider tables only the receipt has the counts
  MaskingRun run{.strategy = receipt.strategy, .strategy_version = receipt.strategy_version, .strategy_digest = receipt.strategy_digest,
                 .input = receipt.input_manifest_sm3.value_or(Digest{}), .output = receipt.output_manifest_sm3.value_or(Digest{}), .key_id = receipt.key_id,
                 .key_name = std::move(key_name), .rows_in = static_cast<int64_t>(receipt.rows_in), .rows_out = static_cast<int64_t>(receipt.rows_out),
                 .rows_dropped = static_cast<int64_t>(receipt.rows_in - receipt.rows_out),
                 .residual_rows_scanned = static_cast<int64_t>(receipt.residual_rows_scanned), .duration_ms = static_cast<int64_t>(receipt.duration_ms),
                 .counts = {}};
  for (const auto& f : receipt.columns)
    if (receipt.columns.size() <= kCountsMax)
      run.counts.push_back({f.column, std::string(name_of(f.technique)), static_cast<int64_t>(f.masked), static_cast<int64_t>(f.nulls), static_cast<int64_t>(f.failed)});
  return run;
}

}  // namespace

std::string masking_key_name(const Dataset& dataset, const deident::Strategy& strategy) {
  // A scope that is named is a project of the owner: its pseudonyms link over tables. Without one they link inside this strategy alone.
  return strategy.scope ? "masking/" + dataset.owner.str() + "/" + *strategy.scope : "masking/" + dataset.id.str() + "/" + strategy.id;
}

Result<StrategyId> adopt_strategy(Node& node, const Principal& by, const DatasetId& dataset, std::string_view text) {
  deident::Strategy strategy = TRY(deident::read_strategy(text));
  if (strategy.marks) TRY(deident::check_marks(strategy));
  std::string content = canonical(encode(strategy));
  AdoptStrategy command{.dataset = dataset, .name = strategy.title.value_or(strategy.id) + " " + strategy.version, .content = sm3(view(content)), .techniques = {},
                        .summary = StrategySummary{strategy.id, strategy.version, strategy.marks.has_value()}};
  for (const auto& rule : strategy.rules) {
    Json parameters = encode(rule);
    parameters.erase("column");
    parameters.erase("technique");
    command.techniques.push_back({rule.column, std::string(name_of(rule.technique)), canonical(parameters)});
  }
  TRY(node.space().put_blob(view(content)));
  return TRY(node.space().execute(by, command)).get<StrategyAdopted>().strategy;
}

Result<MaskAnswer> mask_version(Node& node, const Principal& by, const StrategyId& strategy_id, const VersionId& version, const ProgressFn& progress) {
  Subject subject = TRY(subject_of(node, strategy_id, version));
  Bytes content = TRY(node.ledger().blob(subject.adopted.content));
  deident::Strategy strategy = TRY(deident::read_strategy(text(content)));
  TRY(need_room(node, subject.dataset.id, sealed_bytes(node, version)));
  VersionId masked = VersionId::make(node.random());
  std::string dataset = subject.dataset.id.str(), key_name = masking_key_name(subject.dataset, strategy);
  SealedWork work{.job = "mask", .work = Work::mask, .version = version, .columns = {}, .more_folders = {},
                  .request = Json::object({{"dataset", dataset}, {"new_version", masked.str()}, {"strategy", text(content)}})};
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  DatasetWraps wraps;
  auto worked = [&]() -> Result<WorkerAnswer> {
    OwnedFd fresh_end = TRY(granted.worker.key_end()), pseudonym_end = TRY(granted.worker.key_end());
    wraps = TRY(node.agent().new_dataset_keys(dataset, masked.str(), subject.version.columns, std::move(fresh_end)));
    std::vector<std::string> names{key_name};
    if (deident::needs_key(strategy)) TRY(node.agent().pseudonym_keys(granted.grant.str(), dataset, names, std::move(pseudonym_end)));
    return granted.worker.run(granted.request, {}, progress);
  }();
  end_grant(node, by, granted.grant, worked ? "done" : std::string(worked.error().reason));
  if (!worked) {
    (void)vault::remove_unfinished(node.vault_dir(), masked.str());
    return tl::unexpected(worked.error());
  }
  auto receipt = TRY(decode<deident::Receipt>(*worked->result.find("receipt")));
  std::string manifest = TRY(worked->result.get_string("manifest"));
  receipt.performed_by = by.person.str();
  receipt.input_manifest_sm3 = subject.version.manifest;
  receipt.output_manifest_sm3 = sm3(view(manifest));
  auto names = TRY(decode<std::vector<std::string>>(*worked->result.find("columns")));
  std::erase_if(wraps.columns, [&](const auto& wrap) { return std::find(names.begin(), names.end(), wrap.first) == names.end(); });
  TRY(node.keep_wraps(wraps));

  ReportMasking report;
  report.strategy = strategy_id;
  report.from_version = version;
  report.version = masked;
  report.rows = static_cast<int64_t>(receipt.rows_out);
  if (receipt.risk_after) {
    report.k = static_cast<int64_t>(receipt.risk_after->k_min);
    report.max_risk_ppm = receipt.risk_after->prosecutor_ppm;
    report.uniques = static_cast<int64_t>(receipt.risk_after->unique_rows);
    report.before_k = static_cast<int64_t>(receipt.risk_before->k_min);
    report.before_risk_ppm = receipt.risk_before->prosecutor_ppm;
  } else {
    report.max_risk_ppm = 1000000;  // not measured is as bad as it can be
  }
  report.quasi_identifiers = strategy.quasi_identifiers;
  report.receipt = TRY(node.space().put_blob(view(canonical(encode(receipt)))));
  report.version_manifest = sm3(view(manifest));
  report.run = run_of(receipt, deident::needs_key(strategy) ? key_name : "");
  for (const auto& field : receipt.columns)
    if (std::find(names.begin(), names.end(), field.column) != names.end()) report.columns.push_back(masked_column(subject.dataset, field));
  // What the strategy keeps on purpose in a column that is graded as identifying is no residue: such a column is never handed over, it can
  // only be an input of a product for one person. In any other column it is.
  for (const auto& finding : receipt.residual) {
    bool known = std::any_of(report.columns.begin(), report.columns.end(), [&](const MaskedColumn& c) { return c.column == finding.column && c.direct_identifier; });
    if (!known) report.residual_identifiers += static_cast<int64_t>(finding.cells);
  }
  auto outcome = node.space().execute(as_node(by), report);
  if (!outcome) {
    drop_version(node, masked);
    return tl::unexpected(outcome.error());
  }
  return MaskAnswer{masked, report.rows, report.k, report.max_risk_ppm, report.before_k, outcome->first_seq};
}

}  // namespace sluice::node
