// Separate consents of persons 单独同意 (C5.2; PIPL 14, 15, 23): who may learn what about one person, and for how long.
//
//   (new) ──RecordConsent (node, for a data manager or personal-information officer)──▶ in force ──WithdrawConsent──▶ withdrawn
//
// The person is a keyed reference: the identifier lies in the registry with a salt, `commitment` binds the two, and the ledger never
// sees it. A consent names one product, recipient, purpose and set of fields. Withdrawal counts from the next request on, because
// every request of a one-person API asks the state (legal_case.h); it may come from the person (the node's word for it), or from
// those who record consents. Withdrawing does not undo what was lawful before it.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

struct ConsentForm {
  SubjectId subject;
  ProductId product;
  PartyId recipient;
  std::string purpose;
  std::vector<std::string> columns;
  TimeMs expires_ms = 0;
  std::string evidence;
  Digest digest{};
  static constexpr auto fields = field_list(
      field("subject", &ConsentForm::subject), field("product", &ConsentForm::product),
      field("recipient", &ConsentForm::recipient), field("purpose", &ConsentForm::purpose),
      field("columns", &ConsentForm::columns), field("expires_ms", &ConsentForm::expires_ms),
      field("evidence", &ConsentForm::evidence), field("digest", &ConsentForm::digest));
};

struct RecordConsent {
  static constexpr std::string_view kind = "law.record_consent";
  ConsentForm form;
  Digest commitment{};
  static constexpr auto fields = field_list(
      field("form", &RecordConsent::form), field("commitment", &RecordConsent::commitment));
};
struct WithdrawConsent {
  static constexpr std::string_view kind = "law.withdraw_consent";
  ConsentId consent;
  std::string reason;
  static constexpr auto fields = field_list(
      field("consent", &WithdrawConsent::consent), field("reason", &WithdrawConsent::reason));
};

struct ConsentRecorded {
  static constexpr std::string_view kind = "law.consent_recorded";
  ConsentId consent;
  PartyId owner;
  ConsentForm form;
  Digest commitment{};
  static constexpr auto fields = field_list(
      field("consent", &ConsentRecorded::consent), field("owner", &ConsentRecorded::owner),
      field("form", &ConsentRecorded::form), field("commitment", &ConsentRecorded::commitment));
};
struct ConsentWithdrawn {
  static constexpr std::string_view kind = "law.consent_withdrawn";
  ConsentId consent;
  SubjectId subject;
  std::string reason;
  static constexpr auto fields = field_list(
      field("consent", &ConsentWithdrawn::consent), field("subject", &ConsentWithdrawn::subject),
      field("reason", &ConsentWithdrawn::reason));
};

struct Consent {
  ConsentId id;
  PartyId owner;
  ConsentForm form;
  Digest commitment{};
  bool withdrawn = false;
  std::string reason;
  PersonId recorded_by;
  TimeMs at_ms = 0, withdrawn_ms = 0;
  uint64_t seq = 0, withdrawn_seq = 0;
  static constexpr auto fields = field_list(
      field("id", &Consent::id), field("owner", &Consent::owner), field("form", &Consent::form),
      field("commitment", &Consent::commitment), field("withdrawn", &Consent::withdrawn),
      field("reason", &Consent::reason), field("recorded_by", &Consent::recorded_by),
      field("at_ms", &Consent::at_ms), field("withdrawn_ms", &Consent::withdrawn_ms), field("seq", &Consent::seq),
      field("withdrawn_seq", &Consent::withdrawn_seq));
};

}  // namespace sluice::space
