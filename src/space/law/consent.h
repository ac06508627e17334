// Separate consents of persons 单独同意 (C5.2; PIPL 14, 15, 23): who may learn what about one person, and for how long.
//
//   (new) ──RecordConsent (node, for a data manager or personal-information officer)──▶ recorded ──CheckConsent (the node, for another person
//   of these duties, second factor)──▶ in force | not accepted;   ──WithdrawConsent──▶ withdrawn
//
// Accepted without the person having been found in the source (rows absent: nothing there could be searched), a consent is "not searched" and
// carries nothing: until a later search finds the person (ReportConsentSearch), or another person than who accepted it confirms why nobody can be searched
// for (ConfirmUnsearchable).
//
// The person is a keyed reference: the identifier lies in the registry with a salt, `commitment` binds the two, and the ledger never
// sees it. A consent names one product, recipient, purpose and set of fields. Withdrawal counts from the next request on, because
// every request of a one-person API asks the state (legal_case.h); it may come from the person (the node's word for it), or from
// those who record consents. Withdrawing does not undo what was lawful before it.
//
// A person with an SM2 key may sign the consent (node/consent_signature.h): the signature and what was signed lie in the registry, since both name
// the person; the form says by what it was signed and has their digest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

enum class ConsentSignedBy { key, certificate };
constexpr std::array<std::string_view, 2> enum_names(ConsentSignedBy) { return {"key", "certificate"}; }

// The person's own signature: of a key that the desk saw with the person, or of a certificate that an authority of the space issued.
struct ConsentSignature {
  ConsentSignedBy by = ConsentSignedBy::key;
  Digest kept{};  // SM3 of the registry's item
  static constexpr auto fields = field_list(field("by", &ConsentSignature::by), field("kept", &ConsentSignature::kept));
};

struct ConsentForm {
  SubjectId subject;
  ProductId product;
  PartyId recipient;
  std::string purpose;
  std::vector<std::string> columns;
  TimeMs expires_ms = 0;
  std::string evidence;
  Digest digest{};
  std::optional<ConsentSignature> signature{};
  static constexpr auto fields = field_list(
      field("signature", &ConsentForm::signature), field("subject", &ConsentForm::subject), field("product", &ConsentForm::product),
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
// At the check, and again later for one that was accepted and not searched (then any of the desk): grants the keys by which the node looks whether the person is in the source of the product (work find_person); "law.search_no_identifier"
// where no column there is confirmed as naming people.
struct StartConsentCheck {
  static constexpr std::string_view kind = "law.start_consent_check";
  ConsentId consent;
  static constexpr auto fields = field_list(
      field("consent", &StartConsentCheck::consent));
};
struct CheckConsent {
  static constexpr std::string_view kind = "law.check_consent";
  ConsentId consent;
  bool accept = false;
  std::string note;
  std::optional<int64_t> rows{};  // what the node found
  static constexpr auto fields = field_list(
      field("consent", &CheckConsent::consent), field("accept", &CheckConsent::accept),
      field("note", &CheckConsent::note), field("rows", &CheckConsent::rows));
};
// What a search after the check found; the node's. More than nothing: the consent counts from now on.
struct ReportConsentSearch {
  static constexpr std::string_view kind = "law.report_consent_search";
  ConsentId consent;
  int64_t rows = 0;
  static constexpr auto fields = field_list(field("consent", &ReportConsentSearch::consent), field("rows", &ReportConsentSearch::rows));
};
// Another person of the consent desk than who accepted it, with a second factor.
struct ConfirmUnsearchable {
  static constexpr std::string_view kind = "law.confirm_unsearchable";
  ConsentId consent;
  std::string why;
  static constexpr auto fields = field_list(field("consent", &ConfirmUnsearchable::consent), field("why", &ConfirmUnsearchable::why));
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
  std::optional<bool> awaits_check{};
  static constexpr auto fields = field_list(
      field("consent", &ConsentRecorded::consent), field("owner", &ConsentRecorded::owner),
      field("form", &ConsentRecorded::form), field("commitment", &ConsentRecorded::commitment),
      field("awaits_check", &ConsentRecorded::awaits_check));
};
struct ConsentChecked {
  static constexpr std::string_view kind = "law.consent_checked";
  ConsentId consent;
  bool accepted = false;
  std::string note;
  std::optional<int64_t> rows{};  // of the product's source that are about the person; absent: nothing was asked
  static constexpr auto fields = field_list(
      field("consent", &ConsentChecked::consent), field("accepted", &ConsentChecked::accepted),
      field("note", &ConsentChecked::note), field("rows", &ConsentChecked::rows));
};
struct ConsentSearched {
  static constexpr std::string_view kind = "law.consent_searched";
  ConsentId consent;
  int64_t rows = 0;
  static constexpr auto fields = field_list(field("consent", &ConsentSearched::consent), field("rows", &ConsentSearched::rows));
};
struct UnsearchableConfirmed {
  static constexpr std::string_view kind = "law.unsearchable_confirmed";
  ConsentId consent;
  std::string why;
  static constexpr auto fields = field_list(field("consent", &UnsearchableConfirmed::consent), field("why", &UnsearchableConfirmed::why));
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
  std::optional<bool> awaits_check{}, accepted{};
  std::optional<int64_t> rows{};
  std::optional<PersonId> checked_by{};
  std::optional<TimeMs> checked_ms{};
  std::optional<std::string> check_note{};
  std::optional<std::string> unsearchable_why{};  // confirmed by another than checked_by
  std::optional<PersonId> unsearchable_by{};
  std::optional<TimeMs> searched_ms{};            // of the last search after the check
  // Accepted, and the person was never found.
  bool not_searched() const { return awaits_check && accepted.value_or(false) && rows.value_or(0) < 1 && !unsearchable_why; }
  // Entries of before consents were checked count as they stood.
  bool counts() const { return !withdrawn && (awaits_check ? accepted.value_or(false) && !not_searched() : true); }
  static constexpr auto fields = field_list(
      field("id", &Consent::id), field("owner", &Consent::owner), field("form", &Consent::form),
      field("commitment", &Consent::commitment), field("withdrawn", &Consent::withdrawn),
      field("reason", &Consent::reason), field("recorded_by", &Consent::recorded_by),
      field("at_ms", &Consent::at_ms), field("withdrawn_ms", &Consent::withdrawn_ms), field("seq", &Consent::seq),
      field("withdrawn_seq", &Consent::withdrawn_seq), field("awaits_check", &Consent::awaits_check),
      field("accepted", &Consent::accepted), field("rows", &Consent::rows),
      field("checked_by", &Consent::checked_by), field("checked_ms", &Consent::checked_ms), field("check_note", &Consent::check_note),
      field("unsearchable_why", &Consent::unsearchable_why), field("unsearchable_by", &Consent::unsearchable_by), field("searched_ms", &Consent::searched_ms));
};

}  // namespace sluice::space
