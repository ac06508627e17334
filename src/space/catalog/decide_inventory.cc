#include <algorithm>
#include <set>

#include "space/catalog/protection.h"
#include "space/catalog/verdict.h"
#include "space/decisions.h"
#include "space/inventory/routing.h"

namespace sluice::space {

namespace {

constexpr size_t kTargetsMax = 5000;

Result<const Dataset*> managed_dataset(const State& s, const Context& c, const Person& person, const DatasetId& id) {
  const Dataset* dataset = TRY(seen_dataset(s, person, id, c.now));
  if (dataset->owner != person.party) return fail(Errc::forbidden, "dataset.not_yours");
  return dataset;
}

// The lead department that this person heads, or stands in for the head of.
const Unit* lead_department_of(const State& s, const Person& person, TimeMs now) {
  for (const auto& [id, unit] : s.units) {
    if (unit.party != person.party || unit.unit_kind != UnitKind::lead_department || unit.head.empty()) continue;
    if (unit.head == person.id) return &unit;
    for (const auto& [key, d] : s.deputyships)
      if (d.absent == unit.head && d.deputy == person.id && d.in_force(now)) return &unit;
  }
  return nullptr;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const ApplyVerdict& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  if (cmd.targets.empty()) return fail(Errc::invalid, "catalog.nothing_to_confirm");
  if (cmd.targets.size() > kTargetsMax) return fail(Errc::invalid, "catalog.too_many_fields", std::to_string(kTargetsMax));
  Events events, remembered;
  std::set<std::pair<std::string, std::string>> seen;
  std::map<std::string, const Dataset*> touched;
  for (const FieldTarget& target : cmd.targets) {
    if (!seen.emplace(target.dataset.str(), target.column).second) continue;
    const Dataset* dataset = TRY(managed_dataset(s, c, *person, target.dataset));
    FieldVerdict verdict = cmd.verdict;
    verdict.column = target.column;
    FieldConfirmed confirmed = TRY(confirmed_field(s, c, *dataset, verdict));
    touched.emplace(dataset->id.str(), dataset);
    remember_correction(*dataset, confirmed, remembered);
    events.push_back(std::move(confirmed));
  }
  events.insert(events.end(), remembered.begin(), remembered.end());
  for (const auto& [id, dataset] : touched) keep_terms_reached(s, c, *dataset, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const DescribeDataset& cmd) {
  const Person* person = TRY(acting(s, c));
  const DatasetFacts& f = cmd.facts;
  if (!acting_as(s, c, Duty::data_manager)) {
    const Dataset* asked = find(s.datasets, cmd.dataset);
    UnitId department = asked && asked->owner == person->party && asked->facts ? asked->facts->department : UnitId{};
    if (department.empty() || !answers_for(s, *person, department, c.now)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    if (f.department != department) return fail(Errc::forbidden, "inventory.department_is_fixed");
  }
  TRY(managed_dataset(s, c, *person, cmd.dataset));
  if (f.measures) TRY(check_stages(*f.measures));
  if (!f.department.empty()) {
    const Unit* unit = find(s.units, f.department);
    if (!unit || unit->party != person->party) return fail(Errc::not_found, "unit.not_found");
  }
  if (!f.medium.empty() && f.medium != "electronic" && f.medium != "paper") return fail(Errc::invalid, "catalog.unknown_medium");
  for (const std::string* text : {&f.system, &f.place, &f.retention, &f.purpose, &f.processing, &f.provision}) {
    if (text->size() > kTextBytesMax) return fail(Errc::invalid, "form.text_too_long", "facts");
    if (!is_utf8(*text)) return fail(Errc::invalid, "form.text_not_utf8", "facts");
  }
  return Events{DatasetDescribed{cmd.dataset, f}};
}

Result<Events> decide_on(const State& s, const Context& c, const IssueList& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  if (cmd.list_fields < 1) return fail(Errc::invalid, "list.empty");
  if (cmd.note.size() > kTextBytesMax) return fail(Errc::invalid, "form.text_too_long", "note");
  int64_t number = 1;
  for (const auto& [id, list] : s.graded_lists) {
    if (list.party != person->party) continue;
    number = std::max(number, list.number + 1);
    if (list.content == cmd.content) return fail(Errc::conflict, "list.unchanged", std::to_string(list.number));
  }
  return Events{ListIssued{.list = GradedListId::make(c.random), .party = person->party, .number = number, .content = cmd.content,
                           .list_fields = cmd.list_fields, .confirmed = cmd.confirmed, .completeness_permille = cmd.completeness_permille,
                           .note = cmd.note}};
}

Result<Events> decide_on(const State& s, const Context& c, const SignList& cmd) {
  const Person* person = TRY(acting(s, c));
  const GradedListVersion* list = find(s.graded_lists, cmd.list);
  if (!list || list->party != person->party) return fail(Errc::not_found, "list.not_found");
  const Unit* unit = lead_department_of(s, *person, c.now);
  if (!unit) return fail(Errc::forbidden, "list.lead_department_only");
  TRY(second_person(s, c, list->issued_by));
  if (list->signed_ms > 0) return fail(Errc::conflict, "list.signed_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ListSigned{cmd.list, unit->id, cmd.reason, c.now + c.rules.grading.review.list_days * kDayMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportAssociation& cmd) {
  TRY(from_node(c));
  const Dataset* dataset = find(s.datasets, cmd.dataset);
  if (!dataset) return fail(Errc::not_found, "dataset.not_found");
  const DatasetVersion* version = find(s.versions, cmd.measured.version);
  if (!version || version->dataset != cmd.dataset) return fail(Errc::not_found, "version.not_found");
  AssociationMeasured out{cmd.dataset, cmd.measured};
  out.measured.at_ms = c.now;
  return Events{out};
}

Result<Events> decide_on(const State& s, const Context& c, const RequestLowering& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Dataset* dataset = TRY(managed_dataset(s, c, *person, cmd.dataset));
  const CatalogField* column = dataset->column(cmd.column);
  if (!column) return fail(Errc::invalid, "catalog.no_such_column", cmd.column.substr(0, kNameBytesMax));
  const auto& rule = c.rules.grading.lowering;
  std::string type = column->confirmed ? column->type : column->proposal ? column->proposal->type : "";
  int floor = floor_of(s, c.rules, dataset->owner, type);
  if (floor > rule.level_max) return fail(Errc::refused, "lowering.level_never_lowered", std::to_string(floor));
  if (cmd.level < 1 || cmd.level >= floor) return fail(Errc::invalid, "lowering.not_needed", std::to_string(floor));
  if (cmd.days < 1 || cmd.days > rule.days_max) return fail(Errc::invalid, "lowering.bad_days", std::to_string(rule.days_max));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  TRY(need_text("measures", cmd.measures, kTextBytesMax));
  for (const auto& [id, other] : s.lowerings)
    if (other.dataset == cmd.dataset && other.column == cmd.column && other.status == LoweringStatus::requested)
      return fail(Errc::conflict, "lowering.requested_already");
  return Events{LoweringRequested{.lowering = LoweringId::make(c.random), .dataset = cmd.dataset, .column = cmd.column, .floor = floor,
                                  .level = cmd.level, .days = cmd.days, .reason = cmd.reason, .measures = cmd.measures}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideLowering& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::pi_officer));
  const Lowering* lowering = find(s.lowerings, cmd.lowering);
  if (!lowering || lowering->party != person->party) return fail(Errc::not_found, "lowering.not_found");
  TRY(second_person(s, c, lowering->requested_by));
  if (lowering->status != LoweringStatus::requested) return fail(Errc::conflict, "lowering.decided_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{LoweringDecided{cmd.lowering, cmd.approve, cmd.reason, cmd.approve ? c.now + lowering->days * kDayMs : 0}};
}

}  // namespace sluice::space
