// Operations, exceptions, rights, the organisation chart, and who could see a column.
#include <algorithm>

#include "node/views/listed.h"
#include "space/access/question.h"
#include "space/catalog/protection.h"
#include "space/organisation/figures.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kTyped = "plausible";

Json actions_of(std::initializer_list<std::pair<std::string_view, bool>> all) {
  Json out = Json::array();
  for (const auto& [name, open] : all)
    if (open) out.push(Json(name));
  return out;
}

Json measure_json(const rules::ProtectionMeasure& m) {
  return Json::object({{"aspect", m.aspect}, {"en", m.en}, {"enforced_by", m.enforced_by}, {"id", m.id}, {"zh", m.zh}});
}

}  // namespace

bool View::access_office() const {
  if (broker_) return false;
  for (Duty duty : {Duty::system_admin, Duty::security_admin, Duty::audit_admin, Duty::security_officer, Duty::pi_officer, Duty::supervisor})
    if (holds(duty)) return true;
  return false;
}

Json View::protection(const rules::RuleSet& rules) {
  Json levels = Json::array();
  for (const auto& profile : rules.protection.profiles) {
    Json measures = Json::array();
    for (const std::string& id : profile.measures)
      for (const auto& m : rules.protection.measures)
        if (m.id == id) measures.push(measure_json(m));
    levels.push(Json::object({{"en", profile.en}, {"level", profile.level}, {"measures", std::move(measures)}, {"zh", profile.zh}}));
  }
  return Json::object({{"interim", rules.protection.interim}, {"levels", std::move(levels)}, {"version", rules.protection.version}});
}

// {levels: as in protection(), columns: [{column, level, provisional, failing: [measure ids]}]}: the measures of a field are its
// level's; those that fail are named.
Json View::field_protection(const Dataset& d) const {
  Json columns = Json::array();
  for (const CatalogField& f : d.columns) {
    FieldGrade grade = grade_of(f, now);
    Json failing = Json::array();
    for (const auto& found : measures_of(state, d, f, rules))
      if (found.state == MeasureState::failing) failing.push(Json(found.measure->id));
    columns.push(Json::object({{"column", f.column}, {"failing", std::move(failing)}, {"level", grade.level}, {"provisional", grade.provisional}}));
  }
  return protection(rules).set("columns", std::move(columns));
}

Json View::show(const Operation& o) const {
  bool mine = o.requested_by == person.id;
  bool runs = mine && o.status == OperationStatus::approved && now < o.expires_ms && o.what != "modify";
  bool made = o.status == OperationStatus::done && o.what != "list_values" && o.what != "modify" && now < o.expires_ms;
  Json out = encode(o);
  Json windows = Json::array();
  for (const WindowFinding& found : o.windows)
    for (const auto& w : rules.operations.windows)
      if (w.id == found.window) windows.push(encode(found).set("en", w.en).set("rows_max", w.rows_max).set("zh", w.zh));
  out.set("windows", std::move(windows));
  if (const auto* kind = rules.operations.kind(o.what)) out.set("what_en", kind->en).set("what_zh", kind->zh);
  return shown(std::move(out), actions_of({{"decide", may(DecideOperation{o.id, true, std::string(kTyped)})},
                                           {"withdraw", may(WithdrawOperation{o.id})},
                                           {"run", runs},
                                           {"fetch", made && (mine || (o.what == "copy" && owns(o.party) && holds(Duty::data_manager)))}}));
}

Json View::show(const PrivilegeException& e) const {
  Json out = encode(e);
  out.set("in_force", e.in_force(now)).set("review_overdue", e.awaits_review(now) && now >= e.review_due_ms);
  return shown(std::move(out), actions_of({{"decide", may(DecideException{e.id, true, 0, std::string(kTyped)})},
                                           {"end", may(EndException{e.id, std::string(kTyped)})},
                                           {"review", may(ReviewException{e.id, ReviewVerdict::as_approved, std::string(kTyped)})}}));
}

Json View::show(const Right& r) const {
  Json out = encode(r);
  out.set("in_force", !r.revoked && now < r.expires_ms);
  return shown(std::move(out), actions_of({{"revoke", may(RevokeAccess{r.id, std::string(kTyped)})}}));
}

Json View::operations(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, o] : state.operations) {
    bool seen = of_own_party(o.party) && (o.requested_by == person.id || access_office() || holds(Duty::data_manager));
    if (seen && (ask.status.empty() || name_of(o.status) == ask.status)) all.push_back({newest_first(o.seq, id), [this, &o] { return show(o); }});
  }
  return page_of_list(std::move(all), ask);
}

Result<Json> View::operation(const std::string& id) const {
  auto it = state.operations.find(id);
  if (it == state.operations.end() || !of_own_party(it->second.party)) return fail(Errc::not_found, "operation.not_found");
  return show(it->second);
}

