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
  return Events{ConsentRecorded{ConsentId::make(c.random), person->party, f, cmd.commitment}};
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
  consent.recorded_by = at.actor;
  consent.at_ms = at.time;
  consent.seq = at.seq;
  s.consents_of[e.form.subject.str()].push_back(e.consent);
  s.consents[e.consent.str()] = std::move(consent);
}
void fold(State& s, const ConsentWithdrawn& e, const EventPlace& at) {
  Consent& consent = s.consents[e.consent.str()];
  consent.withdrawn = true;
  consent.reason = e.reason;
  consent.withdrawn_ms = at.time;
  consent.withdrawn_seq = at.seq;
}

}  // namespace sluice::space
