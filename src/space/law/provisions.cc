#include <algorithm>
#include <set>

#include "crypto/sign.h"
#include "space/application/personal_filter.h"
#include "space/catalog/level.h"
#include "space/catalog/protection.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/law/legal_case.h"

namespace sluice::space {

namespace {

constexpr TimeMs kProvisionWorkMs = kHourMs;
constexpr TimeMs kPersonsWindowMs = 30 * kDayMs;  // within which what one requester asks for is added up
constexpr int64_t kPersonsMax = 100, kColumnsMax = 10, kKeepDays = 365;  // where a pack of old does not say

Result<const Provision*> own_provision(const State& s, const Person& person, const ProvisionId& id) {
  const Provision* p = find(s.provisions, id);
  if (!p || p->owner != person.party) return fail(Errc::not_found, "law.provision_not_found");
  return p;
}

// Whom the form names, as the register has it.
struct ProvisionRequester {
  std::string name;
  Bytes key;
};

Result<ProvisionRequester> requesting_party(const State& s, const PartyId& owner, const PartyId& id) {
  const Party* party = TRY(verified_party(s, id));
  // A registered company is not an agency because a document says so; one that is no party of the space is entered as a paper and checked.
  bool of_state = party->role == PartyRole::agency || party->role == PartyRole::supervisor;
  if (!of_state) return fail(Errc::refused, "law.requester_no_agency", id.str());
  if (id == owner) return fail(Errc::refused, "law.requester_not_checked");
  if (party->public_key.empty()) return fail(Errc::refused, "party.no_key", id.str());
  return ProvisionRequester{party->name, party->public_key};
}

Result<ProvisionRequester> requesting_agency(const State& s, const PartyId& owner, const PaperId& id, TimeMs now) {
  const Paper* paper = find(s.papers, id);
  bool fits = paper && paper->owner == owner && paper->form.kind == kAgencyPaper && paper->in_force(now) && paper->form.public_key;
  if (!fits) return fail(Errc::refused, "law.requester_not_checked");
  return ProvisionRequester{paper->form.title, *paper->form.public_key};
}

// A form that gives name and key instead of an id: the one agency or party that is registered with both.
void name_requester(const State& s, const PartyId& owner, ProvisionForm& f, TimeMs now) {
  if (f.party || f.agency || f.recipient_key.empty()) return;
  for (const auto& [id, paper] : s.papers)
    if (paper.owner == owner && paper.form.kind == kAgencyPaper && paper.in_force(now) && paper.form.public_key == f.recipient_key && paper.form.title == f.requester)
      f.agency = paper.id;
  for (const auto& [id, party] : s.parties)
    if (!f.agency && !(party.id == owner) && verified_party(s, party.id) && party.public_key == f.recipient_key && party.name == f.requester) f.party = party.id;
}

Result<ProvisionRequester> requester_of(const State& s, const PartyId& owner, const ProvisionForm& f, TimeMs now) {
  if (f.party.has_value() == f.agency.has_value()) return fail(Errc::refused, "law.requester_not_checked");
  auto found = TRY(f.party ? requesting_party(s, owner, *f.party) : requesting_agency(s, owner, *f.agency, now));
  bool same = (f.requester.empty() || f.requester == found.name) && (f.recipient_key.empty() || f.recipient_key == found.key);
  if (!same) return fail(Errc::refused, "law.requester_differs");
  return found;
}

Status check_basis(const State& s, const PartyId& owner, const ProvisionForm& f, const rules::LawProvisionKind& rule, TimeMs now) {
  const Paper* basis = find(s.papers, f.basis);
  if (!basis || basis->owner != owner || basis->form.kind != "legal_basis" || !basis->in_force(now)) return fail(Errc::refused, "law.legal_basis_missing");
  bool of_another = (basis->form.agency && basis->form.agency != f.agency) || (!basis->form.counterpart.empty() && f.party != basis->form.counterpart);
  if (of_another) return fail(Errc::refused, "law.legal_basis_of_another");
  if (std::find(rule.legal_bases.begin(), rule.legal_bases.end(), basis->form.basis) == rule.legal_bases.end())
    return fail(Errc::refused, "policy.legal_basis_unfit", basis->form.basis);
  return {};
}

Status check_provision_filter(const State& s, const ProvisionForm& f, const DatasetVersion& version) {
  if (f.row_filter.empty()) return fail(Errc::refused, "law.provision_needs_filter");
  if (f.row_filter.size() > 20) return fail(Errc::invalid, "filter.too_long");
  for (const RowCondition& condition : f.row_filter) {
    if (std::find(version.columns.begin(), version.columns.end(), condition.column) == version.columns.end())
      return fail(Errc::invalid, "catalog.no_such_column", condition.column.substr(0, kNameBytesMax));
    if (condition.values.empty() == condition.secret_ref.empty()) return fail(Errc::invalid, "filter.values_missing", condition.column);
    if (is_personal(s, f.dataset, f.version, condition)) return fail(Errc::invalid, "filter.value_identifies", condition.column);
    if (condition.secret() != condition.commitment.has_value()) return fail(Errc::invalid, "filter.commitment_missing", condition.column);
  }
  return {};
}

// How many persons a condition names by value; 0: it names none. What was put into the registry is counted by its masked values.
int64_t persons_named(const State& s, const ProvisionForm& f, const RowCondition& condition) {
  const Dataset* dataset = find(s.datasets, f.dataset);
  const CatalogField* field = dataset ? dataset->column(condition.column) : nullptr;
  if ((condition.op != "eq" && condition.op != "in") || !field || !field->confirmed || !field->identifying) return 0;
  return static_cast<int64_t>(condition.masked ? condition.masked->size() : condition.values.size());
}

int64_t most_persons_named(const State& s, const ProvisionForm& f) {
  int64_t most = 0;
  for (const RowCondition& condition : f.row_filter) most = std::max(most, persons_named(s, f, condition));
  return most;
}

// What the same requester asked for in the same dataset, and was not refused.
int64_t persons_asked_before(const State& s, const PartyId& owner, const ProvisionForm& f, TimeMs now) {
  int64_t sum = 0;
  for (const auto& [id, p] : s.provisions) {
    bool counts = p.owner == owner && p.status != ProvisionStatus::refused && p.form.recipient_key == f.recipient_key && p.form.dataset == f.dataset && now < p.at_ms + kPersonsWindowMs;
    if (counts) sum += most_persons_named(s, p.form);
  }
  return sum;
}

Status check_case_rows(const State& s, const PartyId& owner, const ProvisionForm& f, const rules::LawProvisionKind& rule, TimeMs now) {
  if (!names_no_persons(s, f)) {
    int64_t most = rule.persons_max.value_or(kPersonsMax);
    if (most_persons_named(s, f) > most) return fail(Errc::refused, "law.provision_too_many_persons", std::to_string(most));
    if (most_persons_named(s, f) + persons_asked_before(s, owner, f, now) > most) return fail(Errc::refused, "law.provision_persons_add_up", std::to_string(most));
    return f.range_reason ? Status(fail(Errc::invalid, "law.provision_no_range")) : Status();
  }
  if (!rule.range_approvers || rule.range_approvers->empty()) return fail(Errc::refused, "law.provision_needs_persons", f.kind);
  if (!f.range_reason) return fail(Errc::refused, "law.provision_range_reason");
  TRY(need_text("range_reason", *f.range_reason, kTextBytesMax));
  if (!f.rows_max) return fail(Errc::refused, "law.provision_range_rows");
  return {};
}

std::vector<std::string> approvers_of(const State& s, const ProvisionForm& f, const rules::LawProvisionKind& rule) {
  std::vector<std::string> out = rule.approvers;
  if (!names_no_persons(s, f)) return out;
  for (const std::string& duty : rule.range_approvers.value_or(std::vector<std::string>()))
    if (std::find(out.begin(), out.end(), duty) == out.end()) out.push_back(duty);
  return out;
}

std::vector<std::string> columns_read(const ProvisionForm& f) {
  std::vector<std::string> out = f.columns;
  for (const RowCondition& condition : f.row_filter)
    if (std::find(out.begin(), out.end(), condition.column) == out.end()) out.push_back(condition.column);
  return out;
}

// The kind's ceiling: what no document of it may ask for. A field that nobody confirmed is personal until somebody says otherwise.
Status check_ceiling(const State& s, const ProvisionForm& f, const rules::LawProvisionKind& rule, TimeMs now) {
  const Dataset* dataset = find(s.datasets, f.dataset);
  for (const std::string& column : f.columns) {
    const CatalogField* field = dataset->column(column);
    std::string_view category = name_of(field && field->confirmed ? field->category : Category::personal);
    int level_max = field && field->confirmed && field->category == Category::none ? rule.level_max : rule.level_of(category);
    if (level_max == 0) return fail(Errc::refused, "law.provision_category", column);
    if (grade_in(s, *dataset, f.version, column, now).level > level_max) return fail(Errc::refused, "law.provision_column_level", column);
  }
  return {};
}

// All of a table, or many columns: each with the reason why the document needs it.
Status check_column_reasons(const ProvisionForm& f, const DatasetVersion& version, const rules::LawProvisionKind& rule) {
  bool many = f.columns.size() >= version.columns.size() || static_cast<int64_t>(f.columns.size()) > rule.columns_max.value_or(kColumnsMax);
  const auto reasons = f.column_reasons.value_or(std::vector<ProvisionColumn>());
  std::set<std::string> given;
  for (const ProvisionColumn& one : reasons) {
    bool asked = std::find(f.columns.begin(), f.columns.end(), one.column) != f.columns.end();
    if (!asked || !given.insert(one.column).second) return fail(Errc::invalid, "law.provision_column_reason", one.column.substr(0, kNameBytesMax));
    TRY(need_text("reason", one.reason, kTextBytesMax));
  }
  for (const std::string& column : f.columns)
    if (many && !given.contains(column)) return fail(Errc::refused, "law.provision_column_reason", column);
  return {};
}

Status check_provision_columns(const State& s, const ProvisionForm& f) {
  const DatasetVersion* version = find(s.versions, f.version);
  std::set<std::string> names;
  for (const std::string& column : f.columns) {
    if (std::find(version->columns.begin(), version->columns.end(), column) == version->columns.end())
      return fail(Errc::invalid, "catalog.no_such_column", column.substr(0, kNameBytesMax));
    if (!names.insert(column).second) return fail(Errc::invalid, "product.column_twice", column);
  }
  return {};
}

// The level of the flow as a whole: columns together, measured combinations and volume, by the owner's rules.
Result<FlowGrade> provision_grade(const State& s, const Context& c, const PartyId& owner, const ProvisionForm& f, const rules::LawProvisionKind& rule) {
  auto rules = TRY(grading_rules(s, c, owner));
  auto known = [&](std::string_view id) {
    return std::any_of(rules->grading.scenarios.begin(), rules->grading.scenarios.end(), [&](const auto& scenario) { return scenario.id == id; });
  };
  // Packs of old know no provisions: what leaves for another body is shared.
  std::string scenario = known("statutory") ? "statutory" : known("sharing") ? "sharing" : rules->grading.scenarios.front().id;
  FlowAsk ask{.parts = {{f.dataset, f.version, f.columns}}, .rows = f.rows_max.value_or(0), .scenario = {}, .fine_grained = false};
  FlowGrade grade = TRY(grade_of_flow(s, *rules, std::move(ask), {scenario}, c.now));
  if (grade.level > rule.level_max) return fail(Errc::refused, "law.provision_level", std::to_string(rule.level_max) + ": " + told_zh(grade) + " / " + told_en(grade));
  return grade;
}

// What must hold when it is asked for, and still when it starts.
Result<FlowGrade> check_provision(const State& s, const Context& c, const PartyId& owner, const ProvisionForm& f, const rules::LawProvisionKind& rule) {
  TRY(requester_of(s, owner, f, c.now));
  TRY(check_basis(s, owner, f, rule, c.now));
  TRY(check_ceiling(s, f, rule, c.now));
  FlowGrade grade = TRY(provision_grade(s, c, owner, f, rule));
  TRY(complete_or_refused(provision_case(s, c.rules, owner, f, grade.level, c.now)));
  TRY(keys_are_there(s, f.version, columns_read(f)));
  return grade;
}

void end_provision_keys(const State& s, const Provision& p, std::string outcome, Events& events) {
  if (find(s.grants, p.grant)) events.push_back(KeysGrantEnded{p.grant, std::move(outcome)});
}

}  // namespace

bool names_persons(const State& s, const ProvisionForm& f, const RowCondition& condition) { return persons_named(s, f, condition) > 0; }

bool names_no_persons(const State& s, const ProvisionForm& f) {
  return std::none_of(f.row_filter.begin(), f.row_filter.end(), [&](const RowCondition& condition) { return persons_named(s, f, condition) > 0; });
}

Json provision_destruction_statement(const ProvisionId& provision, const Digest& file_digest, std::string_view method, TimeMs destroyed_ms) {
  return Json::object({{"destroyed_ms", destroyed_ms}, {"file_digest", hex(file_digest)}, {"format", kDestructionFormat}, {"method", method}, {"provision", provision.str()}});
}

Result<Events> decide_on(const State& s, const Context& c, const RequestProvision& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  ProvisionForm f = cmd.form;
  const rules::LawProvisionKind* rule = c.rules.law.provision(f.kind);
  if (!rule) return fail(Errc::invalid, "law.unknown_provision", f.kind.substr(0, kNameBytesMax));
  TRY(need_text("document", f.document, kNameBytesMax));
  TRY(need_text("reason", f.reason, kTextBytesMax));
  if (f.digest == Digest{}) return fail(Errc::refused, "law.provision_needs_document");
  name_requester(s, person->party, f, c.now);
  ProvisionRequester requester = TRY(requester_of(s, person->party, f, c.now));
  f.requester = requester.name;
  f.recipient_key = requester.key;
  TRY(check_basis(s, person->party, f, *rule, c.now));
  const Dataset* dataset = TRY(seen_dataset(s, *person, f.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  const DatasetVersion* version = find(s.versions, f.version);
  if (!version || version->dataset != f.dataset) return fail(Errc::not_found, "version.not_found");
  if (f.columns.empty()) return fail(Errc::invalid, "keys.no_columns");
  bool identified = find(s.maskings, f.version) == nullptr;
  if (identified && !rule->identified) return fail(Errc::refused, "law.provision_masked_only", f.kind);
  if (f.rows_max && (*f.rows_max < 1 || *f.rows_max > version->rows)) return fail(Errc::invalid, "law.provision_rows");
  TRY(check_provision_columns(s, f));
  TRY(check_column_reasons(f, *version, *rule));
  TRY(check_provision_filter(s, f, *version));
  TRY(check_case_rows(s, person->party, f, *rule, c.now));
  TimeMs longest = c.now + rule->keep_days.value_or(kKeepDays) * kDayMs;
  if (!f.destroy_by_ms) f.destroy_by_ms = longest;
  if (*f.destroy_by_ms <= c.now || *f.destroy_by_ms > longest) return fail(Errc::invalid, "law.provision_keep_days", std::to_string(rule->keep_days.value_or(kKeepDays)));
  FlowGrade grade = TRY(check_provision(s, c, person->party, f, *rule));
  return Events{ProvisionRequested{.provision = ProvisionId::make(c.random), .owner = person->party, .form = f, .identified = identified, .level = grade.level,
                                   .approvers = approvers_of(s, f, *rule), .grade = grade}};
}

Result<Events> decide_on(const State& s, const Context& c, const ApproveProvision& cmd) {
  const Person* person = TRY(acting(s, c));
  const Provision* p = TRY(own_provision(s, *person, cmd.provision));
  std::vector<std::string> open = p->approvers;
  for (const ProvisionWord& word : p->words) std::erase(open, word.duty);
  auto mine = std::find_if(open.begin(), open.end(), [&](const std::string& name) {
    auto duty = enum_of<Duty>(name);
    return duty && acting_as(s, c, *duty);
  });
  if (mine == open.end()) return fail(Errc::forbidden, "duty.missing", open.empty() ? "pi_officer" : open.front());
  if (p->status != ProvisionStatus::requested) return fail(Errc::conflict, "law.provision_decided_already");
  bool spoke = std::any_of(p->words.begin(), p->words.end(), [&](const ProvisionWord& w) { return count_once(s, c, w.person, person->id); });
  if (spoke) return fail(Errc::forbidden, "duty.second_person_needed");
  TRY(second_person(s, c, p->requested_by));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ProvisionApproved{cmd.provision, cmd.approve, *mine, cmd.reason, !cmd.approve || open.size() == 1}};
}

Result<Events> decide_on(const State& s, const Context& c, const StartProvision& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Provision* p = TRY(own_provision(s, *person, cmd.provision));
  if (p->status == ProvisionStatus::requested) return fail(Errc::refused, "law.provision_not_approved");
  if (p->status != ProvisionStatus::approved) return fail(Errc::conflict, "law.provision_over");
  // What two approved was to be gone by then.
  if (p->form.destroy_by_ms && c.now >= *p->form.destroy_by_ms) return fail(Errc::refused, "law.provision_lapsed", rfc3339(*p->form.destroy_by_ms).substr(0, 10));
  const rules::LawProvisionKind* rule = c.rules.law.provision(p->form.kind);
  if (!rule) return fail(Errc::invalid, "law.unknown_provision");
  TRY(check_provision(s, c, p->owner, p->form, *rule));  // what was measured, ended or entered since counts
  GrantId grant = GrantId::make(c.random);
  return Events{ProvisionStarted{cmd.provision, grant},
                KeysGranted{.grant = grant, .dataset = p->form.dataset, .version = p->form.version, .columns = columns_read(p->form), .work = Work::operate,
                            .release = {}, .expires_ms = c.now + kProvisionWorkMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportProvision& cmd) {
  TRY(from_node(c));
  const Provision* p = find(s.provisions, cmd.provision);
  if (!p) return fail(Errc::not_found, "law.provision_not_found");
  if (p->status != ProvisionStatus::started) return fail(Errc::conflict, "law.provision_over");
  if (p->form.rows_max && cmd.rows > *p->form.rows_max) return fail(Errc::refused, "law.provision_too_many_rows", std::to_string(*p->form.rows_max));
  Events events{ProvisionDelivered{cmd.provision, cmd.rows, cmd.bytes, cmd.file_digest, cmd.envelope_digest}};
  end_provision_keys(s, *p, "delivered", events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportProvisionFailure& cmd) {
  TRY(from_node(c));
  const Provision* p = find(s.provisions, cmd.provision);
  if (!p) return fail(Errc::not_found, "law.provision_not_found");
  if (p->status != ProvisionStatus::started) return fail(Errc::conflict, "law.provision_over");
  Events events{ProvisionFailed{cmd.provision, cmd.reason}};
  end_provision_keys(s, *p, "failed", events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const NoteProvision& cmd) {
  TRY(acting_as(s, c, Duty::supervisor));
  const Provision* p = find(s.provisions, cmd.provision);
  if (!p) return fail(Errc::not_found, "law.provision_not_found");
  if (p->status != ProvisionStatus::delivered) return fail(Errc::refused, "law.provision_not_delivered");
  if (p->noted_ms != 0) return fail(Errc::conflict, "law.provision_noted_already");
  TRY(need_text("note", cmd.note, kTextBytesMax));
  return Events{ProvisionNoted{cmd.provision, cmd.note}};
}

Result<Events> decide_on(const State& s, const Context& c, const CertifyProvision& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Provision* p = TRY(own_provision(s, *person, cmd.provision));
  if (p->status != ProvisionStatus::delivered) return fail(Errc::conflict, "destruction.nothing_delivered");
  if (p->destruction) return fail(Errc::conflict, "destruction.certified_already");
  if (cmd.file_digest != p->file_digest) return fail(Errc::refused, "destruction.of_something_else");
  if (cmd.destroyed_ms < p->delivered_ms || cmd.destroyed_ms > c.now + 5 * kMinuteMs) return fail(Errc::invalid, "destruction.bad_time");
  TRY(need_text("method", cmd.method, kTextBytesMax));
  auto key = Sm2PublicKey::from_bytes(p->form.recipient_key);
  std::string statement = canonical(provision_destruction_statement(cmd.provision, cmd.file_digest, cmd.method, cmd.destroyed_ms));
  if (!key || !key->verify(view(statement), cmd.signature)) return fail(Errc::refused, "destruction.bad_signature");
  return Events{ProvisionCertified{.provision = cmd.provision, .file_digest = cmd.file_digest, .method = cmd.method, .key_id = key_id_of(p->form.recipient_key),
                                   .destroyed_ms = cmd.destroyed_ms, .public_key = p->form.recipient_key, .signature = cmd.signature}};
}

Result<Events> decide_on(const State& s, const Context& c, const ChaseProvision& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Provision* p = TRY(own_provision(s, *person, cmd.provision));
  if (!p->overdue(c.now)) return fail(Errc::conflict, "law.not_overdue");
  if (p->chased && c.now < p->chased->last_ms + kDayMs) return fail(Errc::conflict, "law.chased_today");
  TRY(need_text("note", cmd.note, kTextBytesMax));
  return Events{ProvisionChased{cmd.provision, cmd.note, p->chased ? p->chased->times + 1 : 1}};
}

void fold(State& s, const ProvisionRequested& e, const EventPlace& at) {
  Provision p;
  p.id = e.provision;
  p.owner = e.owner;
  p.form = e.form;
  p.identified = e.identified;
  p.level = e.level;
  p.grade = e.grade;
  p.approvers = e.approvers;
  p.requested_by = at.actor;
  p.at_ms = at.time;
  p.seq = at.seq;
  s.provisions[e.provision.str()] = std::move(p);
}
void fold(State& s, const ProvisionApproved& e, const EventPlace& at) {
  Provision& p = s.provisions[e.provision.str()];
  p.words.push_back({.person = at.actor, .duty = e.duty, .reason = e.reason, .approved = e.approved, .at_ms = at.time});
  if (e.completes) p.status = e.approved ? ProvisionStatus::approved : ProvisionStatus::refused;
}
void fold(State& s, const ProvisionStarted& e, const EventPlace&) {
  Provision& p = s.provisions[e.provision.str()];
  p.status = ProvisionStatus::started;
  p.grant = e.grant;
}
void fold(State& s, const ProvisionDelivered& e, const EventPlace& at) {
  Provision& p = s.provisions[e.provision.str()];
  p.status = ProvisionStatus::delivered;
  p.rows = e.rows;
  p.bytes = e.bytes;
  p.file_digest = e.file_digest;
  p.envelope_digest = e.envelope_digest;
  p.delivered_ms = at.time;
}
void fold(State& s, const ProvisionFailed& e, const EventPlace&) {
  Provision& p = s.provisions[e.provision.str()];
  p.status = ProvisionStatus::approved;
  p.reason = e.reason;
}
void fold(State& s, const ProvisionNoted& e, const EventPlace& at) {
  Provision& p = s.provisions[e.provision.str()];
  p.note = e.note;
  p.noted_by = at.actor;
  p.noted_ms = at.time;
}

void fold(State& s, const ProvisionCertified& e, const EventPlace& at) {
  s.provisions[e.provision.str()].destruction = Destruction{.by = at.actor, .method = e.method, .key_id = e.key_id, .destroyed_ms = e.destroyed_ms, .at_ms = at.time, .seq = at.seq};
}
void fold(State& s, const ProvisionChased& e, const EventPlace& at) {
  s.provisions[e.provision.str()].chased = Chased{.times = e.times, .last_ms = at.time, .note = e.note};
}

}  // namespace sluice::space