Json View::exceptions(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, e] : state.exceptions) {
    bool seen = of_own_party(e.party) && (e.requested_by == person.id || access_office());
    if (seen && (ask.status.empty() || name_of(e.status) == ask.status)) all.push_back({newest_first(e.seq, id), [this, &e] { return show(e); }});
  }
  return page_of_list(std::move(all), ask);
}

Result<Json> View::exception(const std::string& id) const {
  auto it = state.exceptions.find(id);
  if (it == state.exceptions.end() || !of_own_party(it->second.party)) return fail(Errc::not_found, "exception.not_found");
  return show(it->second);
}

Json View::rights(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, r] : state.rights) {
    bool seen = r.person == person.id || (access_office() && (of_own_party(r.party) || administers()));
    if (seen) all.push_back({newest_first(static_cast<uint64_t>(r.granted_ms), id), [this, &r] { return show(r); }});
  }
  return page_of_list(std::move(all), ask);
}

Json View::access_rules() const {
  auto it = state.access_rules.find(person.party.str());
  Json out = it == state.access_rules.end() ? encode(AccessRules{person.party, {}, {}, 0}) : encode(it->second);
  Json kinds = Json::array(), windows = Json::array();
  for (const auto& kind : rules.operations.kinds) kinds.push(encode(kind));
  for (const auto& window : rules.operations.windows) windows.push(encode(window));
  out.set("kinds", std::move(kinds)).set("windows", std::move(windows)).set("purposes", encode(rules.policy.purposes));
  return shown(std::move(out), actions_of({{"adopt", may(AdoptAccessRules{{}, std::string(kTyped)})}, {"grant", person.has(Duty::security_admin, now)}}));
}

Json View::organisation() const {
  Json units = Json::array(), placed = Json::array(), deputies = Json::array(), outsiders = Json::array();
  auto same_party = [&](const PersonId& id) {
    const Person* p = find(state.persons, id);
    return p && (of_own_party(p->party) || administers());
  };
  for (const auto& [id, u] : state.units)
    if (of_own_party(u.party)) units.push(encode(u));
  for (const auto& [who, unit] : state.unit_of)
    if (auto id = PersonId::parse(who); id && same_party(*id)) placed.push(Json::object({{"person", who}, {"unit", unit.str()}}));
  for (const auto& [id, d] : state.deputyships)
    if (same_party(d.absent))
      deputies.push(encode(d).set("in_force", d.in_force(now)).set("can", actions_of({{"end", may(EndDeputyship{d.id, std::string(kTyped)})}})));
  for (const auto& [id, o] : state.outsiders)
    if (same_party(o.person)) outsiders.push(encode(o).set("over", now >= o.until_ms));
  Json out = Json::object({{"deputyships", std::move(deputies)}, {"outsiders", std::move(outsiders)}, {"placed", std::move(placed)}, {"units", std::move(units)}});
  return shown(std::move(out), actions_of({{"define", person.has(Duty::system_admin, now)}, {"deputise", person.has(Duty::security_admin, now)}, {"name-head", person.has(Duty::security_admin, now)}}));
}

Result<Json> View::department_figures(int64_t days) const {
  const PartyId& party = person.party;
  bool heads = std::any_of(state.units.begin(), state.units.end(), [&](const auto& u) { return u.second.party == party && u.second.head == person.id; });
  if (!heads && !access_office() && !holds(Duty::data_manager)) return fail(Errc::forbidden, "duty.missing", "head of a unit, data_manager, security_officer, pi_officer or administrator");
  Period period{now - days * kDayMs, now + 1};
  Json units = Json::array(), papers = Json::array();
  for (const DepartmentFigures& f : space::department_figures(state, rules, party, period, now)) units.push(encode(f));
  for (const auto& [id, p] : state.papers) {
    if (p.owner != party || !p.form.unit || (p.status != PaperStatus::checked && p.status != PaperStatus::entered)) continue;
    papers.push(Json::object({{"checked", p.status == PaperStatus::checked}, {"due", procedure_due(state, rules, p, now)}, {"expires_ms", p.form.expires_ms}, {"in_force", p.in_force(now)},
                              {"kind", p.form.kind}, {"number", p.form.number}, {"paper", id}, {"title", p.form.title}, {"unit", p.form.unit->str()}}));
  }
  return shown(Json::object({{"from_ms", period.from}, {"papers", std::move(papers)}, {"units", std::move(units)}, {"until_ms", now}}), Json::array());
}

