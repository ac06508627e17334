#include <algorithm>

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr TimeMs kConsentDaysMax = 5 * 366;
const std::vector<std::string> kConsentDesk{"data_manager", "pi_officer"};

bool offers(const Product& product, const std::string& column) {
  return std::find(product.form.columns.begin(), product.form.columns.end(), column) != product.form.columns.end();
}

Result<const Consent*> own_consent(const State& s, const Context& c, const ConsentId& id) {
  const Person* person = TRY(acting_as_any(s, c, kConsentDesk));
  const Consent* consent = find(s.consents, id);
  if (!consent || consent->owner != person->party) return fail(Errc::not_found, "law.consent_not_found");
  if (consent->withdrawn) return fail(Errc::conflict, "law.consent_withdrawn");
  return consent;
}

// For the second desk, through the node, which looks for the person.
Result<const Consent*> consent_to_check(const State& s, const Context& c, const ConsentId& id) {
  TRY(from_node(c));
  const Consent* consent = TRY(own_consent(s, c, id));
  TRY(second_person(s, c, consent->recorded_by));
  if (!consent->awaits_check || consent->checked_by) return fail(Errc::conflict, "law.consent_checked_already");
  TRY(stepped_up(c));
  return consent;
}

// Accepted, and nobody was found: looked for again, or confirmed that there is nothing to look in.
Result<const Consent*> consent_not_searched(const State& s, const Context& c, const ConsentId& id) {
  const Consent* consent = TRY(own_consent(s, c, id));
  if (!consent->not_searched()) return fail(Errc::conflict, "law.consent_searched_already");
  TRY(stepped_up(c));
  return consent;
}

// The columns of the product's source that are confirmed as naming people.
struct WhereToLook {
  const DatasetVersion* source = nullptr;
  std::vector<std::string> columns;
};
WhereToLook where_to_look(const State& s, const Consent& consent) {
  const Product* product = find(s.products, consent.form.product);
  const DatasetVersion* source = product ? find(s.versions, product->version) : nullptr;
  while (source && !source->masked_from.empty()) source = find(s.versions, source->masked_from);
  const Dataset* dataset = source ? find(s.datasets, source->dataset) : nullptr;
  WhereToLook out{source, dataset ? columns_with_keys(s, *source) : std::vector<std::string>()};
  std::erase_if(out.columns, [&](const std::string& name) {
    const CatalogField* field = dataset->column(name);
    return !field || !field->confirmed || !field->identifying;
  });
  return out;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const RecordConsent& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kConsentDesk));
  const ConsentForm& f = cmd.form;
  if (f.subject.empty() || cmd.commitment == Digest{}) return fail(Errc::invalid, "law.no_subject");
  const Product* product = TRY(seen_product(s, *person, f.product, c.now));
  if (product->owner != person->party) return fail(Errc::forbidden, "product.not_yours");
  TRY(verified_party(s, f.recipient));
  const auto& purposes = c.rules.policy.purposes;
  if (std::find(purposes.begin(), purposes.end(), f.purpose) == purposes.end()) return fail(Errc::refused, "policy.purpose_unknown");
  if (f.columns.empty()) return fail(Errc::invalid, "application.no_columns");
  for (const std::string& column : f.columns)
    if (!offers(*product, column)) return fail(Errc::refused, "application.column_not_offered", column.substr(0, kNameBytesMax));
  if (f.expires_ms <= c.now || f.expires_ms > c.now + kConsentDaysMax * kDayMs) return fail(Errc::invalid, "law.consent_bad_term");
  TRY(need_text("evidence", f.evidence, kNameBytesMax));
  return Events{ConsentRecorded{ConsentId::make(c.random), person->party, f, cmd.commitment, true}};
}

