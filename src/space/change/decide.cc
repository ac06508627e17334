#include <algorithm>

#include "space/decisions.h"

namespace sluice::space {

namespace {

Result<const RuleChange*> own_change(const State& s, const Person& person, const RuleChangeId& id) {
  const RuleChange* change = find(s.rule_changes, id);
  if (!change || change->party != person.party) return fail(Errc::not_found, "rules.change_not_found");
  return change;
}

// Verdicts that the new floors leave behind: reopened, each with its reason.
void reopen_below_floor(const State& s, const RuleChange& change, Events& events) {
  for (const auto& [id, dataset] : s.datasets) {
    if (dataset.owner != change.party) continue;
    for (const CatalogField& field : dataset.columns) {
      if (!field.confirmed) continue;
      auto floor = change.impact->floors.find(field.type);
      if (floor == change.impact->floors.end() || field.level >= floor->second || field.lowered) continue;
      std::string from = std::to_string(field.level), to = std::to_string(floor->second);
      DriftFinding finding{.column = field.column, .cause = "floor_raised", .zh = "规则变更后该类型下限为第" + to + "级，原判定为第" + from + "级",
                           .en = "after a change of the rules the type stands at level " + to + " at least; the verdict said " + from};
      events.push_back(FieldReopened{dataset.id, {}, field.column, {finding}});
    }
  }
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const ProposeRules& cmd) {
  const Person* person = TRY(acting_as_any(s, c, {"data_manager", "security_officer"}));
  TRY(need_text("title", cmd.title, kNameBytesMax));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (cmd.packs.empty()) return fail(Errc::invalid, "rules.nothing_changed");
  for (const std::string& pack : cmd.packs)
    if (std::find(kChangeablePacks.begin(), kChangeablePacks.end(), pack) == kChangeablePacks.end())
      return fail(Errc::invalid, "rules.pack_not_changeable", pack.substr(0, kNameBytesMax));
  int64_t number = 1;
  for (const auto& [id, other] : s.rule_changes)
    if (other.party == person->party) number = std::max(number, other.number + 1);
  return Events{RulesProposed{.change = RuleChangeId::make(c.random), .party = person->party, .number = number, .title = cmd.title,
                              .reason = cmd.reason, .packs = cmd.packs, .content = cmd.content, .rules_digest = cmd.rules_digest}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportAssessment& cmd) {
  TRY(from_node(c));
  const RuleChange* change = find(s.rule_changes, cmd.change);
  if (!change) return fail(Errc::not_found, "rules.change_not_found");
  if (change->status != RuleChangeStatus::proposed && change->status != RuleChangeStatus::assessed)
    return fail(Errc::conflict, "rules.decided_already");
  return Events{RulesAssessed{cmd.change, cmd.impact}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideRules& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const RuleChange* change = TRY(own_change(s, *person, cmd.change));
  TRY(second_person(s, c, change->proposed_by));
  if (change->status == RuleChangeStatus::approved || change->status == RuleChangeStatus::rejected)
    return fail(Errc::conflict, "rules.decided_already");
  if (cmd.approve && !change->impact) return fail(Errc::conflict, "rules.not_assessed");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  Events events{RulesDecided{cmd.change, cmd.approve, cmd.reason}};
  if (cmd.approve) reopen_below_floor(s, *change, events);
  return events;
}

}  // namespace sluice::space
