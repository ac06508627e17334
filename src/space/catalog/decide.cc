#include "space/decisions.h"

namespace sluice::space {

Result<Events> decide_on(const State& s, const Context& c, const ReportProposals& cmd) {
  TRY(from_node(c));
  const Dataset* dataset = find(s.datasets, cmd.dataset);
  if (!dataset) return fail(Errc::not_found, "dataset.not_found");
  const DatasetVersion* version = find(s.versions, cmd.version);
  if (!version || version->dataset != cmd.dataset) return fail(Errc::not_found, "version.not_found");
  for (const FieldProposal& proposal : cmd.proposals) {
    if (!dataset->column(proposal.column)) return fail(Errc::invalid, "catalog.no_such_column", proposal.column);
    if (proposal.level < 1 || proposal.level > 5) return fail(Errc::invalid, "level.out_of_range", proposal.column);
  }
  return Events{FieldsProposed{cmd.dataset, cmd.version, cmd.rule_pack, cmd.proposals}};
}

Result<Events> decide_on(const State& s, const Context& c, const ConfirmFields& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Dataset* dataset = TRY(seen_dataset(s, *person, cmd.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  if (cmd.verdicts.empty()) return fail(Errc::invalid, "catalog.nothing_to_confirm");
  Events events;
  for (const FieldVerdict& v : cmd.verdicts) {
    const CatalogField* column = dataset->column(v.column);
    if (!column) return fail(Errc::invalid, "catalog.no_such_column", v.column);
    if (v.level < 1 || v.level > 5) return fail(Errc::invalid, "level.out_of_range", v.column);
    TRY(need_text("type", v.type, kNameBytesMax));
    const auto& p = column->proposal;
    bool differs = p && (p->type != v.type || p->category != v.category || p->level != v.level);
    bool changes = column->confirmed && (column->type != v.type || column->category != v.category || column->level != v.level);
    if ((differs || changes) && v.reason.empty()) return fail(Errc::invalid, "catalog.reason_needed", v.column);
    if (v.reason.size() > kTextBytesMax) return fail(Errc::invalid, "form.text_too_long", "reason");
    events.push_back(FieldConfirmed{.dataset = cmd.dataset, .column = v.column, .type = v.type, .category = v.category, .level = v.level,
                                    .identifying = v.identifying, .quasi = v.quasi, .corrected = differs || changes || !p, .reason = v.reason});
  }
  return events;
}

}  // namespace sluice::space