Result<Events> decide_on(const State& s, const Context& c, const StartConsentCheck& cmd) {
  TRY(from_node(c));
  const Consent* known = find(s.consents, cmd.consent);
  const Consent* consent = TRY(known && known->not_searched() ? consent_not_searched(s, c, cmd.consent) : consent_to_check(s, c, cmd.consent));
  auto [source, columns] = where_to_look(s, *consent);
  if (columns.empty()) return fail(Errc::refused, "law.search_no_identifier");
  return Events{KeysGranted{.grant = GrantId::make(c.random), .dataset = source->dataset, .version = source->id, .columns = std::move(columns),
                            .work = Work::find_person, .release = {}, .expires_ms = c.now + kHourMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const CheckConsent& cmd) {
  TRY(consent_to_check(s, c, cmd.consent));
  TRY(need_text("note", cmd.note, kTextBytesMax));
  if (cmd.accept && cmd.rows.value_or(1) < 1) return fail(Errc::refused, "law.consent_nobody");
  return Events{ConsentChecked{cmd.consent, cmd.accept, cmd.note, cmd.rows}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportConsentSearch& cmd) {
  TRY(from_node(c));
  TRY(consent_not_searched(s, c, cmd.consent));
  return Events{ConsentSearched{cmd.consent, cmd.rows}};
}

Result<Events> decide_on(const State& s, const Context& c, const ConfirmUnsearchable& cmd) {
  const Consent* consent = TRY(consent_not_searched(s, c, cmd.consent));
  // Where the person can be looked for, that is what is to be done.
  if (!where_to_look(s, *consent).columns.empty()) return fail(Errc::refused, "law.consent_can_be_searched");
  TRY(second_person(s, c, *consent->checked_by));
  TRY(need_text("why", cmd.why, kTextBytesMax));
  return Events{UnsearchableConfirmed{cmd.consent, cmd.why}};
}

Result<Events> decide_on(const State& s, const Context& c, const WithdrawConsent& cmd) {
  const Consent* consent = find(s.consents, cmd.consent);
  // The node speaks for the person, whose token it has checked.
  bool own_word = c.principal.system && c.principal.person.empty();
  if (!own_word) {
    const Person* person = TRY(acting_as_any(s, c, kConsentDesk));
    if (consent && consent->owner != person->party) consent = nullptr;
  }
  if (!consent) return fail(Errc::not_found, "law.consent_not_found");
  if (consent->withdrawn) return fail(Errc::conflict, "law.consent_withdrawn");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ConsentWithdrawn{cmd.consent, consent->form.subject, cmd.reason}};
}

void fold(State& s, const ConsentRecorded& e, const EventPlace& at) {
  Consent consent;
  consent.id = e.consent;
  consent.owner = e.owner;
  consent.form = e.form;
  consent.commitment = e.commitment;
  consent.awaits_check = e.awaits_check;
  consent.recorded_by = at.actor;
  consent.at_ms = at.time;
  consent.seq = at.seq;
  s.consents_of[e.form.subject.str()].push_back(e.consent);
  s.consents[e.consent.str()] = std::move(consent);
}
void fold(State& s, const ConsentChecked& e, const EventPlace& at) {
  Consent& consent = s.consents[e.consent.str()];
  consent.accepted = e.accepted;
  consent.rows = e.rows;
  consent.checked_by = at.actor;
  consent.checked_ms = at.time;
  consent.check_note = e.note;
}
void fold(State& s, const ConsentSearched& e, const EventPlace& at) {
  Consent& consent = s.consents[e.consent.str()];
  consent.rows = e.rows;
  consent.searched_ms = at.time;
}
void fold(State& s, const UnsearchableConfirmed& e, const EventPlace& at) {
  Consent& consent = s.consents[e.consent.str()];
  consent.unsearchable_why = e.why;
  consent.unsearchable_by = at.actor;
}
void fold(State& s, const ConsentWithdrawn& e, const EventPlace& at) {
  Consent& consent = s.consents[e.consent.str()];
  consent.withdrawn = true;
  consent.reason = e.reason;
  consent.withdrawn_ms = at.time;
  consent.withdrawn_seq = at.seq;
}

}  // namespace sluice::space
