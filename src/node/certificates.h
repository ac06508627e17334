// Certificates of people (space/credential/credential.h): registering one with proof of its key, signing in and stepping up with it, and
// lists of revoked ones. The certificate itself lies in the registry ("certificate", by its id); lists are blobs of the ledger.
//
// What is signed says what it is for:
//   certificate_proof_text(person, fingerprint)     to register it
//   sign_in_text (sign_in_key.h)                     to sign in
//   step_up_text(origin, person, challenge)          to show the second factor
#pragma once

#include "node/node.h"

namespace sluice::node {

std::string certificate_proof_text(const space::PersonId& person, const Digest& fingerprint);
std::string step_up_text(std::string_view origin, const space::PersonId& person, std::string_view challenge);

// "certificate.no_authority" when no authority of the space issued it, "party.key_not_proven", and the errors of the decision.
Result<space::CertificateId> register_certificate(Node& node, const space::Principal& by, ByteView certificate, ByteView proof);

// The authority's list; those of ours that it names are revoked in the same entry. Errors of crypto/certificate.h.
struct RevocationsAnswer {
  int64_t on_list = 0, revoked = 0;
  TimeMs next_update_ms = 0;
  static constexpr auto fields = field_list(field("on_list", &RevocationsAnswer::on_list), field("revoked", &RevocationsAnswer::revoked),
                                            field("next_update_ms", &RevocationsAnswer::next_update_ms));
};
Result<RevocationsAnswer> take_revocations(Node& node, const space::Principal& by, const space::AuthorityId& authority, ByteView list);

struct SignedIn {
  space::PersonId person;
  space::CertificateId certificate;
};
// "sign_in.failed" whatever was wrong.
Result<SignedIn> check_certificate_sign_in(Node& node, std::string_view account, std::string_view challenge, ByteView signature);
// "certificate.none" when none of the person's certificates that are in force signed it.
Result<space::CertificateId> check_certificate_step_up(Node& node, const space::PersonId& person, std::string_view challenge, ByteView signature);

// Whether what opened a session, or showed its second factor ("certificate:ID"), still counts for this person.
Status still_counts(Node& node, const space::PersonId& person, std::string_view opened_by);

// The subject as the certificate says it, for its holder and the administrators.
std::string certificate_subject(Node& node, const space::CertificateId& certificate);

}  // namespace sluice::node
