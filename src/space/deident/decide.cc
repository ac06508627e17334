#include "space/decisions.h"

namespace sluice::space {

Result<Events> decide_on(const State& s, const Context& c, const AdoptStrategy& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const Dataset* dataset = TRY(seen_dataset(s, *person, cmd.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  TRY(takes_data(s, cmd.dataset));
  TRY(need_text("name", cmd.name, kNameBytesMax));
  for (const ColumnTechnique& t : cmd.techniques)
    if (!dataset->column(t.column)) return fail(Errc::invalid, "catalog.no_such_column", t.column);
  return Events{StrategyAdopted{StrategyId::make(c.random), cmd.dataset, cmd.name, cmd.content, cmd.techniques, cmd.summary}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportMasking& cmd) {
  TRY(from_node(c));
  const Strategy* strategy = find(s.strategies, cmd.strategy);
  if (!strategy) return fail(Errc::not_found, "strategy.not_found");
  const DatasetVersion* from = find(s.versions, cmd.from_version);
  if (!from || from->dataset != strategy->dataset) return fail(Errc::not_found, "version.not_found");
  TRY(takes_data(s, from->dataset));
  // A receipt tells the risk before and after: it must be before any masking.
  if (!from->masked_from.empty()) return fail(Errc::conflict, "masking.masked_already");
  if (cmd.version.empty()) return fail(Errc::invalid, "masking.nothing_sealed");
  if (find(s.versions, cmd.version)) return fail(Errc::conflict, "version.known");
  if (cmd.residual_identifiers > 0) return fail(Errc::refused, "masking.residual_identifiers");
  return Events{VersionMasked{.dataset = strategy->dataset, .strategy = cmd.strategy, .from_version = cmd.from_version, .version = cmd.version,
                              .rows = cmd.rows, .residual_identifiers = cmd.residual_identifiers, .k = cmd.k, .max_risk_ppm = cmd.max_risk_ppm,
                              .uniques = cmd.uniques, .before_k = cmd.before_k, .before_risk_ppm = cmd.before_risk_ppm,
                              .quasi_identifiers = cmd.quasi_identifiers, .techniques = cmd.techniques.value_or(strategy->techniques), .receipt = cmd.receipt,
                              .version_manifest = cmd.version_manifest, .columns = cmd.columns, .run = cmd.run,
                              .level5_rows_left_out = cmd.run ? cmd.run->rows_level5 : std::nullopt}};
}

}  // namespace sluice::space