namespace {

// Why a person could or could not do this to a field: what decided, and what is still asked of the person.
Json who_json(const State& s, const rules::OperationRule& rule, const FieldUse& use, TimeMs now, const rules::OperationsPack& pack) {
  Json duties = Json::array();
  bool has_duty = false;
  for (Duty duty : duties_now(s, use.person, now)) {
    duties.push(Json(name_of(duty)));
    has_duty |= std::find(rule.duties.begin(), rule.duties.end(), name_of(duty)) != rule.duties.end();
  }
  auto answer = access_answer(s, use, now);
  Json needs = Json::array();
  if (rule.flow == "person") needs.push(Json("second_person"));
  if (use.grade.level >= pack.second_factor_from_level) needs.push(Json("second_factor"));
  if (use.grade.level > rule.level_free_max) needs.push(Json("exception"));
  Status alive = active(s, use.person, now);
  std::string_view reason = !alive ? alive.error().reason : use.grade.level > rule.level_shown_max ? "operation.level_never_shown" : !has_duty ? "duty.missing" : answer.reason;
  bool could = alive && has_duty && answer.allowed && use.grade.level <= rule.level_shown_max;
  return Json::object({{"by", answer.by}, {"could", could}, {"duties", std::move(duties)}, {"needs", could ? std::move(needs) : Json::array()},
                       {"person", use.person.id.str()}, {"reason", reason}});
}

}  // namespace

Result<Json> View::who_could(const WhoAsk& ask) const {
  const Dataset* d = TRY(own_dataset(ask.dataset));
  const CatalogField* field = d->column(ask.column);
  const rules::OperationRule* rule = rules.operations.kind(ask.action);
  if (!field) return fail(Errc::not_found, "catalog.no_such_column", ask.column.substr(0, kNameBytesMax));
  if (!rule) return fail(Errc::invalid, "operation.unknown_kind", ask.action.substr(0, kNameBytesMax));
  VersionId version;
  if (!ask.version.empty()) version = TRY(VersionId::parse(ask.version));
  FieldGrade grade = grade_in(state, *d, version, ask.column, now);
  Json people = Json::array(), recipients = Json::array();
  for (const auto& [id, p] : state.persons)
    if (p.party == d->owner) people.push(who_json(state, *rule, {p, *d, ask.action, ask.purpose, grade}, now, rules.operations));
  for (const auto& [id, c] : state.contracts) {
    bool has = std::find(c.terms.columns.begin(), c.terms.columns.end(), ask.column) != c.terms.columns.end();
    if (c.terms.dataset != d->id || !has || c.status != ContractStatus::active || now >= c.terms.expires_ms) continue;
    FieldGrade left = grade_in(state, *d, c.terms.version, ask.column, now);
    const MaskingResult* masking = find(state.maskings, c.terms.version);
    const MaskedColumn* column = masking ? masking->column(ask.column) : nullptr;
    recipients.push(Json::object({{"contract", id}, {"expires_ms", c.terms.expires_ms}, {"level", left.level}, {"party", c.terms.recipient.str()},
                                  {"purpose", c.terms.purpose}, {"technique", column ? column->technique : ""}}));
  }
  Json out = Json::object({{"action", ask.action}, {"category", name_of(grade.category)}, {"column", ask.column}, {"dataset", d->id.str()},
                           {"level", grade.level}, {"people", std::move(people)}, {"provisional", grade.provisional}, {"purpose", ask.purpose},
                           {"recipients", std::move(recipients)}});
  return shown(std::move(out), Json::array());
}

Json View::unused(int64_t days, const std::set<std::string>& used) const {
  Json items = Json::array();
  TimeMs since = now - days * kDayMs;
  for (const auto& [id, r] : state.rights) {
    if (r.revoked || now >= r.expires_ms || !(of_own_party(r.party) || administers())) continue;
    if (std::max(r.last_used_ms, r.granted_ms) >= since) continue;
    items.push(shown(Json::object({{"granted_ms", r.granted_ms}, {"holder", r.person.empty() ? r.unit.str() : r.person.str()}, {"kind", "right"},
                                   {"last_used_ms", r.last_used_ms}, {"right", id}}), Json::array()));
  }
  for (const auto& [id, p] : state.persons) {
    if (p.suspended || !knows(p)) continue;
    for (const HeldDuty& held : p.duties) {
      // Reading leaves no entry: duties that only read cannot be shown unused.
      if (held.duty == Duty::audit_admin || held.duty == Duty::supervisor || held.duty == Duty::broker) continue;
      if (!p.has(held.duty, now) || used.contains(id + ":" + std::string(name_of(held.duty)))) continue;
      items.push(shown(Json::object({{"duty", name_of(held.duty)}, {"holder", id}, {"kind", "duty"}}), Json::array()));
    }
  }
  return Json::object({{"days", days}, {"items", std::move(items)}});
}

}  // namespace sluice::node
