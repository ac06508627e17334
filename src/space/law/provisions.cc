#include <algorithm>
#include <set>

#include "crypto/sign.h"
#include "space/application/personal_filter.h"
#include "space/catalog/protection.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr TimeMs kProvisionWorkMs = kHourMs;

Result<const Provision*> own_provision(const State& s, const Person& person, const ProvisionId& id) {
  const Provision* p = find(s.provisions, id);
  if (!p || p->owner != person.party) return fail(Errc::not_found, "law.provision_not_found");
  return p;
}

Status check_basis(const State& s, const PartyId& owner, const PaperId& id, const rules::LawProvisionKind& rule, TimeMs now) {
  const Paper* basis = find(s.papers, id);
  if (!basis || basis->owner != owner || basis->form.kind != "legal_basis" || !basis->in_force(now)) return fail(Errc::refused, "law.legal_basis_missing");
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

std::vector<std::string> columns_read(const ProvisionForm& f) {
  std::vector<std::string> out = f.columns;
  for (const RowCondition& condition : f.row_filter)
    if (std::find(out.begin(), out.end(), condition.column) == out.end()) out.push_back(condition.column);
  return out;
}

Result<int> provision_level(const State& s, const Dataset& dataset, const ProvisionForm& f, const rules::LawProvisionKind& rule) {
  const DatasetVersion* version = find(s.versions, f.version);
  std::set<std::string> names;
  int level = 1;
  for (const std::string& column : f.columns) {
    if (std::find(version->columns.begin(), version->columns.end(), column) == version->columns.end())
      return fail(Errc::invalid, "catalog.no_such_column", column.substr(0, kNameBytesMax));
    if (!names.insert(column).second) return fail(Errc::invalid, "product.column_twice", column);
    level = std::max(level, grade_in(s, dataset, f.version, column).level);
  }
  if (level > rule.level_max) return fail(Errc::refused, "law.provision_level", std::to_string(rule.level_max));
  return level;
}

void end_provision_keys(const State& s, const Provision& p, std::string outcome, Events& events) {
  if (find(s.grants, p.grant)) events.push_back(KeysGrantEnded{p.grant, std::move(outcome)});
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const RequestProvision& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const ProvisionForm& f = cmd.form;
  const rules::LawProvisionKind* rule = c.rules.law.provision(f.kind);
  if (!rule) return fail(Errc::invalid, "law.unknown_provision", f.kind.substr(0, kNameBytesMax));
  TRY(need_text("requester", f.requester, kNameBytesMax));
  TRY(need_text("document", f.document, kNameBytesMax));
  TRY(need_text("reason", f.reason, kTextBytesMax));
  if (f.digest == Digest{}) return fail(Errc::refused, "law.provision_needs_document");
  if (!Sm2PublicKey::from_bytes(f.recipient_key)) return fail(Errc::invalid, "party.bad_key");
  TRY(check_basis(s, person->party, f.basis, *rule, c.now));
  const Dataset* dataset = TRY(seen_dataset(s, *person, f.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  const DatasetVersion* version = find(s.versions, f.version);
  if (!version || version->dataset != f.dataset) return fail(Errc::not_found, "version.not_found");
  if (f.columns.empty()) return fail(Errc::invalid, "keys.no_columns");
  bool identified = find(s.maskings, f.version) == nullptr;
  if (identified && !rule->identified) return fail(Errc::refused, "law.provision_masked_only", f.kind);
  int level = TRY(provision_level(s, *dataset, f, *rule));
  TRY(check_provision_filter(s, f, *version));
  TRY(keys_are_there(s, f.version, columns_read(f)));
  return Events{ProvisionRequested{.provision = ProvisionId::make(c.random), .owner = person->party, .form = f, .identified = identified, .level = level,
                                   .approvers = rule->approvers}};
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
  bool spoke = std::any_of(p->words.begin(), p->words.end(), [&](const ProvisionWord& w) { return w.person == person->id; });
  if (spoke || p->requested_by == person->id) return fail(Errc::forbidden, "duty.second_person_needed");
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
  const rules::LawProvisionKind* rule = c.rules.law.provision(p->form.kind);
  if (!rule) return fail(Errc::invalid, "law.unknown_provision");
  TRY(check_basis(s, p->owner, p->form.basis, *rule, c.now));
  TRY(keys_are_there(s, p->form.version, columns_read(p->form)));
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

void fold(State& s, const ProvisionRequested& e, const EventPlace& at) {
  Provision p;
  p.id = e.provision;
  p.owner = e.owner;
  p.form = e.form;
  p.identified = e.identified;
  p.level = e.level;
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

}  // namespace sluice::space
