// The persons whom data are about: keyed references, their consents and requests, and the record that is their own (space/law/consent.h,
// space/law/subject.h).
//
// A reference is HMAC-SM3 of the identifier under a key of the registry, so that it is the same each time and nobody without the
// registry can make or undo it; the identifier lies in the registry with a salt, and events carry the commitment. The registry is
// written before the ledger. Answers to requests lie in the registry, their digests in the ledger. Thread-safe.
#pragma once

#include "ledger/store.h"
#include "node/consent_signature.h"

namespace sluice::node {

class SubjectKey {
 public:
  // Made when first asked for.
  static Result<SubjectKey> of(Node& node);
  space::SubjectId reference(std::string_view identifier) const;

 private:
  explicit SubjectKey(SecretBytes key) : key_(std::move(key)) {}
  SecretBytes key_;
};

// Who consented, now, to what a contract hands over: each with the identifier that stands in the column of the person. In no order.
struct ConsentingPerson {
  space::SubjectId subject;
  space::ConsentId consent;
  SecretText identifier;
};
Result<std::vector<ConsentingPerson>> consenting_persons(Node& node, const space::ContractTerms& terms);
// One access record a person: a file with that person's rows is on its way. Durable when this returns.
Status record_release_of_persons(Node& node, const space::ReleaseId& release, const std::vector<ConsentingPerson>& persons);

// One access record for each person whom a provision names by these numbers: before it is reported as delivered. Durable when this returns.
Status record_provision_of_persons(Node& node, const space::ProvisionId& provision, const std::vector<std::string>& numbers);

// The identifier behind a reference, from the registry. "law.identifier_erased" (not_found).
Result<SecretText> identifier_of(Node& node, const space::SubjectId& subject);
// Those whose rows a file release was made of, from its access records; in no order. "law.identifier_erased".
Result<std::vector<ConsentingPerson>> persons_of_release(Node& node, ledger::Store& store, const space::ReleaseId& release);

// `form.subject` and `form.signature` are filled in here; `proof` is the person's own signature. "law.bad_identifier", errors of consent_signature.h.
Result<space::ConsentId> record_consent(Node& node, const space::Principal& by, std::string_view identifier, space::ConsentForm form,
                                        const std::optional<ConsentProof>& proof = {});
// The identifier as its kind demands: "law.bad_id_number" with the checker's reason.
Result<space::SubjectRequestId> take_subject_request(Node& node, const space::Principal& by, std::string_view identifier, space::TakeSubjectRequest request);

struct VerifiedSubject {
  std::string token;  // shown once; opens the own record for thirty days
};
Result<VerifiedSubject> verify_subject(Node& node, const space::Principal& by, const space::SubjectRequestId& request, space::VerifiedBy method, const std::string& evidence);

// Puts the answer together as the request asks for it (what is held, who used it), seals it and reports it.
Status answer_subject_request(Node& node, ledger::Store& store, const space::Principal& by, const space::SubjectRequestId& request, const std::string& note,
                              const space::KeyWorkId& key_work);
// "law.request_not_answered".
Result<Json> subject_answer(Node& node, const space::SubjectRequestId& request);

// Every access to this person's record by an API, every file of those who consented and every statutory provision that named the person (as far as the rules let
// it be told), from the access segments, under every reference of the person: {at_ms, release, product, recipient, purpose, refused}, oldest first.
Result<Json> uses_of(Node& node, ledger::Store& store, const space::SubjectId& subject);
// Who holds the token of a verified request: "law.bad_token" (unauthenticated), after thirty days too.
Result<space::SubjectId> subject_of_token(Node& node, std::string_view token);
// {consents, not_told, requests, uses}: what the person sees. The reading is itself a record.
Result<Json> own_record(Node& node, ledger::Store& store, std::string_view token);
// The person's own word. "law.consent_not_found" for another's.
Status withdraw_own_consent(Node& node, std::string_view token, const space::ConsentId& consent);

}  // namespace sluice::node
