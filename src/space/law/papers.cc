#include <algorithm>
#include <set>

#include "crypto/sign.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/law/meeting.h"
#include "standard/codes.h"

namespace sluice::space {

namespace {

// What a statutory provision rests on is about an agency or a party and a dataset: there is no product, and its purpose is its kind.
bool of_provision(const PaperForm& f) { return f.product.empty() && !f.dataset.empty() && (f.agency || !f.counterpart.empty()); }

bool has_member(const PaperForm& f, std::string_view name) {
  if (name == "counterpart") return !f.counterpart.empty() || f.agency;
  if (name == "product") return !f.product.empty() || of_provision(f);
  if (name == "uscc") return f.uscc.has_value();
  if (name == "public_key") return f.public_key.has_value();
  if (name == "dataset") return !f.dataset.empty();
  if (name == "columns") return !f.columns.empty();
  if (name == "basis") return !f.basis.empty();
  if (name == "purpose") return !f.purpose.empty() || of_provision(f);
  if (name == "duties") return !f.duties.empty();
  if (name == "abroad") return !f.abroad.empty();
  if (name == "mechanism") return !f.mechanism.empty();
  if (name == "application") return !f.application.empty();
  if (name == "members") return !f.members.empty();
  if (name == "expires") return f.expires_ms != 0;
  if (name == "unit") return f.unit && !f.unit->empty();
  if (name == "decides") return f.decides && !f.decides->empty();
  return name == "digest" && f.digest != Digest{};
}

Status check_texts(const PaperForm& f) {
  TRY(need_text("title", f.title, kNameBytesMax));
  TRY(need_text("number", f.number, kNameBytesMax));
  TRY(need_text("authority", f.authority, kNameBytesMax));
  for (const std::string* text : {&f.duties, &f.abroad, &f.mechanism})
    if (!text->empty()) TRY(need_text("duties", *text, kTextBytesMax));
  return {};
}

Status check_references(const State& s, const Context& c, const Person& person, const PaperForm& f) {
  if (!f.counterpart.empty()) TRY(verified_party(s, f.counterpart));
  if (!f.product.empty() && TRY(seen_product(s, person, f.product, c.now))->owner != person.party) return fail(Errc::forbidden, "product.not_yours");
  if (!f.dataset.empty()) {
    const Dataset* dataset = TRY(seen_dataset(s, person, f.dataset, c.now));
    if (dataset->owner != person.party) return fail(Errc::forbidden, "dataset.not_yours");
    for (const std::string& name : f.columns)
      if (!dataset->column(name)) return fail(Errc::invalid, "catalog.no_such_column", name.substr(0, kNameBytesMax));
  }
  if (f.unit) {
    const Unit* unit = find(s.units, *f.unit);
    if (!unit || unit->party != person.party) return fail(Errc::not_found, "unit.not_found");
  }
  auto known = [](const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); };
  if (!f.basis.empty() && !known(c.rules.policy.legal_bases, f.basis)) return fail(Errc::refused, "policy.legal_basis_unknown");
  if (!f.purpose.empty() && !known(c.rules.policy.purposes, f.purpose)) return fail(Errc::refused, "policy.purpose_unknown");
  return {};
}

// An agency is whom its credit code, its document and its key say; each in force once.
Status check_agency(const State& s, const Context& c, const Person& person, const PaperForm& f) {
  if (f.agency) {
    const Paper* agency = find(s.papers, *f.agency);
    if (!agency || agency->owner != person.party || agency->form.kind != kAgencyPaper || !agency->in_force(c.now)) return fail(Errc::not_found, "law.agency_not_found");
  }
  if (f.kind != kAgencyPaper) return f.uscc || f.public_key ? Status(fail(Errc::invalid, "law.agency_members", f.kind)) : Status();
  if (!check_uscc(f.uscc.value_or("")).valid) return fail(Errc::invalid, "party.bad_uscc");
  if (!Sm2PublicKey::from_bytes(f.public_key.value_or(Bytes()))) return fail(Errc::invalid, "party.bad_key");
  for (const auto& [id, other] : s.papers)
    if (other.form.kind == kAgencyPaper && other.owner == person.party && other.form.uscc == f.uscc && (other.status == PaperStatus::entered || other.in_force(c.now)))
      return fail(Errc::conflict, "law.agency_known", id);
  return {};
}

// The second person has the key's fingerprint from the agency itself, not from the form.
Status check_fingerprint(const Paper& p, const CheckPaper& cmd) {
  if (p.form.kind != kAgencyPaper) return cmd.key_id ? Status(fail(Errc::invalid, "law.agency_members", "key_id")) : Status();
  if (!cmd.accept) return {};
  bool same = cmd.key_id && p.form.public_key && *cmd.key_id == key_id_of(*p.form.public_key);
  return same ? Status() : fail(Errc::refused, "law.agency_key_not_confirmed");
}

// Said openly (`upstream`) or not: who processes for another would be passing that on, whatever the purpose is called, unless the agreement is about a
// dataset or a product of their own (check_references).
Status check_subcontract(const State& s, const Context& c, const Person& person, const PaperForm& f) {
  if (f.kind != "processing_agreement") return {};
  if (!f.upstream.empty()) {
    const Paper* above = find(s.papers, f.upstream);
    if (!above || above->form.kind != "processing_agreement" || above->form.counterpart != person.party) return fail(Errc::not_found, "law.paper_not_found");
    if (!above->form.subcontracting) return fail(Errc::refused, "law.subcontracting_forbidden", f.upstream.str());
    return {};
  }
  if (!f.dataset.empty() || !f.product.empty()) return {};
  for (const auto& [id, above] : s.papers) {
    bool processes = above.form.kind == "processing_agreement" && above.form.counterpart == person.party && above.in_force(c.now);
    if (processes && !above.form.subcontracting) return fail(Errc::refused, "law.subcontracting_forbidden", id);
  }
  return {};
}

Status check_minutes(const State& s, const Context& c, const Person& person, const PaperForm& f) {
  if (f.kind != "minutes") return {};
  const Application* a = TRY(seen_application(s, person, f.application, c.now));
  const Product* product = find(s.products, a->product);
  if (!product || product->owner != person.party) return fail(Errc::forbidden, "product.not_yours");
  if (a->status != ApplicationStatus::voting) return fail(Errc::conflict, "application.vote_closed");
  if (!a->votes.empty()) return fail(Errc::conflict, "law.minutes_vote_begun");
  std::set<std::string> present;
  for (const PersonId& member : f.members) {
    if (std::find(a->roster.begin(), a->roster.end(), member) == a->roster.end()) return fail(Errc::invalid, "law.minutes_not_on_roster", member.str());
    if (!present.insert(member.str()).second) return fail(Errc::invalid, "law.minutes_not_on_roster", member.str());
  }
  if (static_cast<int64_t>(present.size()) < a->rule.quorum) return fail(Errc::refused, "law.minutes_no_quorum", std::to_string(a->rule.quorum));
  return {};
}

Result<const Paper*> paper_to_change(const State& s, const Person& person, const PaperId& id) {
  const Paper* p = find(s.papers, id);
  if (!p || p->owner != person.party) return fail(Errc::not_found, "law.paper_not_found");
  return p;
}

// An entry of a catalogue makes demands of releases (legal_case.h): nobody takes them away alone, least of all who wants to release.
bool makes_demands(std::string_view kind) { return kind == "important_data" || kind == "human_genetic_data"; }

ApplicationDecided decided_in_meeting(const Application& a, const PaperForm& f) {
  auto present = static_cast<int64_t>(f.members.size());
  return ApplicationDecided{a.id, f.approve, f.approve ? present : 0, f.approve ? 0 : present, 0, static_cast<int64_t>(a.roster.size()), "application.decided_in_meeting"};
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const EnterPaper& cmd) {
  const rules::LawPaper* rule = c.rules.law.paper(cmd.form.kind);
  if (!rule) return fail(Errc::invalid, "law.unknown_paper", cmd.form.kind.substr(0, kNameBytesMax));
  const Person* person = TRY(acting_as_any(s, c, rule->enter));
  TRY(verified_party(s, person->party));
  TRY(check_texts(cmd.form));
  for (const std::string& need : rule->needs)
    if (!has_member(cmd.form, need)) return fail(Errc::invalid, "law.paper_incomplete", need);
  if (cmd.form.dated_ms > c.now) return fail(Errc::invalid, "law.paper_bad_date");
  if (cmd.form.expires_ms != 0 && cmd.form.expires_ms <= c.now) return fail(Errc::invalid, "law.paper_expired");
  TRY(check_subcontract(s, c, *person, cmd.form));
  TRY(check_references(s, c, *person, cmd.form));
  TRY(check_agency(s, c, *person, cmd.form));
  TRY(check_minutes(s, c, *person, cmd.form));
  TRY(check_meeting(s, *person, cmd.form));
  return Events{PaperEntered{PaperId::make(c.random), person->party, cmd.form}};
}

Result<Events> decide_on(const State& s, const Context& c, const CheckPaper& cmd) {
  const Person* person = TRY(acting(s, c));
  const Paper* p = TRY(paper_to_change(s, *person, cmd.paper));
  const rules::LawPaper* rule = c.rules.law.paper(p->form.kind);
  if (!rule) return fail(Errc::invalid, "law.unknown_paper");
  TRY(acting_as_any(s, c, rule->check));
  TRY(second_person(s, c, p->entered_by));
  if (p->status != PaperStatus::entered) return fail(Errc::conflict, "law.paper_checked_already");
  TRY(stepped_up(c));
  TRY(need_text("note", cmd.note, kTextBytesMax));
  TRY(check_fingerprint(*p, cmd));
  Events events{PaperChecked{cmd.paper, cmd.accept, cmd.note, cmd.key_id}};
  if (p->form.kind == kMeetingApproval && cmd.accept) {
    TRY(check_meeting(s, *person, p->form));
    for (Event& event : TRY(decided_by_meeting(s, c, p->form))) events.push_back(std::move(event));
    return events;
  }
  if (p->form.kind != "minutes" || !cmd.accept) return events;
  TRY(check_minutes(s, c, *person, p->form));
  events.push_back(decided_in_meeting(s.applications.at(p->form.application.str()), p->form));
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const EndPaper& cmd) {
  const Person* person = TRY(acting(s, c));
  const Paper* p = TRY(paper_to_change(s, *person, cmd.paper));
  const rules::LawPaper* rule = c.rules.law.paper(p->form.kind);
  if (!rule) return fail(Errc::invalid, "law.unknown_paper");
  std::vector<std::string> duties = rule->enter;
  duties.insert(duties.end(), rule->check.begin(), rule->check.end());
  TRY(acting_as_any(s, c, duties));
  if (p->status != PaperStatus::entered && p->status != PaperStatus::checked) return fail(Errc::conflict, "law.paper_over");
  if (p->status == PaperStatus::checked && makes_demands(p->form.kind)) {
    TRY(acting_as_any(s, c, rule->check));
    TRY(second_person(s, c, p->entered_by));
    TRY(stepped_up(c));
  }
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{PaperEnded{cmd.paper, cmd.reason}};
}

void fold(State& s, const PaperEntered& e, const EventPlace& at) {
  s.papers[e.paper.str()] = Paper{.id = e.paper, .owner = e.owner, .form = e.form, .status = PaperStatus::entered, .entered_by = at.actor,
                                  .checked_by = {}, .note = {}, .at_ms = at.time, .checked_ms = 0, .seq = at.seq, .key_id = {}};
}
void fold(State& s, const PaperChecked& e, const EventPlace& at) {
  Paper& p = s.papers[e.paper.str()];
  p.status = e.accepted ? PaperStatus::checked : PaperStatus::rejected;
  p.note = e.note;
  p.checked_by = at.actor;
  p.checked_ms = at.time;
  p.key_id = e.key_id;
}
void fold(State& s, const PaperEnded& e, const EventPlace&) {
  Paper& p = s.papers[e.paper.str()];
  p.status = PaperStatus::ended;
  p.note = e.reason;
}

}  // namespace sluice::space
