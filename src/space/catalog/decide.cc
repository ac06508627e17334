#include <algorithm>

#include "space/catalog/protection.h"
#include "space/catalog/verdict.h"
#include "space/decisions.h"

namespace sluice::space {

namespace {

constexpr size_t kProposalBytesMax = 512u << 10;  // of one entry's body, which holds twice as much

// A wide table's proposals in as many entries as they need; each says what its columns are, so their order tells nothing.
void add_proposals(const ReportProposals& cmd, Events& events) {
  FieldsProposed part{cmd.dataset, cmd.version, cmd.rule_pack, {}, cmd.report};
  size_t bytes = 0;
  for (const FieldProposal& proposal : cmd.proposals) {
    size_t size = canonical(encode(proposal)).size();
    if (bytes + size > kProposalBytesMax && !part.proposals.empty()) {
      events.push_back(part);
      part.proposals.clear();
      bytes = 0;
    }
    bytes += size;
    part.proposals.push_back(proposal);
  }
  events.push_back(std::move(part));
}

}  // namespace

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
  Events events;
  add_proposals(cmd, events);
  std::map<std::string, std::vector<DriftFinding>> by_column;
  for (const DriftFinding& finding : cmd.drift) {
    if (std::find(kDriftCauses.begin(), kDriftCauses.end(), finding.cause) == kDriftCauses.end())
      return fail(Errc::invalid, "catalog.unknown_drift", finding.column);
    const CatalogField* column = dataset->column(finding.column);
    if (column && column->confirmed) by_column[finding.column].push_back(finding);
  }
  for (auto& [column, findings] : by_column) events.push_back(FieldReopened{cmd.dataset, cmd.version, column, std::move(findings)});
  return events;
}

namespace {

bool lowering_allows(const CatalogField& column, int level, TimeMs now) {
  return column.lowered && now < column.lowered->until_ms && level >= column.lowered->level;
}

}  // namespace

Result<FieldConfirmed> confirmed_field(const State& s, const Context& c, const Dataset& dataset, const FieldVerdict& v) {
  const CatalogField* column = dataset.column(v.column);
  if (!column) return fail(Errc::invalid, "catalog.no_such_column", v.column);
  if (v.level < 1 || v.level > 5) return fail(Errc::invalid, "level.out_of_range", v.column);
  TRY(need_text("type", v.type, kNameBytesMax));
  const auto& p = column->proposal;
  bool differs = p && (p->type != v.type || p->category != v.category || p->level != v.level);
  bool changes = column->confirmed && (column->type != v.type || column->category != v.category || column->level != v.level);
  if ((differs || changes) && v.reason.empty()) return fail(Errc::invalid, "catalog.reason_needed", v.column);
  if (v.reason.size() > kTextBytesMax) return fail(Errc::invalid, "form.text_too_long", "reason");
  if (v.by_row.value_or(false) && (!p || p->level5_rows.value_or(0) == 0)) return fail(Errc::invalid, "catalog.no_level5_rows", v.column);
  TRY(check_own_level(s, dataset.owner, v.level, v.own_level));
  int floor = floor_of(s, c.rules, dataset.owner, v.type);
  bool lowered = v.level < floor;
  if (lowered && !lowering_allows(*column, v.level, c.now)) return fail(Errc::refused, "catalog.below_floor", v.column + ": " + std::to_string(floor));
  TimeMs valid_until = c.now + c.rules.grading.validity_days(v.level) * kDayMs;
  if (lowered) valid_until = std::min(valid_until, column->lowered->until_ms);
  return FieldConfirmed{.dataset = dataset.id, .column = v.column, .type = v.type, .category = v.category, .level = v.level,
                        .identifying = v.identifying, .quasi = v.quasi, .corrected = differs || changes || !p, .reason = v.reason,
                        .by_row = v.by_row, .valid_until_ms = valid_until, .own_level = v.own_level};
}

void remember_correction(const Dataset& dataset, const FieldConfirmed& e, Events& events) {
  const CatalogField* column = dataset.column(e.column);
  if (!column || !column->proposal || column->proposal->type == e.type) return;
  events.push_back(VerdictRemembered{.dataset = dataset.id, .column = e.column, .title = column->title, .type = e.type,
                                     .type_before = column->proposal->type, .category = e.category, .level = e.level});
}

Result<Events> decide_on(const State& s, const Context& c, const ConfirmFields& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Dataset* dataset = TRY(seen_dataset(s, *person, cmd.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  TRY(takes_data(s, cmd.dataset));
  if (cmd.verdicts.empty()) return fail(Errc::invalid, "catalog.nothing_to_confirm");
  Events events;
  for (const FieldVerdict& v : cmd.verdicts) events.push_back(TRY(confirmed_field(s, c, *dataset, v)));
  for (size_t i = 0, n = events.size(); i < n; i++) {
    FieldConfirmed confirmed = *events[i].get_if<FieldConfirmed>();
    remember_correction(*dataset, confirmed, events);
  }
  keep_terms_reached(s, c, *dataset, events);
  return events;
}

}  // namespace sluice::space
